"""What a newcomer leans on: make lists what there is, and installations are repeatable."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PINNED = re.compile(r"[A-Za-z0-9_.-]+(\[[a-z,]+\])?==[0-9][0-9A-Za-z.]*")


def requirements(name):
    lines = (line.strip() for line in (ROOT / name).read_text().splitlines())
    return [line for line in lines if line and not line.startswith(("#", "-r "))]


def test_make_alone_lists_every_target():
    help_text = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = {line.split()[1] for line in help_text.splitlines() if line.startswith("make ")}
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    assert listed == set(phony[1].split())
    assert {"help", "demo", "test", "bench", "lint", "format", "clean"} <= listed


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_exactly_and_once(name):
    lines = requirements(name)
    assert [line for line in lines if not PINNED.fullmatch(line)] == []
    names = [line.partition("==")[0].lower() for line in lines]
    assert sorted(names) == sorted(set(names))


def test_the_tests_install_on_top_of_what_runs():
    assert "-r requirements.txt" in (ROOT / "requirements-dev.txt").read_text().splitlines()


def test_every_variable_is_in_the_example():
    read = set(re.findall(r'_env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "config" / "settings.py").read_text()))
    read |= {"SECRET_KEY", "ENCRYPTION_KEYS"}
    shown = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert sorted(shown) == sorted(read)


def test_every_ruff_exemption_has_a_reason():
    text = (ROOT / "pyproject.toml").read_text()
    lint = tomllib.loads(text)["tool"]["ruff"]["lint"]
    codes = [*lint["ignore"], *(code for codes in lint["per-file-ignores"].values() for code in codes)]
    for code in codes:
        assert re.search(rf'^\s*"{code}",\s+# \w+', text, re.MULTILINE), code
