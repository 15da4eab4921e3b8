"""Planting one demo store: opened, staffed and brought to life in a single transaction."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta

from seeds.cast import Member, Shop
from seeds.scenarios import SCENARIOS
from seeds.stage import Stage, StageClock, telling
from shopapp.account import actions as people
from shopapp.accounts.models import User
from shopapp.audit import actions as audit
from shopapp.config import Config
from shopapp.crypto.instance import InstanceKeys
from shopapp.db import Session, new_session
from shopapp.mail.models import Mailbox
from shopapp.stores.actions import open_store
from shopapp.stores.models import Store
from shopapp.tenancy import bind

_HISTORY = timedelta(days=45)


def plant(
    shop: Shop,
    scenario: str,
    *,
    config: Config,
    keys: InstanceKeys,
    password_hash: str,
    now: datetime,
) -> str:
    """Plant `shop` as `scenario` tells it, all or nothing; the store's id."""
    time = StageClock(now - _HISTORY)
    with closing(new_session()) as session, telling(session, time):
        store, mailbox = _opened(session, shop)
        named = _staffed(session, shop, password_hash)
        stage = Stage(session, shop, store, mailbox, config, keys, time, named)
        SCENARIOS[scenario](stage, now)
        session.commit()
        return stage.store.id


def _opened(session: Session, shop: Shop) -> tuple[Store, Mailbox]:
    """The store with its settings and mailbox; `session` is bound to it from here on."""
    store, settings = open_store(
        session,
        handle=shop.handle,
        name=shop.name,
        currency=shop.currency,
        timezone=shop.timezone,
        is_demo=True,
    )
    store.email, store.country, store.plan_level = shop.mailbox, shop.country, shop.plan_level
    store.primary_domain = f"https://{shop.domain}"
    settings.brand_voice, settings.signature = shop.brand_voice, shop.signature
    settings.business_hours = shop.business_hours
    settings.notification_emails = [shop.members[0].email]
    mailbox = Mailbox(address=shop.mailbox, display_name=shop.name, is_default=True)
    session.flush()
    bind(session, store.id)
    session.add_all([settings, mailbox])
    audit.record(session, "store.opened", store, by=None, source="seed")
    return store, mailbox


def _staffed(session: Session, shop: Shop, password_hash: str) -> dict[str, User]:
    """The people who work there, by the name before the @."""
    named: dict[str, User] = {}
    for member in shop.members:
        user = _user(member, password_hash)
        session.add(user)
        session.flush()
        people.add_member(session, user, role=member.role, by=None, source="seed")
        named[user.email.partition("@")[0]] = user
    return named


def _user(member: Member, password_hash: str) -> User:
    return User(email=member.email, name=member.name, password=password_hash, is_demo=True)
