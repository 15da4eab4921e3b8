"""Demo stores: planted once, removed whole, never mixed with anybody's own data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload

from seeds import cast
from shopapp import clock
from shopapp.accounts import passwords
from shopapp.accounts.models import Membership, Role, User
from shopapp.catalog.models import Customer, Order
from shopapp.config import Config
from shopapp.connectors.mail.folder import file_name
from shopapp.db import Session, new_session
from shopapp.drafts.models import AiDraft
from shopapp.inbox.models import Ticket, TicketMessage
from shopapp.mail.files import Files
from shopapp.mail.models import OutboundMail, RawMail
from shopapp.ops.database import audit_unlocked
from shopapp.purchasing.models import PurchaseOrder
from shopapp.refusals import Refused
from shopapp.stores.models import Store
from shopapp.tenancy import bind

COUNTED = (Customer, Order, RawMail, Ticket, TicketMessage, AiDraft)


class NotDemo(Refused):
    """The demo would have to change data that is not its own; the message says which."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody of the demo who can sign in."""

    email: str
    role: Role
    store: str


@dataclass(frozen=True, slots=True)
class Planted:
    """What stands in the demo stores now.

    `stores` are the handles planted by this call, none when all were there; only then is there a
    `password`. `counts` says for each of them how many rows of a table it has.
    """

    accounts: tuple[Account, ...]
    stores: tuple[str, ...]
    counts: Mapping[str, Mapping[str, int]]
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        """One sentence for the terminal."""
        if not self.stores:
            return "The demo stores are there already; nothing was changed (--reset plants anew)."
        return "Planted " + " and ".join(
            f"{handle} ({counts['sales_order']} orders, {counts['ticket']} tickets)"
            for handle, counts in self.counts.items()
        )


def plant(app: Flask, scenario: str, *, password: str = "", reset: bool = False) -> Planted:
    """Plant the demo stores that are missing; with `reset` the present ones are removed first.

    Every account gets `password` (default: SHOPAPP_DEMO_PASSWORD, else a random one). Raises
    NotDemo, before anything is changed, when a store or person of that name is somebody's own.
    """
    from seeds import demo  # half of shopapp, which no other command needs

    config: Config = app.config["SHOPAPP"]
    keys = app.extensions["shopapp_keys"]
    with app.app_context():
        _check(cast.SHOPS)
        if reset:
            remove(config)
        present = _handles()
        missing = [shop for shop in cast.SHOPS if shop.handle not in present]
        password = password or config.demo_password or passwords.generated()
        password_hash = passwords.hashed(password) if missing else ""
        now = clock.now()
        planted = {
            shop.handle: demo.plant(
                shop, scenario, config=config, keys=keys, password_hash=password_hash, now=now
            )
            for shop in missing
        }
        counts = {handle: _counts(store_id) for handle, store_id in planted.items()}
        return Planted(_accounts(), tuple(planted), counts, password if missing else "")


def remove(config: Config) -> tuple[str, ...]:
    """Remove the demo stores and demo people with all that is theirs; the stores' handles.

    Raises NotDemo when a demo person has meanwhile been admitted to a store that is no demo.
    """
    with closing(new_session()) as session:
        _check_guests(session)
        demo_stores = Store.is_demo.is_(True)
        stores = session.execute(select(Store.id, Store.handle).where(demo_stores)).all()
    for store_id, _ in stores:
        remove_store(config, store_id)
    with closing(new_session()) as session:
        session.execute(delete(User).where(User.is_demo.is_(True)))
        session.commit()
    return tuple(handle for _, handle in stores)


def remove_store(config: Config, store_id: str) -> None:
    """Remove one store: its rows in one transaction, then the files nobody can reach any more."""
    with closing(new_session()) as session:
        bind(session, store_id)
        letters = session.scalars(select(OutboundMail.message_id)).all()
        with audit_unlocked(session.connection(), "the store is removed"):
            session.execute(delete(PurchaseOrder))  # it holds on to its vendor and location
            session.execute(delete(Store).where(Store.id == store_id))
        session.commit()
    for message_id in letters:
        (config.instance / "outbox" / file_name(message_id)).unlink(missing_ok=True)
    Files.of(config, store_id).remove_all()


def _check(shops: Sequence[cast.Shop]) -> None:
    """Nobody's own store or account bears a name of the cast."""
    handles = [shop.handle for shop in shops]
    emails = [member.email for shop in shops for member in shop.members]
    with closing(new_session()) as session:
        session.reading = True
        own = Store.is_demo.is_(False)
        store = session.scalar(select(Store.handle).where(Store.handle.in_(handles), own).limit(1))
        mine = User.is_demo.is_(False)
        email = session.scalar(select(User.email).where(User.email.in_(emails), mine).limit(1))
    if store:
        message = f"the store '{store}' is your own, so the demo stores are not planted"
        raise NotDemo(message)
    if email:
        message = f"{email} is no demo account, so the demo stores are not planted"
        raise NotDemo(message)


def _check_guests(session: Session) -> None:
    guest = session.scalar(
        select(Membership)
        .join(Membership.user)
        .join(Membership.store)
        .options(joinedload(Membership.user), joinedload(Membership.store))
        .where(User.is_demo.is_(True), Store.is_demo.is_(False))
        .limit(1)
    )
    if guest is not None:
        message = (
            f"{guest.user.email} is a member of '{guest.store.handle}', which is no demo store: "
            f"run shopapp users remove {guest.user.email} --store {guest.store.handle} first"
        )
        raise NotDemo(message)


def _handles() -> set[str]:
    with closing(new_session()) as session:
        session.reading = True
        return set(session.scalars(select(Store.handle).where(Store.is_demo.is_(True))))


def _accounts() -> tuple[Account, ...]:
    with closing(new_session()) as session:
        session.reading = True
        rows = session.execute(
            select(User.email, Membership.role, Store.handle)
            .join(Membership, Membership.user_id == User.id)
            .join(Store, Store.id == Membership.store_id)
            .where(User.is_demo.is_(True), Store.is_demo.is_(True))
            .order_by(Store.created_at, Membership.id)
        )
        return tuple(Account(email, role, handle) for email, role, handle in rows)


def _counts(store_id: str) -> dict[str, int]:
    with closing(new_session()) as session:
        session.reading = True
        bind(session, store_id)
        return {
            str(each.__tablename__): session.scalar(select(func.count()).select_from(each)) or 0
            for each in COUNTED
        }
