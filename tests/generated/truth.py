"""What must hold whatever was done: each function gives a sentence that is wrong about the world, or None.

What nobody could have told Clipdeck is left out here, as narrowly as it can be said, and with the reason.
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

from agentapi import machine
from agentapi.machine import Action, CaptureStatus, Fault, PlaybackStatus, State
from agentapi.simulator.playback import Piece
from agentapi.simulator.recording import Kind
from panel.models import Alert, Click
from tests.generated.chronicle import ALICE, Begun, Look, Moment
from tests.generated.world import World

QUIET = 1.5
"""Seconds after the last answer until every window of VICIdial's is closed: 0.6 for a clip, 1.1 for a recording."""
NO_SUCH_CLIP = "cd-no-such-clip"
OPEN = ("queued", "sent")
RESTS_ON_A_LOOK = ("no_customer", "logged_out", "already_capturing", "not_capturing")
FRESH = 1.0
"""Seconds: no press is refused by an older look."""
ROUNDING = 0.11
"""Seconds: how exactly the chronicle knows when something changed."""
GONE = ("DEAD", "PARK", "DISPO", "DIAL")
SAYS_SO = (Fault.WILL_BEGIN_IN_NEXT_CALL, Fault.BEGUN_IN_OTHER_CALL)


def at_all_times(world: World) -> str | None:
    """What must hold even in the middle of everything."""
    return (
        next(iter(world.heard_two), None)
        or next(iter(world.wire.wrong_toggles), None)
        or next(iter(world.wire.sent_too_late), None)
        or sent_twice(world)
        or wrong_versions(world)
        or two_ends(world)
        or clip_refused_for_a_recording(world)
        or refused_from_memory(world)
        or full_without_customer(world)
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
    return waits_in_silence(world) or at_all_times(world)


def stuck(world: World) -> str | None:
    """With a screen in sight and a customer on the line, a clip and a recording may begin."""
    kept_from = {name: why for name, why in world.reasons.items() if name in ("replace", "capture_begin")}
    return f"stuck: {kept_from}" if kept_from else None


def nothing_of_ours_runs(world: World) -> bool:
    return not any(each.recording.ended_at is None and each.author == "ours" for each in world.chronicle.begun.values())


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


def clip_refused_for_a_recording(world: World) -> str | None:
    """Whether a dialer can record decides about recordings only."""
    ended = Click.objects.filter(reason__startswith="capture_").exclude(action__startswith="capture_")
    codes = [(action, reason) for action, reason in ended.values_list("action", "reason")]
    codes += [(a, code) for _, a, code in world.rejected if a not in machine.CAPTURES and code.startswith("capture_")]
    return next((f"{action} was refused as {code}" for action, code in codes), None)


def refused_from_memory(world: World) -> str | None:
    """What was refused by a look was so within the last second, and the time that the look's answer took."""
    refused = [*world.rejected]
    for click in Click.objects.filter(status="failed", reason__in=RESTS_ON_A_LOOK):
        if click.ended_at and click.pk not in world.judged:
            world.judged.add(click.pk)
            refused.append((world.true(click.ended_at), Action(click.action), click.reason))
    world.rejected.clear()
    for at, action, code in refused:
        if code in RESTS_ON_A_LOOK and at - world.clock_set_at > FRESH and not _was_so(world, at, code):
            return f"{action} was refused as {code}, which was not so in the last second"
    return None


def _was_so(world: World, at: float, code: str) -> bool:
    looks = [look for look in world.chronicle.looks if look.told_at >= at - FRESH - ROUNDING]
    since = min((look.at for look in looks), default=at) - ROUNDING
    moments = [moment for moment in world.chronicle.moments if since <= moment.at <= at]
    if code == "already_capturing" and world.state.capture.wished_at:
        return True  # What is on its way counts as well.
    so: dict[str, Callable[[Moment], bool]] = {
        "no_customer": lambda moment: not moment.customer,
        "logged_out": lambda moment: not moment.logged_in,
        "already_capturing": lambda moment: moment.active,
        "not_capturing": lambda moment: not moment.active,
    }
    return bool(looks) and any(map(so[code], moments))


def full_without_customer(world: World) -> str | None:
    """A play that is called full was heard by one customer from its beginning to its end, but for what no look saw."""
    full = Click.objects.filter(play_end="full").values_list("pk", "play_ended_at")
    for pk, ended_at in full:
        channel = world.chronicle.plays.get(pk)
        if pk in world.judged or channel is None or ended_at is None:
            continue
        world.judged.add(pk)
        if world.outside.clip or world.outside.toggle or world.outside.end or world.clock_set_at > channel.asked_at:
            continue
        heard = [piece for piece in channel.pieces if piece.caller_id]
        looks = [look for look in world.chronicle.looks if look.at >= channel.asked_at]
        if not _is_covered(heard, channel.length) and _could_be_seen(looks):
            return f"the clip {channel.clip} is called full, but was heard for {sum(p.seconds for p in heard):.2f} s"
        if not any(look.at >= channel.asked_at + channel.length for look in looks):
            return f"the clip {channel.clip} is called full, but nobody looked at its end"
    return None


def _is_covered(pieces: list[Piece], length: float) -> bool:
    """Whether one customer heard every second."""
    reached = 0.0
    for piece in sorted(pieces, key=lambda piece: piece.position):
        if piece.position > reached + ROUNDING or piece.caller_id != pieces[0].caller_id:
            return False
        reached = max(reached, piece.position + piece.seconds)
    return reached >= length - ROUNDING


def _could_be_seen(looks: list[Look]) -> bool:
    """Whether a look since the clip's beginning told that its customer was gone, or was another one."""
    calls = {look.call_id for look in looks if look.call_id}
    sessions = {look.session_id for look in looks if look.session_id}
    gone = any(look.status != machine.WITH_CUSTOMER or look.sub_status in GONE for look in looks)
    return gone or len(calls) > 1 or len(sessions) > 1


def waits_in_silence(world: World) -> str | None:
    """A BEGIN of ours that can come to life in another call is said aloud, as far as a look could tell of the call."""
    chronicle = world.chronicle
    if chronicle.function is not Kind.STEREO or not chronicle.our_wish_waits():
        return None
    now_in = world.floor.agents[ALICE].caller_id
    if now_in == chronicle.asked_in or not _saw_the_end(world, chronicle.asked_in):
        return None
    alerted = Alert.objects.filter(kind=Alert.Kind.BEGINS_BY_ITSELF, cleared_at=None).exists()
    if world.state.capture.fault in SAYS_SO or alerted:
        return None
    return f"a BEGIN waits for the next call, and nothing says so but {world.state.capture}"


def _saw_the_end(world: World, call_id: str) -> bool:
    """Whether a look showed that the call of our last BEGIN is over."""
    sent_at = world.chronicle.asked_at
    seen = [look for look in world.chronicle.looks if look.at >= sent_at]
    return any(look.status != machine.WITH_CUSTOMER or look.call_id not in (None, call_id) for look in seen)


def claimed_in_vain(world: World) -> str | None:
    """A certain state that the simulator's truth contradicts."""
    state = machine.tick(world.state, world.rules, world.clock())
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
    """Ours is what our BEGIN began; idle means that the last STATUS showed none; active, that what it showed runs."""
    return wrongly_ours(world, state) or wrongly_idle(world, state) or wrongly_active(world, state)


def wrongly_ours(world: World, state: State) -> str | None:
    capture = state.capture
    shown = capture.status in (CaptureStatus.ACTIVE, CaptureStatus.STOPPING)
    if not world.chronicle.clock_known:
        return None  # Start times are then held against a BEGIN of another clock.
    begun = world.chronicle.begun.get(capture.recording_id) if shown else None
    if capture.ours is True and shown and (begun is None or begun.author not in ("ours", "either")):
        return f"the recording {capture.recording_id} is called ours, but was begun by {begun and begun.author}"
    if capture.ours is False and begun is not None and begun.author == "ours" and begun.is_plain:
        return f"the recording {capture.recording_id} is ours, but called somebody else's"
    begun_elsewhere = begun is not None and begun.author == "ours" and begun.asked_in != begun.recording.caller_id
    if begun and begun_elsewhere and begun.recording.caller_id and capture.ours and capture.fault is None:
        return _begun_in_silence(world, begun)
    return None


def _begun_in_silence(world: World, begun: Begun) -> str | None:
    """A recording that began by itself in a later call says so, where a look told that there are two calls."""
    between = [
        look for look in world.chronicle.looks if begun.asked_at <= look.at <= begun.recording.started_at - ROUNDING
    ]
    if not any(look.status != machine.WITH_CUSTOMER or look.call_id not in (None, begun.asked_in) for look in between):
        return None
    return f"the recording {begun.recording.id} began by itself in another call, and nothing says so"


def wrongly_idle(world: World, state: State) -> str | None:
    capture, look = state.capture, _last_look(world, state)
    if look is None or capture.status is not CaptureStatus.IDLE or capture.fault is not None:
        return None
    begun = world.chronicle.begun.get(look.row or "")
    if begun is None or begun.author != "ours" or begun.recording.ended_at is not None:
        return None
    return f"no recording is shown, but VICIdial showed ours, {look.row}"


def wrongly_active(world: World, state: State) -> str | None:
    capture, look = state.capture, _last_look(world, state)
    if look is None or capture.status is not CaptureStatus.ACTIVE or capture.fault is not None:
        return None
    if world.chronicle.function is Kind.MONO or machine.left_over(state, world.rules) or machine.silent_since(state):
        return None
    if not look.row:
        return "active is shown, but VICIdial showed no recording"
    begun = world.chronicle.begun.get(look.row)
    ended_at = begun.recording.ended_at if begun else None
    if begun is None or ended_at is None or ended_at >= look.at:
        return None
    since = [each for each in world.chronicle.looks if ended_at <= each.at <= look.at - QUIET]
    was_in = begun.recording.caller_id
    if any(each.status != machine.WITH_CUSTOMER or each.call_id not in (None, was_in) for each in since):
        return f"{look.row} is shown as running, but the call that it recorded was seen to be over"
    return None


def _last_look(world: World, state: State) -> Look | None:
    """The look at the recording on which the state rests; None where that cannot be told."""
    checked_at = state.capture.checked_at
    if checked_at is None or not world.rules.can_capture:
        return None
    at = world.true(checked_at)
    looks = [look for look in world.chronicle.looks if look.row is not None and abs(look.told_at - at) < 1e-3]
    return looks[-1] if looks else None
