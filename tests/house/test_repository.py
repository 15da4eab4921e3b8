"""The repository speaks of the product alone: no machine's paths, no package index, no secrets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.repository import files, name_of

FORBIDDEN = {
    "a path of somebody's machine": re.compile(r"(?<![\w.\-/:])[/](?:work|root|Users|home/\w+)[/]"),
    "a package index": re.compile(r"[p]ypi\.org|[p]ythonhosted|[r]egistry\.(?:npmjs|yarnpkg)"),
    "an option naming an index": re.compile(
        r"--(?:extra-)?[i]ndex-url|--[f]ind-links|--[t]rusted-h"
    ),
    "a private key": re.compile(r"-----[B]EGIN [A-Z ]*PRIVATE KEY"),
}
TEXTS = [each for each in files() if each.parent.name != "vendor" and each.stat().st_size < 2**20]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    found = [name_of(path) for path in TEXTS if FORBIDDEN[what].search(text_of(path))]
    assert not found


def test_no_file_is_huge() -> None:
    assert not [name_of(each) for each in files() if each.stat().st_size > 2**20]


def text_of(path: Path) -> str:
    return path.read_text(errors="ignore")
