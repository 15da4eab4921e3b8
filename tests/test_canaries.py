"""The watch over canaries: it finds one wherever a run writes it, and then the run fails."""

from __future__ import annotations

import base64
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopapp.config import ROOT
from tests.canaries import canary, leaking_files, leaks

LEAKS = """
import sys
from tests.canaries import canary

def test_a_file(tmp_path):
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "backup.bin").write_bytes(b"\\0" * 9000 + canary("file").encode())

def test_a_log():
    print("the password is", canary("log"), file=sys.stderr)

def test_neither(tmp_path):
    (tmp_path / "fine").write_text("nothing to see")
"""


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """A folder that the watch over this very run does not search."""
    with tempfile.TemporaryDirectory(prefix="shopapp-canaries-") as folder:
        yield Path(folder)


@pytest.mark.parametrize("parallel", [(), ("-n", "1")])
def test_a_run_that_writes_a_secret_fails_and_says_where(
    elsewhere: Path, parallel: tuple[str, ...]
) -> None:
    (elsewhere / "test_leaks.py").write_text(LEAKS)
    code, said = run(elsewhere, *parallel)
    assert code == 1
    assert "3 passed" in said
    told = [line for line in said.splitlines() if "written in the clear" in line]
    assert len(told) == 2
    assert "test_a_log: Captured stderr call" in told[0]
    assert told[1].endswith("instance/backup.bin")


@pytest.mark.parametrize("offset", range(6))
def test_base64_hides_nothing(offset: int) -> None:
    words = b"x" * offset + canary("smtp").encode() + b"yz"
    assert leaks(base64.b64encode(words))


def test_what_is_sealed_is_no_leak(elsewhere: Path) -> None:
    (elsewhere / "other").write_bytes(b"canary")
    assert not list(leaking_files(elsewhere))


def run(folder: Path, *words: str) -> tuple[int, str]:
    """pytest in a process of its own, with the watch and nothing else of ours."""
    command = [sys.executable, "-m", "pytest", "-p", "tests.canaries", "-q", *words]
    ended = subprocess.run(
        [*command, f"--basetemp={folder / 'temporary'}", folder / "test_leaks.py"],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout
