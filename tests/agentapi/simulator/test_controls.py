"""What the simulator's page can set, and that each choice does what it says."""

import pytest
import requests

from agentapi.simulator import Floor, SimulatorServer
from agentapi.simulator.controls import CONTROLS, set_control
from agentapi.simulator.deeds import BETWEEN_TWO, VERBS
from agentapi.simulator.snapshot import snapshot

ANSWERS = [
    ("stereo", "switched off", "ERROR: stereo_recording not valid - STATUS|1000"),
    ("stereo", "too old", ""),
    ("permission", "no stereo_recording", "PERMISSION TO USE THIS FUNCTION - STATUS|apiuser|stereo_recording|"),
    ("login", "BAD", "|0|1|BAD|0|api|SELECT"),
    ("login", "LOCK", "|0|1|LOCK|"),
    ("login", "IPBLOCK", "|IPBLOCK|"),
    ("login", "ERRSERVERS", "|ERRSERVERS|"),
    ("login", "GOOD without access", "|1|0|GOOD|"),
    ("api", "is not active", "ERROR: System API NOT ACTIVE"),
    ("warnings", "are in the answers", "<b>Warning</b>"),
    ("database", "is down", ""),
]


@pytest.mark.parametrize(("name", "choice", "part"), ANSWERS)
def test_a_choice_changes_the_answer_and_can_be_taken_back(scene, name, choice, part):
    before = scene.stereo("STATUS")
    first = CONTROLS[name].read(scene.floor)
    set_control(scene.floor, name, choice)
    after = scene.stereo("STATUS")
    assert part in after
    assert after != before
    set_control(scene.floor, name, first)
    assert scene.stereo("STATUS") == before


@pytest.mark.parametrize("name", CONTROLS)
def test_each_choice_can_be_made_and_is_shown(scene, name):
    for choice in CONTROLS[name].choices:
        set_control(scene.floor, name, choice)
        shown = {setting["name"]: setting["value"] for setting in snapshot(scene.floor)["settings"]}
        assert shown[name] == choice


def test_french_refusals_are_known_by_their_shape_only(scene):
    set_control(scene.floor, "language", "French")
    set_control(scene.floor, "login", "BAD")
    answer = scene.stereo("STATUS")
    assert answer.startswith("ERREUR: Identifiant ou mot de passe invalide: |apiuser|apipass|0|1|BAD|0|api|SELECT")


def test_a_refusal_may_be_counted_and_die(scene):
    set_control(scene.floor, "refusals", "is status 500")
    for _ in range(10):
        assert scene.ask("stereo_recording", value="STATUS", **{"pass": "wrong"}) == ""
        assert scene.floor.requests[-1].status == 500
    assert scene.floor.accounts.find("apiuser").failed == 10
    set_control(scene.floor, "refusals", "is answered")
    assert "|LOCK|" in scene.stereo("STATUS")


def test_modes_forced_recordings_rows_and_names_are_set(scene):
    for name, choice in [
        ("campaign-mode", "CUSTOMER_ONLY"),
        ("campaign-recording", "ALLFORCE"),
        ("call-end", "rows are left"),
        ("names", "with a bar"),
        ("asks-twice", "twice"),
    ]:
        set_control(scene.floor, name, choice)
    scene.floor.put_on_call("1000")
    (recording,) = scene.floor.truth().recordings_of("1000")
    assert (recording.mode, "|" in recording.filename) == ("CUSTOMER_ONLY", True)
    scene.floor.hang_up("1000")
    assert scene.shown() == 1


def test_what_does_not_exist_is_refused_with_what_does(scene):
    with pytest.raises(ValueError, match="no such setting as 'colour'; known are stereo"):
        set_control(scene.floor, "colour", "red")
    with pytest.raises(ValueError, match="stereo can't be 'maybe'; it is one of on, switched off, too old"):
        set_control(scene.floor, "stereo", "maybe")


@pytest.mark.parametrize("verb", [*VERBS, *BETWEEN_TWO])
def test_every_verb_does_something_that_the_snapshot_can_tell(scene, verb):
    before = {
        "login": "logout",
        "unfreeze": "freeze",
        "show": "hide",
        "retrieve": "park",
        "dispose": "end-call",
    }
    if verb in before:
        scene.floor.do("1000", before[verb])

    def told():
        shown = snapshot(scene.floor)
        return shown["agents"][0]

    first = told()
    scene.floor.do("1000", verb)
    assert told() != first


def test_settings_and_the_script_over_http():
    with SimulatorServer(Floor.demo()) as server, requests.Session() as session:
        session.trust_env = False

        def post(path, **headers):
            return session.post(f"{server.base_url}/{path}", headers=headers, timeout=5)

        assert post("settings/stereo?value=switched+off", Origin=server.base_url).ok
        assert server.floor.switched_off
        assert post("settings/stereo?value=on", Origin="http://elsewhere.example").status_code == 403
        assert "stereo can't be ''" in post("settings/stereo").text
        assert post("script/").ok
        assert post("agents/1000/transfer?to=1002").ok
        assert server.floor.agent("1002").call is not None
        assert "1000 has no customer" in post("agents/1000/transfer").text
