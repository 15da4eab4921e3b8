"""An application without pages on the database with the cast, for jobs and mail alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from shopapp import schedule
from shopapp.accounts.models import User
from shopapp.config import Config
from shopapp.crypto import instance
from shopapp.db import Session, db, engine_options, lay_down_rules, new_session, normalised
from shopapp.jobs import engine, ledger, queries, worker
from shopapp.jobs.models import Job
from shopapp.ops import database
from shopapp.tenancy import bind
from tests import cast

SHORT = timedelta(seconds=1)


@dataclass(frozen=True)
class Shop:
    """The bare application, seen from the store Harbor."""

    app: Flask
    store_id: str = cast.HARBOR.id

    @property
    def config(self) -> Config:
        config: Config = self.app.config["SHOPAPP"]
        return config

    @contextmanager
    def session(self, *, bound: bool = True) -> Iterator[Session]:
        """A session that commits at its end, bound to the store unless told otherwise."""
        with self.app.app_context():
            session = new_session()
            try:
                if bound:
                    bind(session, self.store_id)
                yield session
                session.commit()
            finally:
                session.close()

    def ada(self, session: Session) -> User:
        return session.get_one(User, cast.ADA.id)

    def use_engine(self, url: str) -> None:
        """Let jobs be rung for through the engine at `url`, as JOBS_URL would."""
        self.app.config["SHOPAPP"] = replace(self.config, jobs_url=url)

    def use_smtp(self, url: str) -> None:
        """Let mail leave through the server at `url`."""
        self.app.config["SHOPAPP"] = replace(self.config, smtp_url=url)


def enqueue(shop: Shop, **options: Any) -> str:
    """The id of a job `test.job`, committed."""
    with shop.session() as session:
        values: dict[str, Any] = {"store_id": shop.store_id, "arguments": {}}
        return ledger.enqueue(session, "test.job", **(values | options)).id


def stored(shop: Shop, job_id: str) -> Job:
    """The job as it stands now."""
    with shop.session(bound=False) as session:
        job = queries.job(session, job_id)
        assert job is not None
        session.expunge(job)
        return job


def bare_app(config: Config) -> Flask:
    """The database, the keys and the jobs, no pages."""
    database.load_models()
    assert schedule.HANDLERS
    app = Flask("bare")
    url = normalised(config.sqlalchemy_url)
    app.config.from_mapping(
        SHOPAPP=config,
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(url),
    )
    app.extensions["shopapp_keys"] = instance.load(config)
    db.init_app(app)
    with app.app_context():
        lay_down_rules(db.engine)
    return app


def labour(config: Config) -> None:
    """What a worker process does, with leases short enough to see them run out."""
    worker.run(bare_app(config), threading.Event(), lease=SHORT)


@pytest.fixture
def shop(config: Config) -> Iterator[Shop]:
    """A shop on each database."""
    app = bare_app(config)
    yield Shop(app)
    if queue := engine.of(app):
        queue.close()
    with app.app_context():
        db.engine.dispose()
