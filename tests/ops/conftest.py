"""An instance that was started once, and a copy of it for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from shopapp.config import Config
from shopapp.crypto import instance as keys
from shopapp.ops.doctor.cases import Case
from tests.ops.household import PASSWORD, Household


@pytest.fixture(scope="session")
def _started_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The instance folder a first start leaves, and what that start said."""
    instance = tmp_path_factory.mktemp("first") / "instance"
    first = Household(instance, SHOPAPP_DEMO_PASSWORD=PASSWORD)
    try:
        first.come_up()
    finally:
        first.close()
    return instance, first.words


@pytest.fixture
def first_words(_started_once: tuple[Path, str]) -> str:
    """What the first start said."""
    return _started_once[1]


@pytest.fixture
def instance(_started_once: tuple[Path, str], tmp_path: Path) -> Path:
    """An instance folder as a first start leaves it."""
    shutil.copytree(_started_once[0], tmp_path / "instance")
    return tmp_path / "instance"


@pytest.fixture
def start() -> Iterator[Callable[..., Household]]:
    """`start(instance)`: shopapp running there, with the variables given; ended with the test."""
    started: list[Household] = []

    def begin(instance: Path, *words: str, **settings: str) -> Household:
        started.append(Household(instance, *words, **settings))
        return started[-1]

    yield begin
    for household in started:
        household.close()


@pytest.fixture
def case(config: Config, engine: Engine) -> Case:
    """The installation with the cast as the doctor looks at it, its keys made."""
    keys.load(config)
    return Case(config, engine)
