"""The audio store as `sounds_list` tells of it: text -> the names that a clip may have (FACTS 4.1)."""

import re

_ROW = re.compile(r"^[0-9]+\t([^\t\n]{1,255})\t", re.MULTILINE)


def sounds_of(body: str) -> frozenset[str] | None:
    """The body of an answer -> the names of its files without their ending; None where there is no table."""
    files = _ROW.findall(body.replace("\r\n", "\n"))
    return frozenset(name.rpartition(".")[0] or name for name in files) if files else None
