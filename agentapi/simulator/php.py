"""The warnings that PHP 8 prints into every answer where `display_errors` is on (FACTS 1.4, 7.6)."""

from __future__ import annotations


def warning(variable: str, line: int, script: str = "api.php") -> str:
    """The HTML by which PHP complains of a variable."""
    place = f"<b>/srv/www/htdocs/agc/{script}</b> on line <b>{line}</b>"
    return f"<br />\n<b>Warning</b>:  Undefined variable ${variable} in {place}<br />\n"


BEFORE = "".join(
    [
        warning("mel", 403),
        warning("mel", 425),
        warning("DB", 74, "functions.php"),
        warning("DB", 120, "functions.php"),
        warning("mel", 123, "functions.php"),
        *(warning("DB", line, "functions.php") for line in (183, 203, 213)),
    ]
)
AFTER = warning("DB", 5820) + warning("DB", 5839)
NO_LIVE_ROW = warning("recording_id", 1463) * 2 + warning("recording_id", 1467)
"""What precedes the stop error of stereo_recording: three of them (FACTS 7.6)."""
