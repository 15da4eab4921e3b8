"""ruff, mypy and djlint are content: the same tools an editor runs."""

from __future__ import annotations

import shutil

import pytest

from tests.house.repository import ROOT, complaints


def test_code_is_formatted() -> None:
    wrong = complaints("ruff", "format", "--check", "--quiet", "--diff", ".")
    assert not wrong, f"make fmt writes it:\n{wrong}"


def test_code_is_linted() -> None:
    wrong = complaints("ruff", "check", "--output-format=concise", ".")
    assert not wrong, wrong


def test_types_hold() -> None:
    wrong = complaints("mypy")
    assert not wrong, wrong


def test_templates_are_linted() -> None:
    wrong = complaints("djlint", "--lint", "--quiet", "templates")
    assert not wrong, wrong


def test_shell_scripts_parse() -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash on this machine")
    import subprocess

    done = subprocess.run([bash, "-n", ROOT / ".ci/run"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
