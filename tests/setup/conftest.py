"""A checkout that was set up once, and a fresh copy of it for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.setup.checkout import Checkout


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    made = Checkout(tmp_path_factory.mktemp("setup") / "checkout")
    made.fill()
    code, said = made.set_up()
    assert code == 0, said
    return made


@pytest.fixture
def done(_template: Checkout, tmp_path: Path) -> Checkout:
    """A checkout whose set-up is done."""
    return Checkout(Path(shutil.copytree(_template.root, tmp_path / "shop app", symlinks=True)))
