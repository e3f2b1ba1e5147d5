"""Which page is where."""

from django.contrib.auth.views import LogoutView
from django.urls import path, re_path

from panel.views import api, devices, health, ledger, pages
from panel.views.login import Login
from panel.views.metrics import metrics_page

urlpatterns = [
    path("", pages.home, name="home"),
    path("login/", Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("panel/", pages.panel, name="panel"),
    path("wall/", pages.wall, name="wall"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/clicks.csv", ledger.clicks_file, name="ledger-file"),
    path("ledger/configuration/", ledger.configuration, name="ledger-configuration"),
    path("pair/", devices.pair, name="pair"),
    path("devices/", devices.devices, name="devices"),
    path("devices/<int:token_id>/revoke/", devices.revoke, name="revoke"),
    path("devices/waiting/<int:pairing_id>/take-back/", devices.take_back, name="take_back"),
    path("api/v1/", api.index),
    path("api/v1/pairings/", api.begin_pairing),
    path("api/v1/pairings/poll/", api.poll_pairing),
    path("api/v1/me/", api.me),
    path("api/v1/board/", api.board),
    path("api/v1/tickets/", api.buy_ticket),
    path("api/v1/revoke/", api.revoke),
    re_path(r"^api/", api.nothing),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics_page, name="metrics"),
]
