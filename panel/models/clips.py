"""A disclosure: a sound in VICIdial's audio store, and what it says."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from agentapi.commands import checked_audio
from agentapi.errors import BadCommand
from panel.models.history import History


def valid_audio(value: str) -> None:
    """ValidationError where VICIdial would mangle the name (FACTS 3.1)."""
    try:
        checked_audio(value)
    except BadCommand as error:
        raise ValidationError(str(error)) from None


class Clip(models.Model):
    """A clip: `audio` is its bare name in the audio store, its length is in seconds."""

    name = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    audio = models.CharField(max_length=70, validators=[valid_audio])
    duration_seconds = models.FloatField(validators=[MinValueValidator(0.1), MaxValueValidator(3600.0)])
    transcript = models.TextField(blank=True)
    language = models.CharField(max_length=20, default="en")

    history = History()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.title
