"""The server's build and clock, as `function=version` tells them: text -> ServerVersion (FACTS 1.6, 7.1)."""

import re
from dataclasses import dataclass
from datetime import datetime

from agentapi.replies import plain

STEREO_BUILD = 250830
"""The first build of the agent API that has `stereo_recording` (FACTS 7.1)."""
LOCAL = "%Y-%m-%d %H:%M:%S"
LONGEST_VERSION = 20

_LINE = re.compile(r"^VERSION: (?P<version>[^|\n]+)(?P<rest>(?:\|[^|\n]*)*)$", re.MULTILINE)
_BUILD = re.compile(r"([0-9]{6})(?:-[0-9]{4})?")
_LOCAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_EPOCH = re.compile(r"[0-9]{1,11}")


@dataclass(frozen=True)
class ServerVersion:
    """What a server says of itself. `build` is its date as YYMMDD, `local` its clock in its own zone without naming
    it, `epoch` the same in seconds since 1970; None for what it does not tell.
    """

    version: str
    build: int | None = None
    local: datetime | None = None
    epoch: int | None = None

    @property
    def knows_stereo(self) -> bool | None:
        """Whether this build has `stereo_recording` (FACTS 7.1); None where the build is not known."""
        return None if self.build is None else self.build >= STEREO_BUILD


def version_of(body: str) -> ServerVersion | None:
    """The body of an answer -> the server's version; None where no line tells it. Noise is passed over (FACTS 1.4)."""
    line = _LINE.search(body.replace("\r\n", "\n"))
    if line is None:
        return None
    said = dict(part.partition(": ")[::2] for part in line["rest"].split("|"))
    build, epoch = _BUILD.fullmatch(said.get("BUILD", "").strip()), _EPOCH.fullmatch(said.get("EPOCH", "").strip())
    return ServerVersion(
        version=plain(line["version"], LONGEST_VERSION),
        build=int(build[1]) if build else None,
        local=local_time(said.get("DATE", "")),
        epoch=int(epoch[0]) if epoch else None,
    )


def local_time(text: str) -> datetime | None:
    """`YYYY-MM-DD HH:MM:SS` on the server's clock, which names no zone -> naive datetime; None where it is no time."""
    text = text.strip()
    if not _LOCAL.fullmatch(text):
        return None
    try:
        return datetime.strptime(text, LOCAL)  # noqa: DTZ007 - VICIdial names no zone, and none may be made up here
    except ValueError:
        return None
