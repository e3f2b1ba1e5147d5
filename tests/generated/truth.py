"""What must hold whatever was done: each function gives a sentence that is wrong about the world, or None.

What nobody could have told Clipdeck is left out here, as narrowly as it can be said, and with the reason.
"""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

from agentapi import machine
from agentapi.machine import CaptureStatus, PlaybackStatus, State
from panel.models import Click
from tests.generated.world import ALICE, World

QUIET = 1.5
"""Seconds after the last answer until every window of VICIdial's is closed: 0.6 for a clip, 1.1 for a recording."""
NO_SUCH_CLIP = "cd-no-such-clip"
OPEN = ("queued", "sent")


def at_all_times(world: World) -> str | None:
    """What must hold even in the middle of everything."""
    return (
        next(iter(world.heard_two), None)
        or next(iter(world.wire.wrong_toggles), None)
        or next(iter(world.wire.sent_too_late), None)
        or sent_twice(world)
        or wrong_versions(world)
        or two_ends(world)
        or (claimed_in_vain(world) if is_quiet(world) else None)
    )


def once_settled(world: World) -> str | None:
    """What must hold after a while with a worker, an open panel and a VICIdial that answers."""
    left = list(Click.objects.filter(status__in=OPEN).values_list("action", "status"))
    if left:
        return f"no end for {left}"
    told = Counter(m["id"] for m in world.pushed if m["type"] == "click" and m["status"] not in OPEN)
    unsaid = [str(pk) for pk in Click.objects.values_list("pk", flat=True) if str(pk) not in told]
    if unsaid:
        return f"nobody was told of the end of {unsaid}"
    agent, shown = world.floor.agents[ALICE], world.state.session.status
    truth = agent.status if agent.logged_in else machine.LOGGED_OUT
    if shown != truth:
        return f"the session is shown as {shown}, but is {truth}"
    return at_all_times(world)


def is_quiet(world: World) -> bool:
    """Whether nothing is on its way, so that what is shown as certain must be true."""
    in_hand = world.wire.in_flight or any(process.hands for process in world.processes)
    at_work = in_hand or Click.objects.filter(status="sent").exists()
    return not at_work and world.now - world.wire.last_at >= QUIET


def sent_twice(world: World) -> str | None:
    """A command of a click goes out once; only a STOP that found nothing is repeated (FACTS 3.3)."""
    accepted = [each for each in world.wire.executed if each.word != "STOP" or "SUCCESS" in each.answer]
    sent = Counter((each.click_id, each.function, each.word) for each in accepted)
    return next((f"{word} of {click_id} was sent {n} times" for (click_id, _, word), n in sent.items() if n > 1), None)


def wrong_versions(world: World) -> str | None:
    versions = [m["version"] for m in world.pushed if m["type"] == "state"]
    return next(
        (f"version {after} after {before}" for before, after in pairwise(versions) if after != before + 1), None
    )


def two_ends(world: World) -> str | None:
    ends = Counter(m["id"] for m in world.pushed if m["type"] == "click" and m["status"] not in OPEN)
    return next((f"click {name} ended {n} times" for name, n in ends.items() if n > 1), None)


def claimed_in_vain(world: World) -> str | None:
    """A certain state that the simulator's truth contradicts."""
    state = machine.tick(world.state, world.clock())
    return wrong_playback(world, state) or wrong_capture(world, state)


def wrong_playback(world: World, state: State) -> str | None:
    """Playing means audible, paused means held, idle means silence."""
    outside, playback = world.outside, state.playback
    world.floor.advance()
    present = world.floor.agents[ALICE].conference.present(world.now)
    held, heard = [c for c in present if c.paused], [c for c in present if not c.paused]
    went_on = bool(heard) and world.now - outside.ended_at >= QUIET
    if outside.end and (playback.status is PlaybackStatus.IDLE or went_on):
        outside.end = False
    if outside.clip or outside.toggle or outside.end:
        return None
    if playback.status is PlaybackStatus.IDLE and present:
        return f"idle is shown, but {present[0].clip} is there"
    if playback.status is PlaybackStatus.PAUSED and not held:
        return "paused is shown, but nothing is held"
    if playback.status is PlaybackStatus.PLAYING and not heard and not _about_to_end(world, state):
        return f"{playback.clip} is shown as playing, but nothing sounds"
    return None


def _about_to_end(world: World, state: State) -> bool:
    """The end is estimated, with room for the lag of VICIdial and of the answers; a clip without a file never sounds
    although VICIdial says SUCCESS (FACTS 3.1)."""
    playback = state.playback
    if playback.audio == NO_SUCH_CLIP:
        return True
    lag = machine.END_LAG + timedelta(seconds=world.wire.lag)
    return playback.until is not None and playback.until - world.clock() <= lag


def wrong_capture(world: World, state: State) -> str | None:
    """Active means recording, idle means none, as far as VICIdial was asked since others did something."""
    capture, screen = state.capture, world.floor.agents[ALICE].screen
    asked = capture.checked_at
    if asked is None or asked.timestamp() < world.outside.recording_at + QUIET:
        return None
    recording = world.truly_recording()
    if capture.status is CaptureStatus.ACTIVE and not recording:
        return "active is shown, but nothing records"
    # VICIdial says "not recording" from the END on; a screen that is frozen then records on (FACTS 2.6).
    frozen_with_a_wish = screen.frozen and any(wish.due is not None for wish in screen.wishes.values())
    if capture.status is CaptureStatus.IDLE and recording and not frozen_with_a_wish:
        return "no recording is shown, but one runs"
    return None
