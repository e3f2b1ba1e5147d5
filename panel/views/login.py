"""Logging in."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView

LONGEST_NAME = User._meta.get_field("username").max_length  # noqa: SLF001 - Django's own name


class LoginForm(AuthenticationForm):
    """Django's form tells browsers alone how long a name may be; what is longer has no place in the list of guesses."""

    username = UsernameField(max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"autofocus": True}))


class Login(LoginView):
    """Everybody's login."""

    template_name = "login.html"
    form_class = LoginForm
    redirect_authenticated_user = True
