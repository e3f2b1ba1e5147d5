"""Secrets stay where they belong. The real flows are run in production settings with canaries for passwords and keys,
VICIdial's habit of echoing the password in clear among them (FACTS 1.7); then everything that came out is searched.
"""

import base64
import json
import re
import sqlite3
from contextlib import closing
from urllib.parse import urljoin

import pytest
import requests
from cryptography.fernet import Fernet

from agentapi.simulator.faults import FaultKind
from tests.processes.running import ROOT, SIMULATOR_OF_FILE, House, environment, panel_of, run

API, NEW_API = "CanaryApi7f3a9b", "CanaryNewApi51cc"
PERSON, GUESS, METRICS = "canary-person-81ab", "canary-guess-02d4", "canary-metrics-77e0"
SIGNING = "canary-signing-key-of-more-than-fifty-characters-4711-0815"
CAST = ("alice", "ada", "otto")
PAGES = 400


class Visitor:
    """A person's browser behind the proxy that speaks TLS; everything that it was sent is kept."""

    def __init__(self, url: str, seen: list[str]) -> None:
        self.url, self.seen = url, seen
        self.cookies: dict[str, str] = {}

    def get(self, path: str, **headers: str) -> requests.Response:
        return self._ask("GET", path, headers=headers)

    def post(self, path: str, **form: str) -> requests.Response:
        return self._ask("POST", path, data={**form, "csrfmiddlewaretoken": self.cookies["csrftoken"]})

    def log_in(self, username: str, password: str) -> requests.Response:
        self.get("/login/")
        return self.post("/login/", username=username, password=password)

    def walk(self, path: str) -> list[str]:
        """Open every page that can be reached by links below `path`, filters left out; the paths that were opened."""
        waiting, known = [path], {path}
        while waiting and len(known) < PAGES:
            here = waiting.pop()
            for link in re.findall(r'href="([^"#?]+)', self.get(here).text):
                there = urljoin(here, link)
                if there.startswith(path) and there not in known and "logout" not in there:
                    known.add(there)
                    waiting.append(there)
        return sorted(known)

    def _ask(self, method: str, path: str, headers: dict[str, str] | None = None, **rest) -> requests.Response:
        answer = requests.request(
            method,
            self.url + path,
            headers={
                "X-Forwarded-Proto": "https",
                "Origin": self.url.replace("http:", "https:"),
                "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
                **(headers or {}),
            },
            timeout=20,
            allow_redirects=False,
            **rest,
        )
        self.cookies.update(answer.cookies.get_dict())
        # Whoever logs in is sent their own session, and nothing else of what is searched for.
        shown = {name: value for name, value in answer.headers.items() if name != "Set-Cookie"}
        self.seen.append(f"{method} {path} {answer.status_code} {shown}\n{answer.text}")
        return answer


@pytest.fixture
def keys():
    return {"ENCRYPTION_KEYS": Fernet.generate_key().decode(), "SECRET_KEY": SIGNING, "METRICS_TOKEN": METRICS}


@pytest.fixture
def production(house: House, simulator, keys) -> House:
    """The house in production settings, its configuration imported with canaries for passwords."""
    for user in simulator.floor.accounts.users:
        user.password = API
    house.env = environment(house.database, DEBUG="0", API_PASSWORD=API, **keys)
    text = (ROOT / "demo" / "config.json").read_text().replace(SIMULATOR_OF_FILE, house.simulator_url)
    configuration = json.loads(text)
    for dialer in configuration["dialers"]:
        dialer["password"] = dialer["non_agent"]["password"] = {"env": "API_PASSWORD"}
    # Hashing a password takes its time, so only those come who are needed.
    for people in ("users", "agents"):
        configuration[people] = [{**p, "password": PERSON} for p in configuration[people] if p["username"] in CAST]
    configuration.pop("teams", None)
    file = house.folder / "canaries.json"
    file.write_text(json.dumps(configuration))
    imported = run("import_config", str(file), env=house.env)
    assert imported.returncode == 0, imported.stderr
    house.folder.joinpath("import.log").write_text(imported.stdout + imported.stderr)
    return house


def change(house: House, sql: str) -> None:
    with closing(sqlite3.connect(house.database)) as connection, connection:
        connection.execute(sql)


def take_calls(house: House, simulator, alice: Visitor, seen: list[str]) -> None:
    """Alice works: what goes well, what VICIdial garbles, and the refused login with its echo."""
    simulator.floor.put_on_call("1000")
    with panel_of(house.url, alice.cookies["sessionid"]) as panel:
        panel.state(lambda s: "play" in s["allowed"])
        panel.ended(panel.press("play", button="recorded-line"))
        panel.state(lambda s: "stop" in s["allowed"])
        panel.ended(panel.press("stop"))
        for fault in (FaultKind.NOISE, FaultKind.GARBAGE, FaultKind.HTTP_500):
            simulator.floor.faults.add(fault, times=2)
        panel.ended(panel.press("capture_begin"))
        panel.ended(panel.press("stop"))
        simulator.floor.faults.clear()
        for user in simulator.floor.accounts.users:
            user.password = "another"
        panel.state(lambda s: s["link"]["dialer"] == "login_refused", within=30)
        panel.press("play", button="recorded-line")
        panel.until(lambda m: m["type"] == "rejected")
        seen.append(json.dumps(panel.heard))
    assert max(user.failed for user in simulator.floor.accounts.users) > 0, "VICIdial never echoed the password."


def administer(house: House, ada: Visitor) -> None:
    """Ada looks at everything, mistypes, and changes the password."""
    assert len(ada.walk("/admin/")) > 40
    key = house.query("SELECT id FROM panel_dialer")[0][0]
    form = {
        "name": "main",
        "url": f"{house.simulator_url}/agc/api.php",
        "user": "apiuser",
        "source": "clipdeck",
        "capture": "stereo",
        "mono_limit_minutes": "60",
        "timezone": "nowhere",
        "new_password": NEW_API,
    }
    assert ada.post(f"/admin/panel/dialer/{key}/change/", **form).status_code == 200
    assert ada.post(f"/admin/panel/dialer/{key}/change/", **{**form, "timezone": "UTC"}).status_code == 302
    assert "main" in ada.get(f"/admin/panel/dialer/{key}/history/").text


def break_things(house: House, ada: Visitor, alice: Visitor) -> None:
    """A page that fails, a password that no key decrypts."""
    change(house, "ALTER TABLE panel_click RENAME TO gone")
    failed = ada.get("/ledger/")
    change(house, "ALTER TABLE gone RENAME TO panel_click")
    assert failed.status_code == 500
    change(house, "UPDATE panel_dialer SET password = 'gAAAAABbroken'")
    ada.walk("/admin/panel/dialer/")
    assert alice.get("/panel/").status_code == 200


def test_no_secret_comes_out_anywhere(production, simulator, keys):
    house, seen = production, list[str]()
    server = house.serve()
    alice, ada, otto = (Visitor(house.url, seen) for _ in range(3))
    assert alice.log_in("alice", GUESS).status_code == 200
    assert alice.log_in("alice", PERSON).status_code == 302
    assert ada.log_in("ada", PERSON).status_code == 302
    assert otto.log_in("otto", PERSON).status_code == 302
    for person in (alice, ada, otto):
        for path in ("/", "/panel/", "/panel/?embed=1", "/ledger/", "/wall/", "/devices/", "/nothing-here/"):
            person.get(path)
    take_calls(house, simulator, alice, seen)
    administer(house, ada)
    exported = run("export_config", env=house.env)
    assert exported.returncode == 0, exported.stderr
    seen += [exported.stdout, exported.stderr, (house.folder / "import.log").read_text()]
    assert "clipdeck_presses_total" in ada.get("/metrics", Authorization=f"Bearer {METRICS}").text
    ada.get("/readyz")
    break_things(house, ada, alice)
    house.close()
    assert "Press ended" in server.said
    assert "Traceback" in server.said

    secrets = [API, NEW_API, PERSON, GUESS, *keys.values()]
    everything = "\n".join([*seen, server.said])
    assert [secret for secret in secrets for form in forms(secret) if form in everything] == []
    sessions = [visitor.cookies["sessionid"] for visitor in (alice, ada, otto)]
    assert [session for session in sessions if session in server.said] == []
    kept = b"".join(path.read_bytes() for path in house.folder.glob("house.sqlite3*"))
    assert [secret for secret in secrets if secret.encode() in kept] == []


def forms(secret: str) -> set[str]:
    """The secret as it is, and as it could hide: in base64, in capitals, in hexadecimal."""
    plain = secret.encode()
    return {secret, base64.b64encode(plain).decode().rstrip("="), secret.upper(), plain.hex()}
