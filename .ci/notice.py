"""Prints NOTICE: what the image holds besides Clipdeck, with whose it is and under which licence, from the installed
metadata of what requirements.txt names. `make notice`.
"""

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAMED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)", re.MULTILINE)
HEAD = """Clipdeck runs on the work of others. Each package below is in the image as its makers published it, with its
licence's text in its .dist-info folder. The image also holds Python and Debian, whose licences are in /usr/share/doc.
Made by `make notice`.
"""


def licence_of(package: Distribution) -> str:
    """The licence's name: as an SPDX expression where there is one, or as the classifiers or the old field have it."""
    known = package.metadata
    if expression := known.get("License-Expression"):
        return expression
    classified = [line.split(" :: ")[-1] for line in known.get_all("Classifier", []) if line.startswith("License ::")]
    words = (known.get("License") or "").strip().splitlines()
    return ", ".join(name for name in classified if name != "OSI Approved") or (words[0] if words else "see its files")


def maker_of(package: Distribution) -> str:
    """Whose work it is."""
    known = package.metadata
    maker = known.get("Author") or known.get("Author-email") or known.get("Maintainer") or known.get("Maintainer-email")
    return re.sub(r"\s*<[^>]*>", "", maker or "").strip(' "') or f"the {package.name} authors"


def main() -> None:
    """One line for each package; ends with an error where one is not installed as it is pinned."""
    lines = []
    for name, version in NAMED.findall((ROOT / "requirements.txt").read_text()):
        try:
            package = distribution(name)
        except PackageNotFoundError:
            sys.exit(f"{name} is not installed: make notice needs what requirements.txt names.")
        if package.version != version:
            sys.exit(f"{name} is installed as {package.version} and pinned as {version}.")
        lines.append(f"{package.name} {version}: {licence_of(package)}; {maker_of(package)}")
    sys.stdout.write("\n".join([HEAD, *sorted(lines, key=str.lower), ""]))


if __name__ == "__main__":
    main()
