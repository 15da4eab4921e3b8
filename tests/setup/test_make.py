"""make and .ci/run: every target explains itself, and the gate's answer comes through."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from tests.setup.checkout import ROOT


def make(*arguments: str) -> str:
    """What make says, as if called by a person: these tests may run inside another make."""
    own = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    return subprocess.run(
        ["make", *arguments], cwd=ROOT, env=own, capture_output=True, text=True, check=True
    ).stdout


def test_help_names_every_target() -> None:
    declared = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert declared is not None
    assert [line.split()[0] for line in make("help").splitlines()] == declared[1].split()


def test_run_needs_no_more_than_runtime() -> None:
    steps = make("--dry-run", "run", "PYTHON=python9").splitlines()
    assert steps == ["python9 bootstrap.py runtime", "exec .venv/bin/shopapp run"]


def test_the_gates_exit_code_and_last_words_come_through(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/run", tmp_path / ".ci")
    (tmp_path / "Makefile").write_text("test:\n\t@test ! -t 0; echo 1 failed, 2 passed; exit 1\n")
    done = subprocess.run([tmp_path / ".ci/run"], cwd="/", capture_output=True, check=False)
    assert b"1 failed, 2 passed" in done.stdout
    assert done.returncode != 0
