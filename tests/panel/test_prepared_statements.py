"""What is compiled once writes what the ORM would: every column, on whichever database."""

from datetime import UTC, datetime
from uuid import uuid4

from panel.models import Click, Session
from panel.prepared import PreparedInsert, PreparedUpdate
from panel.services import sessions

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
insert = PreparedInsert(Click)
move = PreparedUpdate(Session, sets=("state", "moves_at", "ask_urgent"), where=("id", "version", "state"))


def click_of(alice, **fields) -> Click:
    times = {"requested_at": NOON, "not_before": NOON, "expires_at": NOON}
    return Click(id=uuid4(), agent=alice, actor=alice.user, action="play", press={"button": "ä"}, **times, **fields)


def columns(click: Click) -> dict[str, object]:
    return {name: value for name, value in vars(click).items() if name not in {"_state", "id"}}


def test_an_inserted_row_reads_as_one_that_was_saved(alice):
    inserted, saved = (click_of(alice, play_seconds=1.5, urgent=True) for _ in range(2))
    insert(inserted)
    saved.save(force_insert=True)
    one, other = (Click.objects.get(pk=click.pk) for click in (inserted, saved))
    assert columns(one) == columns(other)


def test_an_update_finds_a_row_only_as_it_was(alice):
    session = sessions.ensure_session(alice)
    assert move({"a": [1]}, NOON, True, session.pk, session.version, {"moved": True}) == 0
    assert move({"a": [1]}, NOON, True, session.pk, session.version + 1, session.state) == 0
    assert move({"a": [1]}, NOON, True, session.pk, session.version, session.state) == 1
    assert move({"a": [2]}, None, False, session.pk, session.version, {"a": [1]}) == 1
    session.refresh_from_db()
    assert (session.state, session.moves_at, session.ask_urgent) == ({"a": [2]}, None, False)
