"""An extension as its server sees it."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

ORIGIN: str = settings.EXTENSION_ORIGINS[0]


class Extension:
    """Requests as a browser sends them for an extension: with its origin, without cookies."""

    def __init__(self, origin: str | None = ORIGIN) -> None:
        self.origin = origin
        self.token = ""
        self._client = Client()

    def get(self, path: str, **headers: str) -> Any:
        return self._client.get(f"/api/v1/{path}", headers=self._headers(headers))

    def post(self, path: str, value: Any = None, **headers: str) -> Any:
        return self._client.post(
            f"/api/v1/{path}", value or {}, content_type="application/json", headers=self._headers(headers)
        )

    def begin(self, name: str = "Chrome on Linux") -> dict[str, Any]:
        answer = self.post("pairings/", {"name": name})
        assert answer.status_code == 201, answer.content
        return dict(answer.json())

    def poll(self, key: str) -> Any:
        return self.post("pairings/poll/", {"key": key})

    def pair(self, agent) -> "Extension":
        """The whole way, with the agent at the page."""
        begun = self.begin()
        allow(agent, begun["code"])
        self.token = self.poll(begun["key"]).json()["token"]
        return self

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        own = {"Origin": self.origin} if self.origin else {}
        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {**own, **bearer, **more}


def browser_of(agent) -> Client:
    client = Client(enforce_csrf_checks=False)
    client.force_login(agent.user)
    return client


def allow(agent, code: str, decision: str = "allow") -> Any:
    return browser_of(agent).post("/pair/", {"code": code, "decision": decision})


def code_of(answer) -> str:
    return str(answer.json()["error"]["code"])


@pytest.fixture
def extension():
    return Extension()


@pytest.fixture
def paired(extension, alice):
    return extension.pair(alice)
