"""From store to store: who they are, and a look into one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

from sqlalchemy import select

from shopapp.db import Session, new_session
from shopapp.refusals import Invalid
from shopapp.stores.models import Store
from shopapp.tenancy import bind


@dataclass(frozen=True, slots=True)
class Shop:
    """A store by id, and by the name people know it by."""

    id: str
    handle: str


def shops(handle: str | None = None) -> Sequence[Shop]:
    """Every store by handle, or the one called `handle`; raises Invalid when it is not there."""
    query = select(Store.id, Store.handle).order_by(Store.handle)
    with closing(new_session()) as session:
        session.reading = True
        found = [Shop(*row) for row in session.execute(query)]
    wanted = [shop for shop in found if handle in (None, shop.handle)]
    if handle is not None and not wanted:
        message = f"There is no store called '{handle}'."
        raise Invalid(message)
    return wanted


@contextmanager
def looking_into(store_id: str) -> Iterator[Session]:
    """A session that reads one store and holds nobody up."""
    with closing(new_session()) as session:
        session.reading = True
        bind(session, store_id)
        yield session
