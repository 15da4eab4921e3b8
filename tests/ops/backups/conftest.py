"""A shop with a place for its backups, and the key pair they are encrypted to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from shopapp.config import Config
from shopapp.db import db
from shopapp.mail.files import Files
from shopapp.ops.backups import sealing
from shopapp.ops.backups.creating import Made, create
from shopapp.ops.backups.places import Folder
from tests.jobs.scaffold import Shop, bare_app
from tests.servers import postgres


@dataclass(frozen=True)
class Vaulted:
    """A shop whose backups go to the folder `place`; `identity` opens them."""

    shop: Shop
    place: Folder
    identity: Path
    elsewhere: Config  # an installation of its own on a database without tables

    @property
    def config(self) -> Config:
        return self.shop.config

    def set(self, **changes: object) -> None:
        self.shop.app.config["SHOPAPP"] = replace(self.config, **changes)

    def back_up(self) -> Made:
        return create(self.config)


@pytest.fixture
def identity(tmp_path: Path) -> tuple[Path, str]:
    """An identity file and its public key."""
    text, public = sealing.new_identity()
    (path := tmp_path / "identity.txt").write_text(text)
    return path, public


@pytest.fixture
def vaulted(
    config: Config,
    bare_url: str,
    identity: tuple[Path, str],
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[Vaulted]:
    """A shop with a backup place, on each database."""
    place = tmp_path / "backups"
    there = replace(config, backup_to=str(place), backup_recipient=identity[1])
    if config.database_url.startswith("postgresql"):
        server = request.getfixturevalue("postgres_server")
        name = urlsplit(config.database_url).path.removeprefix("/")
        admin = postgres.url_of(server.url_admin, name)
        there = replace(there, backup_database_url=admin)
    app = bare_app(there)
    other = replace(there, instance=tmp_path / "other", database_url=bare_url, direct_url="")
    yield Vaulted(Shop(app), Folder(place), identity[0], other)
    with app.app_context():
        db.engine.dispose()


def attach(shop: Shop, content: bytes) -> Path:
    """An attachment of the shop's store; its file."""
    files = Files.of(shop.config, shop.store_id)
    return files.path(files.keep(content))
