"""What a dialer can record, and what its clock shows: told by whatever it answers, written where it is news."""

from datetime import datetime, timedelta

from agentapi.capability import Capability, capability_of
from agentapi.commands import AskCapture, BeginCapture, Command, EndCapture
from agentapi.outcomes import Accepted, Outcome
from agentapi.versions import STEREO_BUILD
from panel.models import Dialer
from panel.selectors.states import rules_of
from panel.services import links

CLOCK_TRUSTED_FOR = timedelta(minutes=1)
AGAIN_AFTER = timedelta(minutes=1)
"""How soon a version is asked for again that was not told."""


def told(dialer: Dialer, command: Command, outcome: Outcome, at: datetime) -> None:
    """Hold the outcome of a command against what is known of the dialer's capture function."""
    if not isinstance(command, AskCapture | BeginCapture | EndCapture):
        return
    found = capability_of(outcome)
    if found is None or found == dialer.capability or command.function != rules_of(dialer, at).capture:
        return
    if found is Capability.TOO_OLD and (command.function == "recording" or (dialer.build or 0) >= STEREO_BUILD):
        return  # An empty answer of a server that surely knows the function is chance.
    links.note_capability(dialer.pk, found, at)


def look_soon(dialer: Dialer, now: datetime) -> None:
    """A recording is about to begin: whose it is follows from the server's clock, which may have been set since."""
    if dialer.look_again_at is not None and dialer.version_at and now - dialer.version_at > CLOCK_TRUSTED_FOR:
        Dialer.objects.filter(pk=dialer.pk).update(look_again_at=None)


def version_told(dialer_id: int, outcome: Outcome, at: datetime) -> None:
    """Tell from the server's build that it is too old (FACTS 7.1); where no build was told, ask again soon."""
    rows = Dialer.objects.filter(pk=dialer_id)
    if not isinstance(outcome, Accepted) or outcome.version is None:
        rows.update(look_again_at=at + AGAIN_AFTER)
    elif outcome.version.knows_stereo is False and rows.filter(capture=Dialer.Capture.STEREO).exists():
        links.note_capability(dialer_id, Capability.TOO_OLD, at)
