"""Answering a request: export, redact a customer, redact a store; each leaves its proof."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import IO, Any

from sqlalchemy import delete, exists, func, select

from shopapp.accounts.models import Membership, User
from shopapp.audit import actions as audit
from shopapp.config import Config
from shopapp.db import Session, new_session
from shopapp.ops.database import store_owned_tables
from shopapp.ops.keys.shredding import shred
from shopapp.ops.models import PrivacyRequest, RequestKind
from shopapp.ops.privacy import erasing, exporting, index, own, people, sweeping
from shopapp.ops.privacy.people import Person
from shopapp.ops.retention.forgetting import unlink
from shopapp.ops.seeding import remove_store
from shopapp.stores.models import Store
from shopapp.tenancy import store_transaction


def export_customer(
    session: Session,
    person: Person,
    to: IO[bytes],
    *,
    config: Config,
    by: User | None,
    source: str = "web",
) -> PrivacyRequest:
    """Write a ZIP of all that is theirs to `to`."""
    counts = exporting.export(session, person, config, to)
    request = _request(RequestKind.EXPORT, person, counts)
    return _noted(session, request, by=by, source=source)


def redact_customer(
    session: Session, person: Person, *, config: Config, by: User | None, source: str = "web"
) -> PrivacyRequest:
    """Empty what is theirs and replace every mention, in the caller's transaction.

    Orders keep their amounts and lines. Files go before the commit: killed in between, the same
    request finishes the rest. Raises Stale while a mail to the person is on its way.
    """
    counts, files, letters = erasing.erase(session, person)
    counts = dict(Counter(counts) + Counter(sweeping.sweep(session, person, config)))
    index.forget_words(session)
    unlink(session, config, files, letters)
    counts["files"] = len(files) + len(letters)
    session.expire_all()
    request = _request(RequestKind.REDACT_CUSTOMER, person, counts)
    return _noted(session, request, by=by, source=source)


def redact_store(config: Config, store_id: str, *, by: str, source: str) -> PrivacyRequest:
    """Remove a store: its keys at once, then rows and files, then people of no other store.

    Every step may be killed and run again; the proof is written first and names nobody.
    """
    with store_transaction(store_id) as session:
        counts = _held(session)
        handle = session.get_one(Store, store_id).handle
        request = PrivacyRequest(
            kind=RequestKind.REDACT_STORE,
            store_id=store_id,
            subject=[people.hashed(store_id, f"store {handle}")],
            counts=counts,
            requested_by=by,
            source=source,
        )
        session.add(request)
        shred(session, store_id)
        session.flush()
        proof = request.id
    members = _members(store_id)
    remove_store(config, store_id)
    _remove_strangers(members)
    with closing(new_session()) as session:
        return session.get_one(PrivacyRequest, proof)


def replay(config: Config, redaction: Mapping[str, Any]) -> int:
    """Do a redaction again on a restored database, from what `as_redaction` gave: rows and files.

    Needs an app context. What is no longer there is no error.
    """
    kind, store_id = RequestKind(redaction["kind"]), str(redaction["store_id"])
    with closing(new_session()) as session:
        if session.get(Store, store_id) is None:
            return 0
    if kind is RequestKind.REDACT_STORE:
        return redact_store(config, store_id, by="shopapp", source="replay").total
    total = 0
    with store_transaction(store_id) as session:
        for person in people.by_hashes(session, redaction["subject"]):
            total += redact_customer(session, person, config=config, by=None, source="replay").total
    return total


def as_redaction(kind: RequestKind, store_id: str, subject: Sequence[str] = ()) -> dict[str, Any]:
    """What `replay` needs, to be kept outside the database: ids and hashes, no identifiers.

    `subject` are a person's hashes; a store is known by its id.
    """
    return {"kind": kind.value, "store_id": store_id, "subject": list(subject)}


def _request(kind: RequestKind, person: Person, counts: dict[str, int]) -> PrivacyRequest:
    happened = {table: count for table, count in counts.items() if count}
    return PrivacyRequest(
        kind=kind, store_id=person.store_id, subject=person.hashes, counts=happened
    )


def _noted(
    session: Session, request: PrivacyRequest, *, by: User | None, source: str
) -> PrivacyRequest:
    request.requested_by = (by.name or by.email) if by else "shopapp"
    request.source = source
    session.add(request)
    session.flush()
    facts = {"rows and files": request.total, "proof": request.id}
    audit.record(session, f"privacy.{request.kind}", request, by=by, after=facts, source=source)
    return request


def _held(session: Session) -> dict[str, int]:
    models = (own.models()[table] for table in store_owned_tables())
    counts = {
        each.__tablename__: session.scalar(select(func.count()).select_from(each)) or 0
        for each in models
    }
    return {table: count for table, count in counts.items() if count}


def _members(store_id: str) -> list[str]:
    with closing(new_session()) as session:
        members = select(Membership.user_id).where(Membership.store_id == store_id)
        return list(session.scalars(members))


def _remove_strangers(user_ids: list[str]) -> None:
    """People who worked for no other store."""
    with closing(new_session()) as session:
        elsewhere = exists().where(Membership.user_id == User.id)
        session.execute(delete(User).where(User.id.in_(user_ids), ~elsewhere))
        session.commit()
