"""Demo stores: planted once, removed whole, never mixed with anybody's own data."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload, selectinload

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
            f"{handle} ({counts['order']} orders, {counts['ticket']} tickets)"
            for handle, counts in self.counts.items()
        )


def plant(app: Flask, scenario: str, *, password: str = "", reset: bool = False) -> Planted:
    """Plant the demo stores that are missing; with `reset` the present ones are removed first.

    Every account gets `password` (default: SHOPAPP_DEMO_PASSWORD, else a random one). Raises
    NotDemo, before anything is changed, when a store or person of that name is somebody's own.
    """
    from seeds import cast, demo

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
