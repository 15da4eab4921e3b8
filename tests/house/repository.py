"""The files that belong to the repository, and running a tool over them."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOT_OURS = {"instance", "node_modules", "build", "__pycache__"}


@cache
def files() -> tuple[Path, ...]:
    """Every file that is tracked or would be; without git, every file but the generated ones."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        found = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        found = [each for each in ROOT.rglob("*") if _is_ours(each.parent.relative_to(ROOT))]
    return tuple(sorted(each for each in found if each.is_file()))


def python_files(*folders: str) -> list[Path]:
    """The Python files, all of them or those below some top-level folders."""
    return [
        each
        for each in files()
        if each.suffix == ".py" and (not folders or each.relative_to(ROOT).parts[0] in folders)
    ]


def name_of(path: Path) -> str:
    """A file as the repository names it: 'shopapp/db.py'."""
    return path.relative_to(ROOT).as_posix()


def complaints(*command: str) -> str:
    """What a Python tool says when it is not content; empty when it is."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def _is_ours(folder: Path) -> bool:
    hidden = [part for part in folder.parts if part.startswith(".") and part != ".ci"]
    return not hidden and not NOT_OURS & {*folder.parts}
