"""Vendored files are the published ones, each with its licence, version and SHA-256."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.house.repository import ROOT, files, name_of

MANIFESTS = [each for each in files() if each.match("vendor/manifest.json")]


def entries(manifest: Path) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads(manifest.read_text())
    return read


def listed(manifest: Path) -> dict[Path, str]:
    """Each file with the hash it should have; names are relative to the folder above vendor/."""
    above = manifest.parents[1]
    return {above / name: sha for each in entries(manifest) for name, sha in each["files"].items()}


def test_there_are_manifests() -> None:
    assert {name_of(each) for each in MANIFESTS} >= {
        "static/vendor/manifest.json",
        "tests/browser/vendor/manifest.json",
    }


@pytest.mark.parametrize("manifest", MANIFESTS, ids=name_of)
def test_files_have_the_published_content(manifest: Path) -> None:
    for path, sha in listed(manifest).items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == sha, name_of(path)


@pytest.mark.parametrize("manifest", MANIFESTS, ids=name_of)
def test_every_vendored_file_is_listed_with_a_licence(manifest: Path) -> None:
    here = {each for each in files() if each.parent == manifest.parent} - {manifest}
    assert here <= listed(manifest).keys()
    for each in entries(manifest):
        assert each["version"]
        assert each["licence"]
        assert any("LICENSE" in name for name in each["files"])


def test_nothing_is_vendored_without_a_manifest() -> None:
    folders = {parent for each in files() for parent in each.parents if parent.name == "vendor"}
    assert folders == {each.parent for each in MANIFESTS}
    assert all(folder.is_relative_to(ROOT) for folder in folders)
