"""Who changed the configuration: what auditors are shown of it."""

import json
from pathlib import Path

import pytest
from django.urls import reverse

from panel.configuration.importing import import_configuration
from panel.models import Board, Button, Clip, Dialer, Team
from panel.selectors import history
from panel.selectors.history import HISTORIES, Asked, Change, changes
from tests.conftest import PASSWORD

DEMO = json.loads((Path(__file__).parents[3] / "demo" / "config.json").read_text())
PATH = "/ledger/configuration/"


def newest(what: str = "") -> Change:
    return changes(Asked(what=what), None).items[0]


def told(change: Change) -> dict[str, tuple[str, str]]:
    return {value.field: (value.old, value.new) for value in change.values}


def save_dialer(client, dialer, **changed: str) -> None:
    keys = ("name", "url", "user", "source", "capture", "timezone", "non_agent_url", "non_agent_user")
    form = {key: getattr(dialer, key) for key in keys} | {"pause_supported": "on"}
    form |= {"mono_limit_minutes": "60"} | changed
    answer = client.post(reverse("admin:panel_dialer_change", args=[dialer.pk]), form)
    assert answer.status_code == 302


def test_a_change_in_the_admin_tells_who_and_what_it_was_before(ada, client, dialer):
    client.force_login(ada)
    save_dialer(client, dialer, source="another")
    change = newest("dialer")
    assert (change.who, change.name, change.kind) == ("Ada", "main", "changed")
    assert told(change) == {"source": ("clipdeck", "another")}


def test_a_new_password_is_told_of_and_never_kept(ada, client, dialer, visit, otto):
    client.force_login(ada)
    save_dialer(client, dialer, new_password="canary-f3a9")
    change = newest("dialer")
    assert (change.why, told(change)) == ("A new password.", {})
    assert "canary-f3a9" not in visit(otto, PATH).content.decode()
    assert not {"password", "non_agent_password"} & {f.name for f in Dialer.history.model._meta.get_fields()}


def test_what_merely_happens_to_a_dialer_is_no_change(dialer):
    before = Dialer.history.count()
    dialer.link = Dialer.Link.UNREACHABLE
    dialer.save(update_fields=["link", "link_since"])
    assert Dialer.history.count() == before


def test_a_login_that_somebody_uses_is_not_changed_by_that(ada, client):
    before = HISTORIES["login"].count()
    assert client.post("/login/", {"username": "ada", "password": PASSWORD}).status_code == 302
    assert HISTORIES["login"].count() == before


def test_an_import_leaves_its_mark_and_a_second_one_none(db):
    import_configuration(DEMO, {})
    assert {history.model.objects.first().history_change_reason for history in HISTORIES.values()} == {"Imported."}
    counts = {what: rows.count() for what, rows in HISTORIES.items()}
    import_configuration(DEMO, {})
    assert {what: rows.count() for what, rows in HISTORIES.items()} == counts
    assert newest("agent").who == ""


def test_a_dry_run_leaves_no_mark(db):
    import_configuration(DEMO, {}, dry_run=True)
    assert all(rows.count() == 0 for rows in HISTORIES.values())


def test_an_imported_password_is_told_of(dialer):
    entry = DEMO["dialers"][0] | {"name": "main", "password": "another"}
    import_configuration({"dialers": [entry]}, {})
    assert newest("dialer").why == "Imported, with a new password."


def test_relations_are_told_by_their_names_even_of_what_is_gone(alice, board):
    clip = Clip.objects.create(name="old", title="Old", audio="old", duration_seconds=1)
    button = board.buttons.first()
    button.clip = clip
    button.save()
    Button.objects.filter(pk=button.pk).update(clip=board.buttons.last().clip)
    clip.delete()
    assert told(newest("button"))["clip"] == ("recorded-line", "old")
    assert newest("button").name == "Sales/recorded-line"
    other = Board.objects.create(name="Other")
    alice.board = other
    alice.save()
    assert told(newest("agent"))["board"] == ("Sales", "Other")


def test_members_of_a_team_and_roles_of_a_login_are_told(alice, sue, otto):
    team = Team.objects.create(name="Mine")
    team.agents.add(alice)
    assert told(newest("team")) == {"agents": ("", "alice")}
    sue.groups.add(*otto.groups.all())
    assert told(newest("login")) == {"groups": ("supervisor", "auditor, supervisor")}


def test_what_was_there_before_any_history_does_not_look_as_if_it_had_been_empty(board):
    Board.history.all().delete()
    board.name = "Renamed"
    board.save()
    assert told(newest("board"))["name"] == ("not kept", "Renamed")


def test_what_was_deleted_is_told_by_its_name(board):
    board.buttons.first().delete()
    change = newest("button")
    assert (change.name, change.kind, change.values) == ("Sales/recorded-line", "deleted", [])


def test_a_save_that_changed_nothing_is_left_out(board):
    board.save()
    assert newest("board").kind == "added"


def test_pages_of_several_histories_follow_each_other_without_a_gap(alice, bob, monkeypatch):
    everything = sum(rows.count() for rows in HISTORIES.values())
    monkeypatch.setattr(history, "PAGE", 4)
    # All at one moment: only what they are and their numbers tell them apart.
    at = Board.history.first().history_date
    for rows in HISTORIES.values():
        rows.update(history_date=at)
    seen, mark = [], None
    while True:
        found = changes(Asked(), mark)
        seen += [(change.what, str(change.mark)) for change in found.items]
        mark = found.older
        if mark is None:
            break
        assert len(seen) < 200
    assert len(seen) == len(set(seen)) == everything


def test_a_filter_leaves_what_was_asked_for(board, visit, otto):
    page = visit(otto, PATH, what="board", to="2999-01-01")
    assert [change.what for change in page.context["page"].items] == ["board"]
    assert visit(otto, PATH, **{"from": "2999-01-01"}).context["page"].items == []
    assert visit(otto, PATH, what="weather").status_code == 400


@pytest.mark.parametrize(("name", "status"), [("otto", 200), ("ada", 200), ("sue", 403), ("eve", 403)])
def test_auditors_and_admins_may_look_and_nobody_else(visit, name, status, request):
    assert visit(request.getfixturevalue(name), PATH).status_code == status


def test_nothing_can_be_posted(ada, client):
    client.force_login(ada)
    assert client.post(PATH).status_code == 405


def test_the_admin_shows_each_rows_own_history(ada, client, dialer):
    client.force_login(ada)
    save_dialer(client, dialer, source="another")
    page = client.get(reverse("admin:panel_dialer_history", args=[dialer.pk])).content.decode()
    assert "another" in page
    version = Dialer.history.first()
    page = client.get(reverse("admin:panel_dialer_simple_history", args=[dialer.pk, version.pk])).content.decode()
    assert "apipass" not in page
