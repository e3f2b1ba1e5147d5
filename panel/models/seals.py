"""By what an import knows a password again without hashing it (docs/decisions/0013-a-seal-on-imported-passwords.md)."""

from django.conf import settings
from django.db import models
from django.utils.crypto import constant_time_compare, salted_hmac


class Seal(models.Model):
    """On the login of somebody whose password came out of a file. It fits one stored hash only, and dies with it."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="seal")
    value = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"the seal of {self.user}"


def seal(password: str, stored: str) -> str:
    """The password in clear text and its stored hash -> the seal that says that they belong together."""
    # A stored hash holds no NUL, so no two pairs make one text.
    return salted_hmac("panel.seal", f"{stored}\0{password}", algorithm="sha256").hexdigest()


def fits(value: str, password: str, stored: str) -> bool:
    """Whether this is the seal of the two."""
    return constant_time_compare(value, seal(password, stored))
