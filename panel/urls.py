"""Which page is where."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from panel.views import health, pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("login/", LoginView.as_view(template_name="login.html", redirect_authenticated_user=True), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("panel/", pages.panel, name="panel"),
    path("ledger/", pages.ledger, name="ledger"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
