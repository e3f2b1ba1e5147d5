"""A text column that is encrypted at rest with the keys of ENCRYPTION_KEYS; the first encrypts, all decrypt."""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


@lru_cache
def _keys(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str) -> str:
    """Clear text -> token. The empty text stays empty: no password is not a secret."""
    return _keys(tuple(settings.ENCRYPTION_KEYS)).encrypt(text.encode()).decode() if text else ""


def decrypt(token: str) -> str:
    """Token -> clear text; ImproperlyConfigured where none of the keys fits."""
    return _decrypted(tuple(settings.ENCRYPTION_KEYS), token) if token else ""


# Each click reads the dialer's row; what was in memory a moment ago may as well be there now.
@lru_cache(maxsize=256)
def _decrypted(keys: tuple[str, ...], token: str) -> str:
    try:
        return _keys(keys).decrypt(token.encode()).decode()
    except InvalidToken:
        raise ImproperlyConfigured(
            "A dialer's password cannot be decrypted: ENCRYPTION_KEYS lacks the key that encrypted it. "
            "Add that key to the list, or enter the password again."
        ) from None


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # Django's fields are generic in the stubs only.
    """A text that only the database's rows hold encrypted; in Python it is clear."""

    def get_prep_value(self, value: Any) -> Any:
        return encrypt(value) if isinstance(value, str) else value

    def from_db_value(self, value: Any, *_: Any) -> Any:
        return decrypt(value) if isinstance(value, str) else value
