"""Set-up: once is enough, half is noticed, and what is wrong is said in one sentence."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import bootstrap
from tests.setup.checkout import CLOSED, Checkout

pytestmark = pytest.mark.slow


def test_the_launcher_runs_the_checkouts_own_code(done: Checkout) -> None:
    told = subprocess.run(
        [done.root / ".venv/bin/shopapp", "seed", "two words"],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    assert (told.returncode, told.stdout.strip()) == (3, "['seed', 'two words']")


def test_the_launcher_still_works_when_the_folder_moved(done: Checkout) -> None:
    moved = done.root.rename(done.root.with_name("moved here"))
    told = subprocess.run([moved / ".venv/bin/shopapp"], capture_output=True, check=False)
    assert told.returncode == 3


def test_a_second_set_up_touches_nothing(done: Checkout) -> None:
    before = done.times()
    assert done.set_up() == (0, "")
    assert done.times() == before


def test_an_interrupted_set_up_is_made_again(done: Checkout) -> None:
    done.stamp.unlink()
    leftover = next((done.root / ".venv/lib").glob("*/site-packages")) / "half-installed.py"
    leftover.touch()
    assert done.set_up()[0] == 0
    assert not leftover.exists()


def test_a_changed_lock_is_installed(done: Checkout) -> None:
    made = done.wheel("1.0")
    assert done.set_up(PIP_FIND_LINKS=str(made.parent))[0] == 0
    assert done.has("tiny")
    before = done.times()
    assert done.set_up() == (0, "")
    assert done.times() == before


def test_a_download_that_is_not_the_locked_file_is_refused(done: Checkout) -> None:
    made = done.wheel("1.0")
    with zipfile.ZipFile(made, "a") as wheel:
        wheel.writestr("tiny/more.py", "")
    code, said = done.set_up(PIP_FIND_LINKS=str(made.parent))
    assert code == 1
    assert "is not the file that was locked" in said
    assert not done.has("tiny")


def test_no_network_is_one_sentence(done: Checkout) -> None:
    done.wheel("1.0")
    code, said = done.set_up(PIP_NO_INDEX="", PIP_INDEX_URL=CLOSED)
    assert code == 1
    assert said.splitlines()[-1] == (
        "Set-up failed: the packages could not be downloaded, this machine seems offline."
    )
    assert not done.stamp.exists()


def test_two_set_ups_at_once_take_turns(done: Checkout) -> None:
    shutil.rmtree(done.root / ".venv")
    both = [done.start() for _ in range(2)]
    said = [each.communicate()[0] for each in both]
    assert [each.returncode for each in both] == [0, 0]
    assert "".join(said).count("Making .venv") == 1


def test_an_unknown_set_is_one_sentence(done: Checkout) -> None:
    assert done.set_up("everything") == (
        1,
        "Set-up failed: there is no requirements/everything.txt.\n",
    )


def test_a_folder_that_cannot_be_written_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path / "gone")
    with pytest.raises(bootstrap.SetupFailed, match="cannot be written"):
        bootstrap.check_writable()


def test_a_python_without_venv_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "has_ensurepip", lambda: False)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(bootstrap.SetupFailed, match=r"sudo apt install python3\.\d+-venv"):
        bootstrap.check_venv()


def test_an_old_python_is_told_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit) as left:
        bootstrap.use_new_python()
    assert str(left.value.code).startswith("shopapp needs Python 3.11 or newer, and this is 3.9.")


def test_an_old_python_hands_over_to_a_newer_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "python3.13").write_text("#!/bin/sh\nexit 1\n")  # named so, but does not work
    (tmp_path / "python3.12").symlink_to(sys.executable)
    (tmp_path / "python3.13").chmod(0o755)
    started: list[str] = []
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "execv", lambda program, _: started.append(program))
    with pytest.raises(SystemExit):
        bootstrap.use_new_python()
    assert started == [str(tmp_path / "python3.12")]


def test_an_old_python_can_read_the_file() -> None:
    """Else it would stop at a syntax error before it is told."""
    source = Path(bootstrap.__file__).read_text()
    ast.parse(source, feature_version=(3, 7))
    assert "from __future__" not in source
