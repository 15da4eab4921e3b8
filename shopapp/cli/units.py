"""The edge of the command line: one app and one transaction a command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shopapp.config import Config
    from shopapp.crypto.ring import Ring
    from shopapp.db import Session
    from shopapp.stores.models import Store


def read_config() -> Config:
    """The configuration of this process."""
    from shopapp.config import from_environment

    return from_environment()


@contextmanager
def unit(config: Config | None = None) -> Iterator[Session]:
    """A session bound to no store, inside the app; commits unless the block raises.

    Raises NotReady when the database is not up to date.
    """
    from shopapp.db import current_session
    from shopapp.ops.start import check_ready, opened

    config = config or read_config()
    check_ready(config)
    with opened(config):
        session = current_session()
        yield session
        session.commit()


@contextmanager
def installation() -> Iterator[tuple[Config, Ring]]:
    """Configuration and keyring inside the app, for commands that make their own transactions.

    Raises NotReady when the database is not up to date.
    """
    from shopapp.ops.start import check_ready, opened

    config = read_config()
    check_ready(config)
    with opened(config) as app:
        yield config, app.extensions["shopapp_keys"].keyring


def found_store(session: Session, handle: str) -> Store:
    """The store called `handle`; raises Invalid when there is none."""
    from shopapp.refusals import Invalid
    from shopapp.stores.queries import by_handle

    store = by_handle(session, handle)
    if store is None:
        message = f"There is no store called '{handle}'."
        raise Invalid(message)
    return store
