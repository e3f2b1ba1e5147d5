"""Whom a call is about, and whether its API user may ask: what all functions check in the same words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agentapi.simulator.accounts import User, clean_user
from agentapi.simulator.agents import Agent
from agentapi.simulator.params import Params
from agentapi.simulator.reply import Answer

if TYPE_CHECKING:
    from agentapi.simulator.floor import Floor

SHORTEST_ALT_USER = 2


@dataclass(frozen=True, slots=True)
class Addressed:
    """The agent who was found, and the name as it was asked for, which answers echo (FACTS 7.3, 7.16).

    `line` precedes the answer where `alt_user` named nobody.
    """

    agent: Agent
    name: str
    line: str = ""

    @property
    def place(self) -> str:
        """The last three fields of every recording answer (FACTS 2.1)."""
        return f"{self.agent.server}|{self.agent.session_id}|{self.agent.status}"

    @property
    def bare(self) -> str:
        """The eight fields of an answer that knows of no recording (FACTS 2.1)."""
        return f"{self.name}|||||{self.place}"


def nobody_named(params: Params) -> bool:
    return not clean_user(params.get("agent_user")) and len(params.get("alt_user")) < SHORTEST_ALT_USER


def no_permission(value: str, user: User, function: str) -> Answer:
    """The refusal of a function that this API user may not call (FACTS 1.9)."""
    text = "auth USER DOES NOT HAVE PERMISSION TO USE THIS FUNCTION"
    return Answer(f"ERROR: {text} - {value}|{user.name}|{function}|{user.group}\n")


def addressed(floor: Floor, params: Params, prefix: str) -> Addressed | Answer:
    """The agent whom `agent_user` or `alt_user` names, or the lines that deny it (FACTS 1.14)."""
    name, other, line = clean_user(params.get("agent_user")), clean_user(params.get("alt_user")), ""
    if len(other) >= SHORTEST_ALT_USER:
        by_other = floor.by_alt_user(other)
        name = by_other.user if by_other else name
        line = "" if by_other else f"ERROR: no user found - {prefix}{other}\n"
    agent = floor.find(name)
    if agent is None or not agent.logged_in:
        return Answer(f"{line}ERROR: agent_user is not logged in - {prefix}{name}\n")
    return Addressed(agent, name, line)
