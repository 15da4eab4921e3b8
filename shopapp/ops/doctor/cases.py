"""A case: the installation as the doctor looks at it, which reads everything and writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine, create_engine, make_url, select

from shopapp.config import Config
from shopapp.db import Session, db, engine_options, lay_down_rules, normalised
from shopapp.stores.models import Store
from shopapp.tenancy import bind

MOST_STORES = 200  # what is looked at store by store stops here


@dataclass(frozen=True)
class Case:
    """`only` is the one store to look at; None stands for all of them."""

    config: Config
    engine: Engine
    only: str | None = None

    @property
    def is_postgresql(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    @property
    def is_public(self) -> bool:
        """Whether others than this machine reach it."""
        return not self.config.is_local or bool(self.config.public_url)

    @property
    def file(self) -> Path | None:
        """The SQLite file, None on PostgreSQL."""
        name = self.engine.url.database
        return None if self.is_postgresql or not name else Path(name)

    @contextmanager
    def session(self, store_id: str | None = None) -> Iterator[Session]:
        """A reading session, bound to a store when one is given."""
        with closing(Session(db, bind=self.engine)) as session:
            session.reading = True
            if store_id:
                bind(session, store_id)
            yield session

    @cached_property
    def stores(self) -> tuple[str, ...]:
        """The ids of the stores to look at."""
        if self.only:
            return (self.only,)
        with self.session() as session:
            return tuple(session.scalars(select(Store.id).order_by(Store.id).limit(MOST_STORES)))


@contextmanager
def opened(config: Config) -> Iterator[Case]:
    """A case without an app, for an installation that may not be able to start one."""
    url = normalised(config.sqlalchemy_url)
    engine = create_engine(make_url(url), **engine_options(url))
    lay_down_rules(engine)
    try:
        yield Case(config, engine)
    finally:
        engine.dispose()
