"""A board's buttons in the admin: names and hot keys may be swapped, and stand there once."""

import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from panel.configuration.exporting import exported
from panel.configuration.importing import import_configuration
from panel.models import Button


@pytest.fixture
def edit(ada, client, board):
    """Sends the board's page with these changes: place -> fields."""
    client.force_login(ada)

    def send(changes: dict[int, dict[str, str]]) -> Any:
        buttons = list(board.buttons.all())
        form = {
            "name": board.name,
            "alert_capture_minutes": "60",
            "alert_paused_seconds": "60",
            "buttons-TOTAL_FORMS": str(max(len(buttons), *(place + 1 for place in changes))),
            "buttons-INITIAL_FORMS": str(len(buttons)),
        }
        for place, button in enumerate(buttons):
            row = {"id": button.pk, "name": button.name, "label": button.label, "clip": button.clip_id}
            row |= {"hotkey": button.hotkey, "colour": "blue", "while_playing": "refuse", "position": place}
            form |= {f"buttons-{place}-{key}": str(value) for key, value in (row | {"board": board.pk}).items()}
        for place, fields in changes.items():
            form |= {f"buttons-{place}-{key}": value for key, value in fields.items()}
        return client.post(reverse("admin:panel_board_change", args=[board.pk]), form)

    return send


def hotkeys() -> dict[str, str]:
    return dict(Button.objects.values_list("name", "hotkey"))


def test_two_buttons_swap_their_hot_keys(edit):
    assert edit({0: {"hotkey": "2"}, 1: {"hotkey": "1"}}).status_code == 302
    assert hotkeys() == {"recorded-line": "2", "mini-miranda": "1", "greeting": "3", "missing": "4"}


def test_two_buttons_swap_their_names(edit, board):
    first, second = board.buttons.all()[:2]
    assert edit({0: {"name": second.name}, 1: {"name": first.name}}).status_code == 302
    first.refresh_from_db()
    assert (first.name, first.hotkey) == ("mini-miranda", "1")


def test_a_button_takes_the_hot_key_of_one_that_is_deleted(edit):
    assert edit({0: {"hotkey": "4"}, 3: {"DELETE": "on"}}).status_code == 302
    assert hotkeys() == {"recorded-line": "4", "mini-miranda": "2", "greeting": "3"}


@pytest.mark.parametrize(("keys", "said"), [(("q", "q"), "&quot;q&quot;"), (("q", "Q"), "&quot;Q&quot;")])
def test_a_hot_key_stands_once_whatever_its_case(edit, keys, said):
    answer = edit({0: {"hotkey": keys[0]}, 1: {"hotkey": keys[1]}})
    assert answer.status_code == 200
    assert f"Another button of this board has the hot key {said}." in answer.content.decode()
    assert hotkeys()["recorded-line"] == "1"


def test_a_name_stands_once(edit):
    answer = edit({1: {"name": "recorded-line"}})
    assert "Another button of this board has the name &quot;recorded-line&quot;." in answer.content.decode()


def test_a_new_button_with_a_hot_key_that_is_taken_is_refused(edit, board):
    clip = str(board.buttons.first().clip_id)
    new = {"name": "new", "label": "New", "clip": clip, "hotkey": "1", "colour": "blue", "position": "9"}
    answer = edit({4: {**new, "while_playing": "refuse"}})
    assert "has the hot key &quot;1&quot;." in answer.content.decode()


def test_a_button_on_a_page_of_its_own_is_told_of_the_others(ada, client, board):
    client.force_login(ada)
    button = board.buttons.first()
    form = {"board": board.pk, "name": "mini-miranda", "label": "L", "clip": button.clip_id, "hotkey": "2"}
    form |= {"colour": "blue", "while_playing": "refuse", "position": "0"}
    page = client.post(reverse("admin:panel_button_change", args=[button.pk]), form).content.decode()
    assert "Another button of this board has this name already." in page
    assert "Another button of this board has this hot key already." in page


def test_the_database_takes_no_two_cases_of_one_hot_key(board):
    first, second = board.buttons.all()[:2]
    Button.objects.filter(pk=first.pk).update(hotkey="q")
    with pytest.raises(IntegrityError), transaction.atomic():
        Button.objects.filter(pk=second.pk).update(hotkey="Q")


def test_what_the_admin_took_the_import_takes_too(edit, alice):
    edit({0: {"hotkey": "Q"}, 1: {"hotkey": "w"}})
    assert import_configuration(json.loads(exported()), {}).changes == ()
