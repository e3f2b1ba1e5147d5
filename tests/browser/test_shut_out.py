"""Who is shut out while a panel is open learns so in plain words, and nothing can be pressed any more."""

import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import expect

from tests.browser.pages import open_panel
from tests.processes.running import log_in


def set_active(house, active):
    with closing(sqlite3.connect(house.database, timeout=10)) as connection, connection:
        connection.execute("UPDATE auth_user SET is_active = ? WHERE username = 'bob'", (active,))


@pytest.fixture
def page(house, chromium):
    page = open_panel(chromium.context(), house, log_in(house.url, "bob"))
    yield page
    set_active(house, active=True)


def test_a_closed_login_is_told_in_words(house, page):
    set_active(house, active=False)
    expect(page.get_by_text("This login was closed. Ask your administrator.").first).to_be_visible()
    expect(page.locator("[data-button]").first).to_have_attribute("aria-disabled", "true")
