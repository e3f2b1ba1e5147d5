"""What is wrong with a configuration file."""

from collections.abc import Iterable


class ConfigurationError(Exception):
    """A file that is not imported. `problems` are sentences that name the place; none of them holds a password."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))
