"""A Chromium for the browser tests: found on this machine, or Debian's package when allowed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.servers import binaries

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
MISSING = (
    "no Chromium: install it (Debian: apt install chromium; elsewhere: playwright install "
    "chromium) or set TEST_CHROMIUM to its path"
)


def find_chromium() -> Path | None:
    """TEST_CHROMIUM, one on the PATH, Chrome on a Mac, or the browser Playwright downloaded."""
    named = os.environ.get("TEST_CHROMIUM")
    on_path = (shutil.which(name) for name in NAMES)
    places = [named, *on_path, str(MAC), _playwrights()]
    return next((Path(each) for each in places if each and Path(each).is_file()), None)


def provide_chromium() -> Path | None:
    """Like `find_chromium`, and installs Debian's package where that is allowed."""
    found = find_chromium()
    if found is None and binaries.may_install():
        binaries.apt_install("chromium")
        found = find_chromium()
    return found


def _playwrights() -> str | None:
    caches = (Path.home() / ".cache/ms-playwright", Path.home() / "Library/Caches/ms-playwright")
    programs = ("chrome-linux*/chrome", "chrome-mac*/**/MacOS/Google Chrome for Testing")
    found = [
        str(program)
        for cache in caches
        for pattern in programs
        for program in cache.glob(f"chromium-*/{pattern}")
    ]
    return max(found, default=None)
