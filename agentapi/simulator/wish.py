"""The one column of the agent's row in which both recording functions leave their wishes (FACTS 7.10)."""

from __future__ import annotations

from dataclasses import dataclass

from agentapi.simulator.recording import Words

PHP_8 = 8
LONGEST_WISH = 20
"""In bytes: what the column holds."""


@dataclass(slots=True)
class Wish:
    """Empty, a word with its label, or the id of the mono recording that runs."""

    text: str = ""
    due: float | None = None
    """When the screen looks at it next; None where nothing is to be done."""

    def write(self, text: str, due: float) -> None:
        """Overwrite the column, whichever function wrote there: what was not carried out is lost (FACTS 2.5, 7.10)."""
        cut = text.encode("utf-8", "surrogateescape")[:LONGEST_WISH]
        self.text, self.due = cut.decode("utf-8", "surrogateescape"), due

    def keep(self, recording_id: int) -> None:
        """The id of a mono recording stands here while it runs (FACTS 2.4)."""
        self.text, self.due = str(recording_id), None

    def clear(self) -> None:
        self.text, self.due = "", None

    def shows_active(self, words: Words, php: int) -> bool:
        """Whether mono STATUS calls this column's content a recording (FACTS 2.4, 7.10).

        PHP 8 takes any text but mono's own bare words for an id, a stereo BEGIN or END too; PHP 7 only numbers.
        """
        if self.text in ("", words.begin, words.end):
            return False
        return php >= PHP_8 or self.text.isdigit()

    def can_end(self, words: Words, php: int) -> bool:
        """Whether mono STOP is accepted (FACTS 2.5, 2.6); it wipes a waiting stereo wish (FACTS 7.10)."""
        if self.text in ("", words.end):
            return False
        return php >= PHP_8 or self.text.isdigit()
