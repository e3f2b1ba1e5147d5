"""What the documents promise is there: make targets, files, codes, facts."""

import re
from pathlib import Path

import pytest

from agentapi.machine import REFUSALS
from agentapi.replies import Reason
from panel.services.clicks import WORDS
from panel.urls import urlpatterns
from panel.views.api import REFUSALS as REFUSALS_OF_PAIRINGS

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
IN_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
MAKE = re.compile(r"(?:^|`)make (?:-C \S+ )?(?:[A-Z_]+=\S+ )*([a-z]+)", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE_FILES = [path for folder in ("agentapi", "panel", "tests") for path in (ROOT / folder).rglob("*.py")]

documents = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def make_targets():
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    return set(phony[1].split())


@documents
def test_every_make_target_that_is_named_exists(document):
    named = {name for code in IN_CODE.findall(document.read_text()) for name in MAKE.findall(code)}
    assert named <= make_targets()


def test_the_readme_names_what_a_newcomer_needs():
    assert {"demo", "test"} <= set(MAKE.findall((ROOT / "README.md").read_text())) <= make_targets()


@documents
def test_every_relative_link_leads_somewhere(document):
    prose = IN_CODE.sub("", document.read_text())
    targets = [link.partition("#")[0] for link in LINK.findall(prose) if not re.match(r"[a-z]+:|#", link)]
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_the_documents_name_files_that_exist():
    for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text()
        paths = re.findall(r"`((?:agentapi|config|panel|static|templates|tests|docs|demo)/[\w./-]*)`", text)
        assert [path for path in paths if not (ROOT / path).exists()] == [], name


def test_the_protocol_s_document_names_every_code():
    text = (ROOT / "docs" / "protocol.md").read_text()
    codes = set(REFUSALS) | {reason.value for reason in WORDS} | {Reason.NOT_VALID.value, Reason.OTHER.value}
    for path in CODE_FILES:
        if path.is_relative_to(ROOT / "panel"):
            codes |= set(
                re.findall(r'(?:Refusal\(|Rejected\([^"()]*(?:\([^()]*\))?, |Ended\("\w+", )"(\w+)"', path.read_text())
            )
    assert {"too_long", "id_taken", "malformed", "no_worker", "worker_lost", "overtaken"} <= codes
    assert sorted(code for code in codes if f"`{code}`" not in text) == []


def test_the_api_s_document_names_every_address_and_code():
    text = (ROOT / "docs" / "api.md").read_text()
    addresses = {f"/{pattern.pattern}" for pattern in urlpatterns if str(pattern.pattern).startswith("api/")}
    assert len(addresses) > 5
    assert sorted(address for address in addresses if f"| `{address}` |" not in text) == []
    views = (ROOT / "panel" / "views" / "api.py").read_text()
    codes = set(re.findall(r'ApiError\(\d+, "(\w+)"', views)) | set(REFUSALS_OF_PAIRINGS)
    assert sorted(code for code in codes if f"`{code}`" not in text) == []


def test_every_fact_that_the_code_cites_is_written_down():
    text = (ROOT / "docs" / "agent-api.md").read_text()
    cited = {
        number
        for path in CODE_FILES
        for run in re.findall(r"FACTS (\d\.\d+(?:(?:, | and | to |; )\d\.\d+)*)", path.read_text())
        for number in re.findall(r"\d\.\d+", run)
    }
    assert sorted(number for number in cited if f"| {number} |" not in text) == []
