"""A board of buttons, as an agent sees it."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from panel.models.clips import Clip
from panel.models.history import History

# Escape, Enter, Tab and Space have a meaning on every page already; a single sign is what a hot key can be.
valid_hotkey = RegexValidator(r"\A[!-~]\Z", "A hot key is one printable sign, such as 1 or q.")


class Board(models.Model):
    """A set of buttons for a group of agents."""

    name = models.CharField(max_length=60, unique=True)
    play_without_customer = models.BooleanField(
        default=False, help_text="Allow clips when no customer is on the line: they play to the agent alone."
    )
    end_others = models.BooleanField(
        "end recordings of others",
        default=True,
        help_text=(
            "Allow agents to end recordings that were not begun here, after a confirmation: those of VICIdial itself, "
            "such as automatic ones, of another program or of another panel."
        ),
    )
    alert_capture_minutes = models.PositiveIntegerField(
        "alert: capture, minutes",
        null=True,
        blank=True,
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
        help_text="Supervisors are told when a recording runs for longer. Empty: never.",
    )
    alert_paused_seconds = models.PositiveIntegerField(
        "alert: paused clip, seconds",
        null=True,
        blank=True,
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(86400)],
        help_text="Supervisors are told when a clip is paused for longer. Empty: never.",
    )
    alert_not_begun = models.BooleanField(
        "alert: recording did not begin",
        default=True,
        help_text="Supervisors are told when VICIdial took the command to record and no recording came to life.",
    )
    alert_away = models.BooleanField(
        "alert: VICIdial or worker away",
        default=True,
        help_text="Supervisors are told when this board's agents can send nothing.",
    )

    history = History()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Button(models.Model):
    """One button: the clip that it plays and how it looks."""

    class WhilePlaying(models.TextChoices):
        REFUSE = "refuse", "refuse"
        REPLACE = "replace", "replace the clip that plays"

    class Colour(models.TextChoices):
        BLUE = "blue"
        GREEN = "green"
        RED = "red"
        ORANGE = "orange"
        AMBER = "amber"
        YELLOW = "yellow"
        PURPLE = "purple"
        VIOLET = "violet"
        PINK = "pink"
        TEAL = "teal"
        CYAN = "cyan"
        INDIGO = "indigo"
        GREY = "grey"
        GRAY = "gray"
        SLATE = "slate"
        BROWN = "brown"
        BLACK = "black"
        WHITE = "white"

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="buttons")
    name = models.SlugField(max_length=60)
    clip = models.ForeignKey(Clip, on_delete=models.PROTECT, related_name="buttons")
    label = models.CharField(max_length=60)
    hotkey = models.CharField(max_length=1, blank=True, validators=[valid_hotkey])
    colour = models.CharField(max_length=10, choices=Colour.choices, default=Colour.BLUE)
    while_playing = models.CharField(max_length=10, choices=WhilePlaying.choices, default=WhilePlaying.REFUSE)
    position = models.PositiveIntegerField(default=0)

    history = History()

    class Meta:
        ordering = ("board", "position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("board", "name"),
                name="button_name_once_per_board",
                violation_error_message="Another button of this board has this name already.",
            ),
            # The panel hears q and Q as one key.
            models.UniqueConstraint(
                "board",
                Lower("hotkey"),
                condition=~Q(hotkey=""),
                name="button_hotkey_once_per_board",
                violation_error_message="Another button of this board has this hot key already.",
            ),
        )

    def __str__(self) -> str:
        return self.label
