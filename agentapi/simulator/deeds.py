"""What the buttons of the simulator's page do to an agent."""

from __future__ import annotations

from collections.abc import Callable

from agentapi.simulator.accounts import UNSEEN
from agentapi.simulator.seats import Seats


def _hide_from_list(seats: Seats, user: str) -> None:
    """Move the agent into a campaign that the non-agent user may not see, or back (FACTS 4.3)."""
    agent = seats.agent(user)
    agent.campaign = "TESTCAMP" if agent.campaign == UNSEEN else UNSEEN


def _name_with_bar(seats: Seats, user: str) -> None:
    """Put a bar into the full name, which gives the agent's row a field more, or take it out (FACTS 4.3)."""
    agent = seats.agent(user)
    name = agent.name.removesuffix(" | Sales")
    agent.name = f"{name} | Sales" if name == agent.name else name


VERBS: dict[str, Callable[[Seats, str], object]] = {
    "call": lambda seats, user: seats.put_on_call(user),
    "call-inbound": lambda seats, user: seats.put_on_call(user, inbound=True),
    "call-unknown": lambda seats, user: seats.put_on_call(user, is_logged=False),
    "call-recorded": lambda seats, user: seats.put_on_call(user, campaign_recording=True),
    "hangup": lambda seats, user: seats.hang_up(user),
    "hangup-undisposed": lambda seats, user: seats.hang_up(user, disposition=False),
    "end-call": lambda seats, user: seats.end_call(user),
    "dispose": lambda seats, user: seats.dispose(user),
    "customer-gone": lambda seats, user: seats.customer_hangs_up(user),
    "park": lambda seats, user: seats.park(user),
    "retrieve": lambda seats, user: seats.retrieve(user),
    "pause": lambda seats, user: seats.pause(user),
    "logout": lambda seats, user: seats.log_out(user),
    "emergency-logout": lambda seats, user: seats.emergency_logout(user),
    "login": lambda seats, user: seats.log_in(user),
    "crash": lambda seats, user: seats.crash(user),
    "freeze": lambda seats, user: seats.freeze(user),
    "unfreeze": lambda seats, user: seats.unfreeze(user),
    "hide": lambda seats, user: seats.hide(user),
    "show": lambda seats, user: seats.show(user),
    "unlist": _hide_from_list,
    "name-with-bar": _name_with_bar,
}
BETWEEN_TWO: dict[str, Callable[[Seats, str, str], object]] = {
    "transfer": lambda seats, user, to: seats.transfer(user, to),
    "three-way": lambda seats, user, to: seats.three_way(user, to),
}


def do(seats: Seats, user: str, verb: str, other: str = "") -> None:
    """Do it; without `other` somebody who is free is taken. ValueError where it can't be done."""
    if verb in VERBS:
        VERBS[verb](seats, user)
    elif verb in BETWEEN_TWO:
        BETWEEN_TWO[verb](seats, user, other or seats.free_agent(user).user)
    else:
        raise ValueError(f"no such thing to do as {verb!r}; known are {', '.join([*VERBS, *BETWEEN_TWO])}")
