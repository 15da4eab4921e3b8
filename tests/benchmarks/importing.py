"""How fast mail is imported: mails a second, the peak of memory, and beside bare Core inserts.

`python -m tests.benchmarks.importing [MAILS] [DATABASE_URL]`; without a URL on SQLite.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, select

from shopapp import schedule
from shopapp.config import Config
from shopapp.db import Base, db, engine_options, lay_down_rules, normalised, plain_engine
from shopapp.inbox.actions.importing import Intake, import_path
from shopapp.mail.models import Mailbox
from shopapp.ops import database
from shopapp.stores.models import Store
from shopapp.tenancy import store_transaction
from tests import cast
from tests.benchmarks.letters import write_mbox
from tests.databases import engine_of

_STORE = cast.HARBOR.id
_TABLES = ("raw_mail", "ticket", "ticket_message", "ticket_event", "message_alias", "attachment")
assert schedule.HANDLERS


def main(mails: int, url: str) -> None:
    """Print the figures of one run."""
    with tempfile.TemporaryDirectory() as folder:
        config = Config(instance=Path(folder) / "instance", database_url=url)
        write_mbox(path := Path(folder) / "mails.mbox", mails)
        with staged(config) as app, app.app_context(), timed() as took:
            report = list(import_path(Intake.of(config, _STORE), path))[-1]
        print(f"{report.parsed} mails, {report.opened} tickets, {report.quarantined} quarantined")
        print(f"import: {mails / took['cpu']:.0f} mails a CPU second, ", end="")
        print(f"{mails / took['wall']:.0f} a second; peak of memory {peak()} MB")
        bare = core_inserts(config, Path(folder) / "bare.db")
        print(f"bare Core inserts of the same rows: {mails / bare['cpu']:.0f} mails a CPU second")
        print(f"the import takes {took['cpu'] / bare['cpu']:.1f} × their time")


@contextmanager
def staged(config: Config) -> Iterator[Flask]:
    """An app on a database with the cast and a mailbox, without mail."""
    config.instance.mkdir()
    database.upgrade(config.sqlalchemy_url)
    with engine_of(config.sqlalchemy_url) as engine:
        cast.assemble(engine)
    app = Flask(__name__)
    options = engine_options(config.sqlalchemy_url)
    app.config |= {
        "SHOPAPP": config,
        "SQLALCHEMY_DATABASE_URI": normalised(config.sqlalchemy_url),
        "SQLALCHEMY_ENGINE_OPTIONS": options,
    }
    db.init_app(app)
    with app.app_context():
        lay_down_rules(db.engine)
        with store_transaction(_STORE) as session:
            session.add(Mailbox(address="help@harbor.example", is_default=True))
            session.get_one(Store, _STORE).ticket_count = 100
    yield app


def core_inserts(config: Config, path: Path) -> dict[str, float]:
    """The time to insert the rows of the import with Core, 1,000 at a time."""
    bare = replace(config, database_url=f"sqlite:///{path}")
    database.upgrade(bare.sqlalchemy_url)
    there = plain_engine(bare.sqlalchemy_url)  # which does not look at foreign keys
    with engine_of(config.sqlalchemy_url) as here:
        took = {"cpu": 0.0, "wall": 0.0}
        for name in _TABLES:
            table = Base.metadata.tables[name]
            with here.connect() as source:
                rows: Any = source.execution_options(yield_per=1_000).execute(select(table))
                for batch in rows.mappings().partitions():
                    values = [dict(each) for each in batch]
                    with timed() as each, there.begin() as connection:
                        connection.execute(insert(table), values)
                    took = {kind: took[kind] + each[kind] for kind in took}
        return took


@contextmanager
def timed() -> Iterator[dict[str, float]]:
    """The seconds of CPU and on the wall that the block takes."""
    took: dict[str, float] = {}
    cpu, wall = time.process_time(), time.perf_counter()
    yield took
    took["cpu"], took["wall"] = time.process_time() - cpu, time.perf_counter() - wall


def peak() -> int:
    """The most memory this process has had, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(each.split()[1]) // 1024 for each in lines if each.startswith("VmHWM"))


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 10_000,
        sys.argv[2] if len(sys.argv) > 2 else "",
    )
