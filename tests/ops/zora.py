"""Zora: a customer with a row in every table, people who mention her, and her files."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import Column, Engine, select

from shopapp.config import Config
from shopapp.connectors.mail.folder import file_name
from shopapp.db import Session, db
from shopapp.inbox.models import Attachment
from shopapp.jobs.models import Job
from shopapp.mail.files import Files
from shopapp.mail.models import OutboundMail, RawMail
from shopapp.ops.privacy import coverage, own
from shopapp.tenancy import bind
from tests import cast
from tests.ops import everything

EMAIL, PHONE, SHOPIFY = "zora.quill@mail.example", "+49 171 5550199", "987001"
PROSE = "xyzzy"  # what nobody could recognise as hers, on rows that are hers
MENTION = f"ask Zora.Quill@mail.example or {PHONE}, says Zora Quill"
MARKS = (PROSE, "zora", "quill", "5550199")
IDENTITY = {
    "customer.email": EMAIL,
    "customer.first_name": "Zora",
    "customer.last_name": "Quill",
    "customer.phone": PHONE,
    "customer.shopify_id": SHOPIFY,
    "sales_order.email": EMAIL,
    "ticket.customer_email": EMAIL,
    "outbound_mail.recipients": EMAIL,
    "ai_draft.subject_id": "chersticket",
    "audit_event.subject_id": "cherscustomer",
    "attachment.sha256": "a" * 64,
    "raw_mail.file": "b" * 64,
}
HERS = {*coverage.ERASED, *coverage.DELETED}


def plant(engine: Engine, instance: Path) -> None:
    """Her rows in every table of Harbor, other people's rows that name her, and her files."""
    with engine.begin() as connection:
        everything.plant(connection, cast.HARBOR.id, key="hers", words=_her_words)
        everything.plant(connection, cast.HARBOR.id, key="other", words=_others_words)
    with Session(db, bind=engine) as session:
        bind(session, cast.HARBOR.id)
        session.add(Job(name="n", store_id=cast.HARBOR.id, arguments={"to": [EMAIL]}))
        session.add(Job(name="n", store_id=cast.HARBOR.id, last_error=f"refused {EMAIL}"))
        message = session.scalars(select(Attachment.ticket_message_id).where(_is_hers())).one()
        files = Files.of(Config(instance=instance), cast.HARBOR.id)
        digest = files.keep(f"{PROSE} in a file".encode())
        session.add(_attached(message, digest))
        session.get_one(RawMail, "chersraw_mail").file = files.keep(f"{PROSE} as it came".encode())
        others = session.get_one(RawMail, "cotherraw_mail")
        others.content, others.file = None, files.keep(b"." * (2**20 - 9) + MENTION.encode())
        letter = session.scalars(select(OutboundMail.message_id)).first() or ""
        session.commit()
    outbox = instance / "outbox"
    outbox.mkdir(parents=True)
    (outbox / file_name(letter)).write_bytes(MENTION.encode())


def _is_hers() -> object:
    return Attachment.id == "chersattachment"


def _attached(message: str, digest: str) -> Attachment:
    row = Attachment(ticket_message_id=message, filename=PROSE, content_type="text/plain", size=9)
    row.sha256 = digest
    return row


def _her_words(column: Column[object]) -> str:
    place = f"{column.table.name}.{column.name}"
    if place in IDENTITY:
        return IDENTITY[place]
    if not _is_covered(column):
        return f"h-{column.name}"
    return f"{PROSE} {column.name}" if column.table.name in HERS else f"{MENTION} (1)"


def _others_words(column: Column[object]) -> str:
    if f"{column.table.name}.{column.name}" in ("attachment.sha256", "raw_mail.file"):
        return "b" * 64
    if not _is_covered(column):
        return f"o-{column.name}"
    name = f"{column.table.name}.{column.name}"
    return f"{EMAIL} {PHONE}" if name in coverage.NAMING else f"{MENTION} (2)"


def _is_covered(column: Column[object]) -> bool:
    return column.name in coverage.swept().get(column.table.name, ())


def traces(engine: Engine, instance: Path) -> set[str]:
    """Where anything of hers can still be read: columns of any table, and files."""
    found = set()
    for model in own.models().values():
        with Session(db, bind=engine) as session:
            bind(session, cast.HARBOR.id)
            names = [f"{model.__tablename__}.{each.name}" for each in model.__table__.columns]
            for row in session.execute(select(*own.attributes(model))):
                held = dict(zip(names, map(_text, row), strict=True))
                found |= {key for key, text in held.items() if any(m in text for m in MARKS)}
    for path in (each for each in instance.rglob("*") if each.is_file()):
        if any(mark in _text(path.read_bytes()) for mark in MARKS):
            found.add(path.name)
    return found


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").lower()
    return (value if isinstance(value, str) else json.dumps(value, default=str)).lower()
