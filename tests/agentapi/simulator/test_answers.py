"""The simulator held to recorded answers of the real scripts, byte for byte.

The scripts were of 2.14-82, which does not know stereo_recording. `prepare` sets up the floor that a case was recorded
on. Where a case's precondition can't be set up at all, `CANNOT` says why. The clock stands where the recording's clock
stood, so dates need no allowance.
"""

import json
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest

from agentapi.simulator import AudioStore, Floor, Timing
from agentapi.simulator.agents import Person, crowd
from agentapi.simulator.floor import AGENT_SCRIPT, NON_AGENT_SCRIPT
from agentapi.simulator.params import parse
from agentapi.simulator.recording import Kind
from agentapi.simulator.store import SoundFile

CASES = {case["id"]: case for case in json.loads((Path(__file__).parents[1] / "answers.json").read_text("utf-8"))}

CANNOT = {
    "rec-dbg": "format=debug prints the script's SQL statements; no client uses it",
    "de-1": "PHP's warnings with line numbers; the fault NOISE has the same shape",
    "de-2": "PHP's warnings with line numbers; the fault HTML has the same shape",
    "de-3": "PHP's warnings with line numbers; the fault NOISE has the same shape",
    "de-4": "PHP's warnings with line numbers; the function webserver is not imitated",
    "ffa-1": "the floor has no fronters: the one answer would be copied, not found",
    "na-sl-sf": "format=selectframe is a page with the password in it; nobody may use it",
}

DIRECTORY = [
    ("ss-noservice.wav", 16044),
    ("a&b.wav", 16044),
    ("disclosure long name with space.wav", 16044),
    ("averyveryveryverylongaudioname_over_40_characters.wav", 16044),
    ("quote's.wav", 16044),
    ("park.gsm", 3300),
    ("greeting.wav", 32044),
    ("offer.v2.wav", 16044),
    ("café.wav", 16044),
    ("menu_option_1.wav", 48044),
    ("0123.wav", 16044),
]
PLAYING = {"aud-4", "aud-5", "aud-6", "aud-13", "aud-STOP-1", "aud-PAUSE-1", "aud-RESUME-1", "aud-RESTART-1"}
PLAYING |= {"probe-1", "p74-7"}
LOOKUP_IDS = {"na-rl-2": 6, "na-rl-4": 14}


class Clock:
    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


def recorded_at(case):
    """The second at which a case was recorded, as far as its answer tells."""
    body = case["body"]
    if found := re.search(r"EPOCH: (\d+)", body):
        return float(found[1])
    if found := re.search(r"last_login_date\) < (\d+)", body):
        return float(found[1]) + 900
    return 1795261745.0


def people(case):
    everybody = [Person(p.user, f"Agent {p.user}", "INCALL") for p in crowd(20)]
    text = case["id"] + case["precondition"] + case["body"]
    if case["script"] == NON_AGENT_SCRIPT or "|8600052|PAUSED" in text:
        everybody = [Person(p.user, p.name, "PAUSED" if int(p.user) % 2 else "INCALL") for p in everybody]
    return everybody


def make_floor(case):
    files = [SoundFile(name, size) for name, size in DIRECTORY]
    clock = Clock(recorded_at(case))
    floor = Floor(
        people(case),
        clock=clock,
        php=7 if case.get("php") == "7.4" else 8,
        stereo=False,
        store=AudioStore([*files, *AudioStore.of({"clipA": 5, "clipB": 5}).files] if "clip" in case["body"] else files),
        timing=Timing(wish_soonest=0, wish_latest=0),
        filename_template="FULLDATE_CUSTPHONE",
    )
    for number, agent in enumerate(floor.agents.values()):
        agent.calls_today = number
    for user in ("1016", "1018"):
        floor.customer_hangs_up(user)
    return floor, clock


def ask(floor, **params):
    values = {"source": "test", "user": "apiuser", "pass": "apipass", "agent_user": "1000", **params}
    return floor.answer(AGENT_SCRIPT, parse(urlencode(values)))


def play(floor, clock, user="1000"):
    floor.agent(user).conference.play("menu_option_1", 30.0, clock.now - 1)


def record(floor, clock):
    at, clock.now = clock.now, 1795255200.0
    ask(floor, function="recording", value="START")
    floor.advance()
    clock.now = at


def lookup(floor, clock, first_id):
    floor.log.next_id = first_id
    for minute, location in ((0, "x-0"), (1, "x-1"), (2, "x-2"), (9, "")):
        entry = floor.log.begin(Kind.CAMPAIGN, location, "1000", 5000, 1795255200.0 + 60 * minute)
        if location:
            entry.location = f"http://10.10.10.15/RECORDINGS/MP3/{location}.mp3"


def wrong_tries(floor, count, *, api_only):
    user = floor.accounts.find("apilock")
    user.api_only = api_only
    user.last_login = 978307201.0 if api_only else floor.now
    for _ in range(count):
        ask(floor, user="apilock", function="recording", value="STATUS", **{"pass": "bad"})


def prepare(case, floor, clock):
    prepare_clips(case, floor, clock)
    prepare_recordings(case["id"], case["params"].get("agent_user", "1000"), floor, clock)
    prepare_logins(case["id"], floor)
    prepare_server(case["id"], floor)
    if found := re.search(r"agent (READY|CLOSER)$", case["precondition"]):
        floor.set_status("1000", found[1])
    if case["id"] == "sess-xfer":
        floor.agent("1000").session_id = "9600051"


def prepare_clips(case, floor, clock):
    name = case["id"]
    if name in PLAYING:
        play(floor, clock, case["params"].get("agent_user", "1000"))
    if name == "aud-two":
        play(floor, clock)
        play(floor, clock)
    if name == "aud-oth":
        play(floor, clock, "1001")
    if name == "aud-2p2":
        ask(floor, function="audio_playback", stage="PLAY", value="clipA")


def prepare_recordings(name, user, floor, clock):
    if name in {"rec-3", "rec-16", "rec-16b", "rec-17"}:
        record(floor, clock)
    if name in {"rec-15", "rec-16b", "rec-22", "p74-2"}:
        floor.freeze(user)
        label = "_MIDCALL" if name in {"rec-22", "p74-2"} else ""
        ask(floor, function="recording", value="START", stage=label, agent_user=user)
    if name in LOOKUP_IDS:
        lookup(floor, clock, LOOKUP_IDS[name])


def prepare_logins(name, floor):
    if found := re.fullmatch(r"lock(2?)-(\d+)", name):
        wrong_tries(floor, int(found[2]) - 1, api_only=bool(found[1]))
    if name == "lock2-good":
        wrong_tries(floor, 22, api_only=True)
    if name == "lock-old":
        floor.accounts.find("apilock").failed = 10


def prepare_server(name, floor):
    store = floor.store
    floor.api_active = name != "auth-13"
    floor.accounts.no_active_server = name == "auth-14"
    floor.accounts.blocked_address = name == "ip-1"
    floor.database_up = name not in {"db-1", "db-2"}
    floor.shows_errors = name == "db-2"
    floor.non_latin = name == "aud-utf"
    floor.accounts.find("apiuser").view_reports = name != "na-rl-uid"
    store.active = name != "na-sl-off"
    if name == "na-sl-nodir":
        store.folder, store.folder_exists = "/srv/www/htdocs/nodir", False
    if name == "na-sl-empty":
        store.files = []


def query(case):
    params = dict(case["params"])
    raw = params.pop("_raw_query", None)
    if "stage" in params and "%C3" in params["stage"]:
        # This one was written down as it stood in the address, percent signs and all.
        stage = params.pop("stage")
        text = urlencode(params) + f"&stage={stage}"
    else:
        text = raw or urlencode(params)
    return text.replace("pass=PASS", "pass=apipass")


@pytest.mark.parametrize("name", [name for name in CASES if name not in CANNOT])
def test_a_recorded_answer(name):
    case = CASES[name]
    floor, clock = make_floor(case)
    prepare(case, floor, clock)
    form = case["method"].startswith("POST")
    params = parse("", query(case)) if form else parse(query(case))
    answer = floor.answer(case["script"], params)
    errors = "replace" if case.get("php") else "backslashreplace"
    body = "" if case["method"] == "HEAD" else answer.body.decode("utf-8", errors)
    given = params.get("pass")
    expected = case["body"].replace("PASS", "apipass" if "PASS" in case["params"].get("pass", "") else given)
    # The word PASS inside the refusal's own wording stays as it is.
    expected = expected.replace("Invalid Username/apipassword", "Invalid Username/Password")
    assert (answer.status, body) == (case["http_status"], expected)


def test_the_table_of_what_cannot_be_set_up_names_real_cases():
    assert CANNOT.keys() <= CASES.keys()
    assert len(CANNOT) <= 7
