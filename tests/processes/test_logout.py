"""A real server closes the sockets of whoever logged out, with a code and with words."""

import requests

from tests.processes.running import log_in, panel_of


def test_a_logout_closes_the_socket_and_says_why(house):
    house.serve()
    cookie = log_in(house.url, "alice")
    with panel_of(house.url, cookie) as panel, requests.Session() as browser:
        browser.cookies["sessionid"] = cookie
        page = browser.get(f"{house.url}/panel/", timeout=10)
        assert page.status_code == 200
        form = {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        assert browser.post(f"{house.url}/logout/", data=form, timeout=10).status_code == 200
        closed = panel.closed()
    assert closed
    assert (closed.code, closed.reason) == (4401, "You were logged out.")
