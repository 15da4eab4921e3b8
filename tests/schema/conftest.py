"""Fixtures for the schema's proofs: pytest-alembic on a bare database, and histories to try out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from shopapp.ops import database
from tests.databases import engine_of

STEP = '''"""A step of a test."""
from alembic import op
import sqlalchemy as sa
revision = "{revision}"
down_revision = "{before}"
def upgrade():
    {up}
def downgrade():
    pass
'''


class History:
    """A copy of the migrations that tests may add steps to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(database.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        self.head = ScriptDirectory(str(folder)).get_current_head()

    def add(self, revision: str, up: str) -> None:
        """A new step after the last one; `up` is its body, one statement a line."""
        body = STEP.format(revision=revision, before=self.head, up=up.replace("\n", "\n    "))
        (self.folder / "versions" / f"{revision}.py").write_text(body)
        self.head = revision

    def upgrade(self, url: str, revision: str = "head", **options: str) -> None:
        command.upgrade(self._config(url, options), revision)

    def _config(self, url: str, options: dict[str, str]) -> Config:
        config = database.alembic_config(url)
        config.set_main_option("script_location", str(self.folder))
        for name, value in options.items():
            config.set_main_option(name, value)
        return config


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "migrations")


@pytest.fixture
def alembic_engine(bare_url: str) -> Iterator[Engine]:
    with engine_of(bare_url) as engine:
        yield engine


@pytest.fixture
def alembic_config(bare_url: str) -> Config:
    return database.alembic_config(bare_url)
