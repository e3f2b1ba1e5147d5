"""The extension is built from one source: the panel's own modules and markup, and what lies in extension/."""

import base64
import hashlib
import json
import zipfile
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.template.loader import render_to_string

ROOT = Path(settings.BASE_DIR)
PERMISSIONS = {"sidePanel", "storage", "scripting"}


@pytest.fixture
def built(tmp_path):
    call_command("build_extension", to=tmp_path, stdout=StringIO())
    return tmp_path


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_panel_s_modules_are_the_site_s_own(built):
    copies = files_in(built / "extension" / "panel")
    assert {"protocol.js", "store.js", "socket.js", "view.js", "panel.js", "panel.css"} <= set(copies)
    for name, copy in copies.items():
        assert copy == (ROOT / "static" / "panel" / name).read_bytes(), name


def test_the_rest_is_what_lies_in_the_folder(built):
    source = files_in(ROOT / "extension")
    for name, copy in files_in(built / "extension").items():
        if not name.startswith("panel/") and name != "sidepanel.html":
            assert copy == source[name], name


def test_the_side_panel_has_the_site_s_markup(built):
    page = (built / "extension" / "sidepanel.html").read_text()
    assert render_to_string("panel/deck.html") in page
    assert 'data-action="stop"' in page
    assert "<!-- deck -->" not in page


def test_every_module_that_is_imported_is_there(built):
    folder = built / "extension"
    scripts = [path for path in folder.rglob("*.js") if path.name != "vicidial.js"]
    for script in scripts:
        for line in script.read_text().splitlines():
            if line.startswith("import "):
                assert (script.parent / line.split('"')[1]).is_file(), f"{script.name}: {line}"


def test_the_same_source_makes_the_same_package(built, tmp_path_factory):
    again = tmp_path_factory.mktemp("again")
    call_command("build_extension", to=again, stdout=StringIO())
    package = (built / "clipdeck-extension.zip").read_bytes()
    assert package == (again / "clipdeck-extension.zip").read_bytes()
    with zipfile.ZipFile(built / "clipdeck-extension.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files_in(built / "extension")


def test_what_is_gone_from_the_source_goes_from_the_build(built):
    (built / "extension" / "panel" / "old.js").write_text("")
    call_command("build_extension", to=built, stdout=StringIO())
    assert not (built / "extension" / "panel" / "old.js").exists()


def test_it_asks_for_no_more_than_is_written_down(built):
    manifest = json.loads((built / "extension" / "manifest.json").read_text())
    assert set(manifest["permissions"]) == PERMISSIONS
    assert "host_permissions" not in manifest
    assert "content_scripts" not in manifest
    document = (ROOT / "docs" / "extension.md").read_text()
    for name in PERMISSIONS | {"optional_host_permissions"}:
        assert f"| `{name}` |" in document


def test_chrome_assigns_at_most_four_keys(built):
    commands = json.loads((built / "extension" / "manifest.json").read_text())["commands"]
    assert sum("suggested_key" in command for command in commands.values()) <= 4
    assert set(commands) == {"stop", "capture", "favourite-1", "favourite-2", "favourite-3"}


def test_the_server_lets_this_very_extension_in(built):
    # The id of an extension is the first half of its key's hash, written with the letters a to p.
    key = json.loads((built / "extension" / "manifest.json").read_text())["key"]
    half = hashlib.sha256(base64.b64decode(key)).hexdigest()[:32]
    extension_id = "".join(chr(ord("a") + int(digit, 16)) for digit in half)
    assert [f"chrome-extension://{extension_id}"] == settings.EXTENSION_ORIGINS
