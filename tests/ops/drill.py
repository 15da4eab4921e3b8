"""What the drill moves: an installation with seeded stores, its rows, its load and its figures."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import monotonic

from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import undefer

from shopapp import clock
from shopapp.accounts.models import Membership, User
from shopapp.config import Config
from shopapp.connections.models import ConnectionEvent, EventStatus, Provider, StoreSecret
from shopapp.connections.vault import Vault
from shopapp.db import Session, db
from shopapp.inbox.models import Ticket
from shopapp.mail.files import Files
from shopapp.ops import database
from shopapp.ops.copying import moving
from shopapp.ops.copying.plain import in_order
from shopapp.ops.copying.sums import digest
from shopapp.stores.models import Store
from tests.canaries import canary
from tests.databases import engine_of
from tests.jobs import scaffold
from tests.mail import posting
from tests.ops.household import command

SECRETS, MAILS, OLD_CHECKS = 40, 3, 6  # of each store
PAUSE = 0.05  # seconds between two rounds of a thread: a machine has other work
Rows = dict[str, dict[str, bytes]]  # table → id of a row → its digest


@dataclass
class Drill:
    """Commands of one installation, one after the other; `settings` are its variables."""

    instance: Path
    settings: dict[str, str] = field(default_factory=dict)
    figures: list[str] = field(default_factory=list)

    def say(self, *words: str, codes: tuple[int, ...] = (0,), **settings: str) -> str:
        """What the command prints; it has to end with one of `codes`."""
        begun = monotonic()
        code, said, trouble = command(self.instance, *words, settings=self.settings | settings)
        assert code in codes, f"shopapp {' '.join(words)}\n{said}\n{trouble}"
        name = " ".join(word for word in words if "/" not in word and "=" not in word)
        self.note(f"shopapp {name}", monotonic() - begun)
        return said

    def note(self, what: str, seconds: float, more: str = "") -> None:
        self.figures.append(f"{seconds:7.1f} s  {what}  {more}".rstrip())

    @contextmanager
    def opened(self) -> Iterator[Flask]:
        """The installation in this process, as its variables say."""
        names = ("database_url", "direct_url", "smtp_url")
        given = {name: self.settings.get(name.upper(), "") for name in names}
        app = scaffold.bare_app(Config(instance=self.instance, **given))
        yield app
        with app.app_context():
            db.engine.dispose()


@dataclass(frozen=True)
class Shop(scaffold.Shop):
    """A seeded store."""

    def ada(self, session: Session) -> User:
        works_here = select(User).join(Membership).where(Membership.store_id == self.store_id)
        return session.scalars(works_here.order_by(User.email)).all()[0]

    def fill(self) -> None:
        """What a seed has none of: secrets, a file by itself, mail that waits, old checks."""
        Files.of(self.config, self.store_id).keep(f"A picture of {self.store_id}".encode())
        keyring = self.app.extensions["shopapp_keys"].keyring
        with self.session() as session:
            vault = Vault(session, keyring)
            for number in range(SECRETS):
                row = StoreSecret(provider=Provider.LLM, name=f"drill-{number}")
                session.add(row)
                vault.seal(row, "secret", canary(row.name))
            old = {"integration": "smtp", "status": EventStatus.FAILURE, "message": "Nobody."}
            for day in range(OLD_CHECKS):
                moment = clock.now() - timedelta(days=40 + day)
                session.add(ConnectionEvent(**old, created_at=moment))
        for number in range(MAILS):
            posting.post(self, subject=f"Drill {number}")

    def secrets_that_open(self) -> int:
        """How many of the secrets are what was put in; raises when one does not open."""
        with self.session() as session:
            session.reading = True
            vault = Vault(session, self.app.extensions["shopapp_keys"].keyring)
            query = select(StoreSecret).where(StoreSecret.name.startswith("drill-"))
            rows = session.scalars(query.options(undefer("*"))).all()
            return sum(vault.open(row, "secret") == canary(row.name) for row in rows)

    def write(self, number: int) -> None:
        """Change a ticket, and save a password that is what it was."""
        with self.session() as session:
            vault = Vault(session, self.app.extensions["shopapp_keys"].keyring)
            name = f"drill-{number % SECRETS}"
            row = session.scalars(select(StoreSecret).where(StoreSecret.name == name)).one()
            vault.seal(row, "secret", canary(name))
            first = select(func.min(Ticket.id)).scalar_subquery()
            session.execute(
                update(Ticket).where(Ticket.id == first).values(preview=f"Round {number}")
            )


def shops(app: Flask) -> list[Shop]:
    """Every store of the installation."""
    with scaffold.Shop(app).session(bound=False) as session:
        return [Shop(app, each) for each in session.scalars(select(Store.id).order_by(Store.id))]


@contextmanager
def busy(every: list[Shop]) -> Iterator[dict[str, int]]:
    """Threads that read and write until the block ends; counts of both, raises what they met."""
    stop, done = threading.Event(), {"read": 0, "written": 0}

    def read(shop: Shop) -> None:
        while not stop.wait(PAUSE):
            assert shop.secrets_that_open() == SECRETS
            done["read"] += SECRETS

    def write(shop: Shop) -> None:
        while not stop.wait(PAUSE):
            shop.write(done["written"])
            done["written"] += 1

    with ThreadPoolExecutor(2 * len(every)) as crew:
        at_work: list[Future[None]] = [
            crew.submit(task, each) for each in every for task in (read, write)
        ]
        try:
            yield done
        finally:
            stop.set()
    for each in at_work:
        each.result()


def rows(url: str) -> Rows:
    """Every row of a database, as somebody sees it whom no wall keeps from any."""
    found: Rows = {}
    models = database.load_models().tables
    with engine_of(url) as engine, engine.connect() as connection:
        for table in in_order():
            key = [*map(table.table.c.keys().index, models[table.name].primary_key.c.keys())]
            found[table.name] = {
                " ".join(str(row[place]) for place in key): digest(row, table.json)
                for batch in moving._batches(connection, table)
                for row in batch
            }
    return found


def lost(before: Rows, after: Rows) -> Mapping[str, int]:
    """How many rows of which table are no longer there."""
    gone = {name: len(each.keys() - after[name].keys()) for name, each in before.items()}
    return {name: count for name, count in gone.items() if count}


def touched(before: Rows, after: Rows) -> set[str]:
    """The tables that are not row for row the same."""
    return {name for name, each in before.items() if each != after[name]}


def files(instance: Path) -> dict[str, bytes]:
    """The attachments, by path."""
    found = (path for path in (instance / "attachments").rglob("*") if path.is_file())
    return {str(path.relative_to(instance)): path.read_bytes() for path in found}
