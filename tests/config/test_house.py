"""What a newcomer leans on: make lists what there is, and installations are repeatable."""

import re
import subprocess
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

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


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in"])
def test_requirements_are_pinned_exactly_and_once(name):
    lines = requirements(name)
    assert [line for line in lines if not PINNED.fullmatch(line)] == []
    names = [line.partition("==")[0].lower() for line in lines]
    assert sorted(names) == sorted(set(names))


def locked(name):
    """Package -> its version and hashes, as pip reads them."""
    found = {}
    for entry in (ROOT / name).read_text().replace("\\\n", " ").splitlines():
        if entry.strip() and not entry.startswith("#"):
            pinned, *hashes = entry.split()
            package, _, version = pinned.partition("==")
            assert package not in found
            found[package] = (version, tuple(hashes))
    return found


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_everything_that_is_installed_is_pinned_with_hashes(name):
    everything = locked(f"{name}.txt")
    assert [
        package for package, (version, _) in everything.items() if not re.fullmatch(r"[0-9][0-9A-Za-z.]*", version)
    ] == []
    hashes = [word for _, words in everything.values() for word in words or ("none",)]
    assert [word for word in hashes if not re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", word)] == []
    for line in requirements(f"{name}.in"):
        package, _, version = line.partition("==")
        package = re.sub(r"[-_.]+", "-", package.partition("[")[0]).lower()
        assert everything[package][0] == version, package
    assert "://" not in (ROOT / f"{name}.txt").read_text()


def test_the_tests_run_on_what_runs():
    runs, tests = locked("requirements.txt"), locked("requirements-dev.txt")
    assert {package: tests.get(package) for package in runs} == runs
    assert "-r requirements.in" in (ROOT / "requirements-dev.in").read_text().splitlines()


def test_what_is_pinned_is_closed_over_what_it_needs():
    everything = locked("requirements-dev.txt")
    here = {re.sub(r"[-_.]+", "-", known.name).lower(): known for known in distributions()}
    for package in everything.keys() & here.keys():
        for needed in map(Requirement, here[package].requires or []):
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                assert re.sub(r"[-_.]+", "-", needed.name).lower() in everything, f"{package} needs {needed}"


def test_the_notice_names_all_that_the_image_holds_and_nothing_is_under_the_gpl():
    notice = (ROOT / "NOTICE").read_text()
    lines = re.findall(r"^(\S+) (\S+): ([^;]+); .+$", notice, re.MULTILINE)
    named = {re.sub(r"[-_.]+", "-", package).lower(): version for package, version, _ in lines}
    assert named == {package: version for package, (version, _) in locked("requirements.txt").items()}
    licences = [licence for _, _, licence in lines]
    # The LGPL leaves those who only call a library alone.
    assert [licence for licence in licences if re.search(r"\bA?GPL|(?<!Lesser )General Public", licence)] == []


def test_installations_demand_the_hashes():
    for name in ("Makefile", "deploy/Dockerfile"):
        installing = [line for line in (ROOT / name).read_text().splitlines() if re.search(r"pip install", line)]
        assert installing
        assert all("--require-hashes" in line for line in installing), name


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
