"""All that a store holds about one customer, as a ZIP of JSON, mail and files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import LargeBinary, inspect, select

from shopapp.config import Config
from shopapp.db import Session
from shopapp.inbox.models import Attachment
from shopapp.mail import queries
from shopapp.mail.files import Files
from shopapp.mail.models import OutboundMail, RawMail
from shopapp.mail.originals import OriginalMissing
from shopapp.ops.privacy import own
from shopapp.ops.privacy.people import Person


def export(session: Session, person: Person, config: Config, to: IO[bytes]) -> dict[str, int]:
    """Write the archive to `to`; how many rows of each table and files are in it."""
    counts: dict[str, int] = {}
    with ZipFile(to, "w", ZIP_DEFLATED) as archive:
        for model, which in own.rows_of(person).items():
            rows = [_readable(row) for row in session.execute(_texts(model).where(which))]
            counts[model.__tablename__] = len(rows)
            text = json.dumps(rows, ensure_ascii=False, indent=1, default=_plain)
            archive.writestr(f"{model.__tablename__}.json", text)
        counts["files"] = 0
        for name, content in _files(session, person, config):
            archive.writestr(name, content)
            counts["files"] += 1
    return counts


def _texts(model: Any) -> Any:
    """Every column but bytes, which are files of their own."""
    columns = inspect(model).local_table.c
    names = [each.name for each in columns if not isinstance(each.type, LargeBinary)]
    return select(*(own.attribute(model, name) for name in names)).order_by(model.id)


def _files(session: Session, person: Person, config: Config) -> Iterator[tuple[str, bytes]]:
    rows = own.rows_of(person)
    kept = Files.of(config, person.store_id)
    for row_id in session.scalars(select(RawMail.id).where(rows[RawMail])).all():
        original = queries.original(session, row_id)
        with suppress(OriginalMissing):
            if original and (raw := original.read(kept)):
                yield f"mail/{row_id}.eml", raw
    for row_id in session.scalars(select(OutboundMail.id).where(rows[OutboundMail])).all():
        content = session.scalar(select(OutboundMail.content).where(OutboundMail.id == row_id))
        if content:
            yield f"sent/{row_id}.eml", content
    query = select(Attachment.id, Attachment.filename, Attachment.sha256).where(rows[Attachment])
    for row_id, filename, digest in session.execute(query).all():
        if kept.exists(digest):
            safe = "".join(sign if sign.isalnum() or sign in ".-_ " else "_" for sign in filename)
            yield f"attachments/{row_id} {safe[-80:]}", kept.read(digest)


def _readable(row: Any) -> dict[str, Any]:
    return dict(row._mapping)


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value).__name__)
