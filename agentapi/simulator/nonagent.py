"""The parts of `/vicidial/non_agent_api.php` that a panel has a use for (FACTS 4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from agentapi.simulator.accounts import User, clean_user
from agentapi.simulator.agents import Agent
from agentapi.simulator.answers import SHORTEST_SOURCE, before_all_checks, log_in
from agentapi.simulator.params import Params
from agentapi.simulator.recording import Recording
from agentapi.simulator.reply import Answer
from agentapi.simulator.store import SortKey
from agentapi.simulator.timing import stamp

if TYPE_CHECKING:
    from agentapi.simulator.floor import Floor

LOWEST_LEVEL = 7
SEPARATORS = {"csv": ",", "tab": "\t", "pipe": "|"}
COMMON = ["calls_today", "full_name", "user_group", "user_level"]
STATUS_HEADER = [
    *("status", "callerid", "lead_id", "campaign_id", *COMMON, "pause_code"),
    *("real_time_sub_status", "phone_number", "vendor_lead_code", "session_id"),
]
FLOOR_HEADER = ["user", "campaign_id", "session_id", "status", "lead_id", "callerid", *COMMON]
DETAILS_HEADER = ["user", "full_name", "user_group", "user_level", "active"]
LOOKUP_HEADER = ["start_time", "user", "recording_id", "lead_id"]


def answer(floor: Floor, params: Params) -> Answer:
    """Answer one call of the non-agent API; an unknown function has an empty body."""
    early = before_all_checks(floor, params)
    if early is not None:
        return early
    function = params.get("function")
    if function != "sounds_list" and len(params.get("source")) < SHORTEST_SOURCE:
        return Answer("ERROR: Invalid Source - \n")
    user = log_in(floor, params)
    return user if isinstance(user, Answer) else _dispatch(floor, params, user, function)


def _dispatch(floor: Floor, params: Params, user: User, function: str) -> Answer:
    serve = {
        "sounds_list": _sounds_list,
        "agent_status": _agent_status,
        "logged_in_agents": _logged_in_agents,
        "recording_lookup": _recording_lookup,
        "user_details": _user_details,
    }.get(function)
    if serve is None:
        return Answer()
    if not user.may(function) or user.level < LOWEST_LEVEL:
        text = "auth USER DOES NOT HAVE PERMISSION TO USE THIS FUNCTION"
        return Answer(f"ERROR: {text}: |{user.name}|{function}|\n")
    return serve(floor, params, user)


def _table(params: Params, header: list[str], rows: Iterable[list[str]]) -> Answer:
    """Rows as text, with the separator that `stage` names and a header where one is wanted."""
    separator = SEPARATORS.get(params.get("stage"), "|")
    lines = [header] if params.get("header") == "YES" else []
    return Answer("".join(separator.join(line) + "\n" for line in [*lines, *rows]))


def _sounds_list(floor: Floor, params: Params, user: User) -> Answer:
    """The store's files; without `stage`, or in an unknown format, there is no body (FACTS 4.1)."""
    store, order = floor.store, params.get("stage")
    if not store.active:
        text = "sounds_list CENTRAL SOUND CONTROL IS NOT ACTIVE"
        return Answer(f"ERROR: {text}: |{user.name}|0|\n")
    if not store.folder_exists:
        text = "audio store web directory does not exist"
        return Answer(f"ERROR: {text}: |{user.name}|sounds_list|{store.folder}|\n")
    seconds = floor.timing.sounds_list
    if not store.files and floor.php_dies:
        return Answer(status=500, seconds=seconds)
    if params.get("format") != "tab" or order not in ("name", "date", "size"):
        return Answer(seconds=seconds)
    files = store.sorted_by(cast("SortKey", order))
    lines = [
        f"{number}\t{file.filename}\t{stamp(file.modified, floor.zone)}.\t{file.size}\t{int(file.modified)}\n"
        for number, file in enumerate(files)
    ]
    return Answer("".join(lines), seconds=seconds)


def _who(agent: Agent) -> list[str]:
    """Calls today, full name, group and level: four fields that several answers share."""
    return [str(agent.calls_today), agent.name, agent.group, "1"]


def _agent_status(floor: Floor, params: Params, user: User) -> Answer:
    name = clean_user(params.get("agent_user"))
    if not name:
        return Answer(f"ERROR: agent_status INVALID SEARCH PARAMETERS: {user.name}|{name}\n")
    agent = floor.find(name)
    if agent is None:
        return Answer(f"ERROR: agent_status AGENT NOT FOUND: {user.name}|{name}\n")
    if not agent.logged_in:
        return Answer(f"ERROR: agent_status AGENT NOT LOGGED IN: {user.name}|{name}\n")
    row = [agent.status, agent.caller_id, str(agent.lead_id), agent.campaign, *_who(agent)]
    row += ["", agent.sub_status, agent.phone, agent.vendor_code, agent.session_id]
    return _table(params, STATUS_HEADER, [row])


def _user_details(floor: Floor, params: Params, _user: User) -> Answer:
    """Who an agent is. What an unknown name brings was never recorded: here there is no row."""
    agent = floor.find(clean_user(params.get("agent_user")))
    return _table(params, DETAILS_HEADER, [[agent.user, agent.name, agent.group, "1", "Y"]] if agent else [])


def _logged_in_agents(floor: Floor, params: Params, user: User) -> Answer:
    """The whole floor in one call, but for campaigns and groups that the user may not see (FACTS 4.3)."""
    campaigns = params.get("campaigns")
    agents = [
        agent
        for agent in floor.agents.values()
        if agent.logged_in
        and user.sees(agent.campaign, agent.group)
        and (not campaigns or agent.campaign in campaigns.split("-"))
    ]
    if not agents:
        return Answer(f"ERROR: logged_in_agents NO LOGGED IN AGENTS: {user.name}|\n")
    with_sub = params.get("show_sub_status") == "YES"
    header = [*FLOOR_HEADER, "pause_code", "sub_status"] if with_sub else FLOOR_HEADER
    return _table(params, header, (_floor_row(agent, with_sub=with_sub) for agent in agents))


def _floor_row(agent: Agent, *, with_sub: bool) -> list[str]:
    row = [agent.user, agent.campaign, agent.session_id, agent.status]
    row += [str(agent.lead_id), agent.caller_id, *_who(agent)]
    return [*row, "", agent.sub_status] if with_sub else row


def _recording_lookup(floor: Floor, params: Params, user: User) -> Answer:
    """Recordings of an agent's day or of a lead; a running one has no location (FACTS 4.4)."""
    if not user.view_reports:
        text = "recording_lookup USER DOES NOT HAVE PERMISSION TO GET RECORDING INFO"
        return Answer(f"ERROR: {text}: |{user.name}|0|\n")
    name, lead, date = (params.get(key) for key in ("agent_user", "lead_id", "date"))
    if not lead and not (name and date):
        return Answer(f"ERROR: recording_lookup INVALID SEARCH PARAMETERS: |{user.name}|{name}|\n")
    found = [entry for entry in floor.log.entries if _matches(floor, entry, name, lead, date)]
    if not found:
        return Answer(f"ERROR: recording_lookup NO RECORDINGS FOUND: |{user.name}|{name}|{date}|\n")
    duration = params.get("duration") == "Y"
    header = [*LOOKUP_HEADER, "duration", "location"] if duration else [*LOOKUP_HEADER, "location"]
    return _table(params, header, (_lookup_row(floor, entry, duration=duration) for entry in found))


def _matches(floor: Floor, entry: Recording, name: str, lead: str, date: str) -> bool:
    return (
        (not name or entry.agent_user == name)
        and (not lead or str(entry.lead_id) == lead)
        and (not date or stamp(entry.started_at, floor.zone).startswith(date))
    )


def _lookup_row(floor: Floor, entry: Recording, *, duration: bool) -> list[str]:
    row = [stamp(entry.started_at, floor.zone), entry.agent_user, str(entry.id), str(entry.lead_id)]
    if duration:
        ended = entry.ended_at
        row.append("" if ended is None else str(int(ended - entry.started_at)))
    return [*row, entry.location]
