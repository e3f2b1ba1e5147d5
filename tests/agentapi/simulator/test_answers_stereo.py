"""The simulator held to recorded answers of the real stereo_recording: the body and the wish column afterwards.

Each case's precondition is set up as its recorder did, in the tables: rows of `recording_live` and the wish column are
put there, because the recorder had no agent's screen that could have brought them about. That is why the screens are
frozen.
"""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest

from agentapi.simulator import Floor
from agentapi.simulator.agents import Person
from agentapi.simulator.floor import AGENT_SCRIPT
from agentapi.simulator.live import LiveRow
from agentapi.simulator.params import parse
from agentapi.simulator.recording import Kind

RECORDED = json.loads((Path(__file__).parents[1] / "answers-stereo.json").read_text("utf-8"))
CASES = {case["id"]: case for case in RECORDED}

DAY = datetime(2026, 11, 25, tzinfo=UTC)
RECORDED_AT = 1795640199.0
OTHER_SERVER = "10.10.10.16"
PEOPLE = [Person("1000", "Alice", "INCALL"), Person("1049", "Carol", "PAUSED"), Person("JSmith", "Jo", "INCALL")]

# What stood in the tables: (id, minutes after 15:00) of each live row, and the wish column.
ONE = [(121242, 6)]
TWO = [(121242, 6), (121243, 7)]
ROWS = {
    "st-off-live": ONE,
    "st-off-live-end": ONE,
    "st-one-end": ONE,
    "st-one-status": ONE,
    "st-one-end-de": ONE,
    "st-two-begin": TWO,
    "st-two-status": TWO,
    "st-two-order": [(121242, 8), (121243, 7)],
    "st-two-newer-ended": [(121243, 5)],
    "st-par-end": ONE,
    "st-stale-ready": [(121242, -174)],
    "st-stale-end": [(121242, -174)],
    "st-fn-empty": ONE,
    "st-wish-end-live-status": ONE,
    "st-wish-begin-live-status": ONE,
    "st-wish-end-live-begin": ONE,
    "st-stage-status": ONE,
    "st-lab-live": ONE,
    "st-val-statusx-live": ONE,
    "st-val-beginend-live": ONE,
    "st-paused-end": ONE,
    "st-get-begin": ONE,
    "st-get-status": ONE,
    "st-mix-13": ONE,
}
WISHES = {
    "st-wish-begin-status": "BEGIN",
    "st-wish-begin-begin": "BEGIN",
    "st-wish-beginx-status": "BEGIN_X",
    "st-wish-beginx-begin": "BEGIN_X",
    "st-wish-end-status": "END",
    "st-wish-end-begin": "END",
    "st-wish-end-live-status": "END",
    "st-wish-end-live-begin": "END",
    "st-wish-begin-live-status": "BEGIN",
    "st-begin2-2": "BEGIN_A",
    "st-beginend-3": "BEGIN",
    "st-mix-1": "BEGIN",
    "st-mix-3": "BEGIN",
    "st-mix-4": "BEGIN",
    "st-mix-6": "END",
    "st-mix-12": "BEGIN_S",
    "st-mix-15": "END",
    "st-mix-16": "END",
    "st-mix-18": "START_M",
    "st-mix-19": "STOP",
    "st-cancel-2": "STATUSX",
    "st-cancel-3": "STATUSX",
}
MONO_RUNS = {"st-mix-7", "st-mix-9", "st-mix-10", "st-mix-13"}


def make_floor(case):
    name, body = case["id"], case["body"]
    at = RECORDED_AT
    if found := re.search(r"last_login_date\) < (\d+)", body):
        at = float(found[1]) + 900
    floor = Floor(
        PEOPLE,
        clock=lambda: at,
        stereo=case["version"] != "2.14-82",
        switched_off=re.search(r"system setting (stereo_recording )?0", case["precondition"]) is not None,
        filename_template="FULLDATE_CUSTPHONE",
    )
    floor.api_active = name != "st-apioff"
    floor.shows_errors = name.endswith("-de")
    set_up_agents(case, floor)
    set_up_tables(name, floor)
    return floor


def set_up_agents(case, floor):
    floor.agent("JSmith").session_id, floor.agent("JSmith").alt_user = "9600777", "crm77"
    if found := re.search(r"agent (READY|PAUSED|QUEUE|CLOSER)\b", case["precondition"]):
        floor.set_status("1000", found[1])
    if "conf_exten" in case["precondition"]:
        floor.agent("1000").session_id = ""
    floor.log_out("1049")
    for agent in floor.agents.values():
        floor.freeze(agent.user)


def row(number, minutes, user="1000"):
    started = DAY.timestamp() + 15 * 3600 + 60 * minutes
    # A recording that is left over kept the name that the recorder gave to every row.
    name = f"20261125-15{minutes if minutes > 0 else 6:02}00_3125550000_{user}"
    return LiveRow(number, user, "SIP/trunk-00000001", 5000, started, name, OTHER_SERVER)


def set_up_tables(name, floor):
    wish = floor.agent("1000").screen.wish
    if name in MONO_RUNS:
        floor.log.next_id = 77
        entry = floor.log.begin(Kind.MONO, "20261125-150000_3125550000", "1000", 5000, DAY.timestamp() + 15 * 3600)
        wish.keep(entry.id)
    if name in WISHES:
        wish.write(WISHES[name], floor.now)
    for number, minutes in ROWS.get(name, ()):
        floor.live.add(row(number, minutes))
    set_up_odd_rows(name, floor)


def set_up_odd_rows(name, floor):
    """Rows that are not like the others: somebody else's, over, or of another type."""
    if name.startswith("st-other-"):
        floor.live.add(row(121242, 6, "1049"))
    if name == "st-notin-live":
        floor.live.add(row(121242, 6, "1049"))
    if name.startswith("st-case-"):
        floor.live.add(row(121250, 6, "JSmith"))
    if name == "st-ended-status":
        floor.live.add(row(121242, 6))
        floor.live.rows[-1].ended_at = floor.now
    if name == "st-two-newer-ended":
        floor.live.add(row(121244, 7))
        floor.live.close(floor.live.rows[-1], floor.now)
    if name == "st-finished-end":
        floor.live.add(row(121242, 6))
        floor.live.rows[-1].status = "FINISHED"
    if name in {"st-auto-status", "st-auto-end", "st-parauto-status"}:
        floor.live.add(row(121242, 6))
        floor.live.rows[-1].kind = "PARALLEL SBC" if "par" in name else "STEREO SBC"
    if name == "st-par-end":
        floor.live.rows[-1].kind = "PARALLEL AGENT-CONTROLLED"
    if name == "st-fn-empty":
        floor.live.rows[-1].filename = ""


def column(floor, agent_user):
    """The wish column as the recorder read it, through a Latin-1 connection; None where the agent has no row."""
    agent = floor.find(agent_user)
    if agent is None or not agent.logged_in:
        return None
    return agent.screen.wish.text.encode("utf-8", "surrogateescape").decode("cp1252")


@pytest.mark.parametrize("name", CASES)
def test_a_recorded_answer_and_the_wish_it_leaves(name):
    case = CASES[name]
    floor = make_floor(case)
    params = {key: "apipass" if value == "PASS" else value for key, value in case["params"].items()}
    if name == "st-pw":
        params["pass"] = "PASS"
    query = urlencode(params)
    request = parse("", query) if case["method"] == "POST" else parse(query)
    answer = floor.answer(AGENT_SCRIPT, request)
    body = "" if case["method"] == "HEAD" else answer.text
    whom = params.get("agent_user", "JSmith" if "alt_user" in params else "1000")
    wish = column(floor, "1000" if whom == "10.00" else whom)
    assert (answer.status, body, wish) == (case["http_status"], case["body"], case["wish_after"])


def test_every_table_names_real_cases_and_none_is_left_out():
    assert len(CASES) == len(RECORDED) == 120
    assert ROWS.keys() | WISHES.keys() | MONO_RUNS <= CASES.keys()
