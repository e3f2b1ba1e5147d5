"""Logging in."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from panel.passwords import BusyError
from panel.services.logins import LoginClosedError

LONGEST_NAME = User._meta.get_field("username").max_length  # noqa: SLF001 - Django's own name

AGAIN_SECONDS = 30


class LoginForm(AuthenticationForm):
    """Django's form tells browsers alone how long a name may be; what is longer has no place in the list of guesses."""

    username = UsernameField(max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"autofocus": True}))


class Login(LoginView):
    """Everybody's login, and what it says instead where no password is looked at."""

    template_name = "login.html"
    form_class = LoginForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """As Django's: 429 after too many wrong passwords, 503 where too many come at once."""
        try:
            return super().post(request, *args, **kwargs)
        except LoginClosedError as closed:
            seconds = max(1, int((closed.until - timezone.now()).total_seconds()))
            return _instead(request, 429, seconds, for_everybody=closed.for_everybody)
        except BusyError:
            return _instead(request, 503, AGAIN_SECONDS, busy=True)


def _instead(request: HttpRequest, status: int, seconds: int, **why: bool) -> HttpResponse:
    """Words in the place of the form; the head says when to come back."""
    answer = render(request, "locked.html", why, status=status)
    answer.headers["Retry-After"] = str(seconds)
    return answer
