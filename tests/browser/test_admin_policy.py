"""The admin's pages work under the policy that refuses inline scripts: `chromium` fails where one is refused."""

import re

import pytest
from playwright.sync_api import expect

from tests.processes.running import log_in


@pytest.fixture
def admin(house, chromium):
    context = chromium.context()
    context.add_cookies([{"name": "sessionid", "value": log_in(house.url, "ada"), "url": house.url}])
    return context.new_page()


@pytest.mark.parametrize(
    "path",
    ["", "panel/dialer/", "panel/dialer/add/", "panel/board/add/", "panel/agent/", "panel/click/", "auth/user/add/"],
)
def test_a_page_loads_without_anything_refused(admin, house, path):
    admin.goto(f"{house.url}/admin/{path}")
    expect(admin).to_have_title(re.compile("Clipdeck"))


def test_a_page_comes_alive(admin, house):
    admin.goto(f"{house.url}/admin/panel/board/")
    admin.get_by_role("link", name="Sales").first.click()
    expect(admin.locator("input[name=name]")).to_have_value("Sales")
    # Rows are added by the admin's own script.
    rows = admin.locator("[name^=buttons-][name$=-label]:not([name*=__prefix__])")
    before = rows.count()
    admin.get_by_role("link", name="Add another Button").click()
    expect(rows).to_have_count(before + 1)
