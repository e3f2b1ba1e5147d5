"""What walls are told of agents: serialised once, whoever many are told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import msgspec

from panel.protocol import AgentsMessage, WallBoardView, WallMessage, dump


@dataclass(frozen=True)
class Batch:
    """The newest cards of agents that changed, by key."""

    version: int
    now: datetime
    cards: Mapping[int, msgspec.Raw]

    @cached_property
    def text(self) -> str:
        """The message; all viewers who share the batch share it."""
        return dump(AgentsMessage(self.version, self.now, list(self.cards.values())))

    def then(self, later: "Batch") -> "Batch":
        """Both as one: the newest card of each agent, so that it never holds more than there are agents."""
        return Batch(later.version, later.now, {**self.cards, **later.cards})


@dataclass(frozen=True)
class Whole:
    """All that a scope shows."""

    version: int
    now: datetime
    boards: Iterable[WallBoardView]
    cards: Mapping[int, msgspec.Raw]

    @cached_property
    def text(self) -> str:
        return dump(WallMessage(self.version, self.now, list(self.boards), list(self.cards.values())))
