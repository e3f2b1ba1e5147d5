"""The files of deploy/ as far as a machine without Docker and Prometheus can tell."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from compose_spec import PyCompose

from panel import metrics
from panel.selectors import vitals

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
ALERTS: dict[str, Any] = yaml.safe_load((DEPLOY / "prometheus" / "clipdeck-alerts.yml").read_text())
DASHBOARD: dict[str, Any] = json.loads((DEPLOY / "grafana" / "clipdeck.json").read_text())
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
FOREIGN = ("up", "process_", "python_")


def rules() -> list[dict[str, Any]]:
    return [rule for group in ALERTS["groups"] for rule in group["rules"]]


def expressions() -> list[str]:
    shown = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    return [*shown, *(rule["expr"] for rule in rules())]


@pytest.fixture
def exported(db) -> set[str]:
    """Every name under which a number leaves Clipdeck."""
    families = [*metrics.registry.collect(), *vitals.registry.collect()]
    suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}
    return {family.name + suffix for family in families for suffix in suffixes.get(family.type, ("",))}


def names_in(expression: str) -> set[str]:
    return set(re.findall(r"\b(?:clipdeck|process|python)_\w+|\bup\b", expression))


@pytest.mark.parametrize("expression", expressions())
def test_an_expression_is_one_that_prometheus_understands(expression):
    promql_parser.parse(expression)


def test_dashboard_and_alarms_ask_for_what_there_is(exported):
    asked = {name for expression in expressions() for name in names_in(expression)}
    assert {name for name in asked if not name.startswith(FOREIGN)} <= exported


def test_every_number_is_on_the_dashboard_and_explained(exported):
    ours = {name for name in exported if name.startswith("clipdeck_") and not name.endswith(("_count", "_sum"))}
    shown = {name for panel in DASHBOARD["panels"] for target in panel["targets"] for name in names_in(target["expr"])}
    unexplained = {name for name in ours if name.removesuffix("_bucket") not in OPERATIONS}
    assert unexplained == set()
    assert ours - shown == {"clipdeck_clicks_open"}


def test_every_alarm_is_explained():
    assert [rule["expr"] for rule in rules() if f"`{rule['expr']}`" not in OPERATIONS] == []


def test_the_compose_file_follows_the_specification():
    # The library reads JSON and YAML, but knows no merge keys; YAML's own reader has resolved them here.
    services = {name: service for name, service in COMPOSE.items() if not name.startswith("x-")}
    compose = PyCompose.from_json(json.dumps(services))
    compose.validate()
    assert set(compose.service_names()) == {"postgres", "redis", "migrate", "web", "worker", "nginx"}


def test_the_compose_file_sets_only_what_clipdeck_reads():
    known = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    for name in ("migrate", "web", "worker"):
        assert {variable.removesuffix("_FILE") for variable in COMPOSE["services"][name]["environment"]} <= known


def test_what_the_compose_file_mounts_is_there():
    mounted = [volume.split(":")[0] for volume in COMPOSE["services"]["nginx"]["volumes"]]
    assert [path for path in mounted if path != "./tls" and not (DEPLOY / path).is_file()] == []


def test_the_dockerfile_passes_its_linter():
    hadolint = Path(sys.executable).parent / "hadolint"
    done = subprocess.run([hadolint, "--no-color", DEPLOY / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_holds_all_that_runs_and_nothing_else():
    copied = set(re.findall(r"^COPY (\w+) \1$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE))
    kept = set(re.findall(r"^!(\w+)$", (DEPLOY / "Dockerfile.dockerignore").read_text(), re.MULTILINE))
    assert copied == {"agentapi", "config", "panel", "static", "templates"}
    assert kept == copied | {"LICENSE", "NOTICE"}


def test_the_units_pass_systemds_own_check(tmp_path):
    for unit in (DEPLOY / "systemd").iterdir():
        # The interpreter of an installation is not there; another one stands in for it.
        text = unit.read_text().replace("/srv/clipdeck/.venv/bin/python", sys.executable)
        (tmp_path / unit.name).write_text(text)
    templates = {
        "clipdeck-web@.service": "clipdeck-web@8000.service",
        "clipdeck-worker@.service": "clipdeck-worker@01.service",
    }
    for template, instance in templates.items():
        shutil.copy(tmp_path / template, tmp_path / instance)
    plain = ("clipdeck.service", "clipdeck.target", "clipdeck-prune.service", "clipdeck-prune.timer")
    units = [tmp_path / name for name in (*templates.values(), *plain)]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "clipdeck" in line]
    assert (done.returncode, ours) == (0, [])


def test_a_timer_starts_the_unit_of_its_name():
    timers = list((DEPLOY / "systemd").glob("*.timer"))
    assert [timer.name for timer in timers] == ["clipdeck-prune.timer"]
    assert [timer for timer in timers if not timer.with_suffix(".service").is_file()] == []


@pytest.mark.parametrize("unit", sorted(path.name for path in (DEPLOY / "systemd").glob("*.service")))
def test_a_unit_starts_a_command_that_exists_and_gives_it_time_to_end(unit):
    text = (DEPLOY / "systemd" / unit).read_text()
    command = re.search(r"^ExecStart=\S+ manage.py (\w+)", text, re.MULTILINE)
    assert command
    assert (ROOT / "panel" / "management" / "commands" / f"{command[1]}.py").is_file()
    assert "TimeoutStopSec=30" in text
