"""Mentions of the person anywhere else in the store: found by what they are known by, replaced."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO

from sqlalchemy import ColumnElement, LargeBinary, cast, delete, func, inspect, or_, select, update

from shopapp import clock
from shopapp.columns import CleanText
from shopapp.config import Config
from shopapp.db import Session, Versioned
from shopapp.drafts.models import DraftExport, ExportState
from shopapp.imports.models import FileImport, ImportState
from shopapp.inbox.models import MessageAlias
from shopapp.jobs.models import Job
from shopapp.mail.files import Files
from shopapp.mail.models import OutboundMail, RawMail
from shopapp.mail.originals import Original, OriginalMissing
from shopapp.ops.privacy import audit, coverage, own
from shopapp.ops.privacy.people import Person
from shopapp.ops.retention import forgetting
from shopapp.tenancy import store_of

MARK = "[redacted]"
_BATCH, _HEAVY, _PIECE = 200, 10, 1 << 20
_OPEN = (ImportState.CHECKING, ImportState.CHECKED, ImportState.RUNNING)


@dataclass(frozen=True, slots=True)
class Needles:
    """What the person is known by, in the form that is looked for."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, words: list[str]) -> Needles:
        longest = sorted({each for each in words if each.strip()}, key=len, reverse=True)
        return cls(tuple(longest), re.compile("|".join(map(re.escape, longest)), re.IGNORECASE))

    def inside(self, column: Any) -> Iterator[ColumnElement[bool]]:
        """Conditions: `column` holds one of the words, whatever its case, also inside JSON."""
        text = func.lower(cast(column, CleanText))
        for word in self.words:
            plain = word.lower()
            for form in {plain, word, json.dumps(plain)[1:-1], json.dumps(word)[1:-1]}:
                yield text.contains(form.lower() if form.isascii() else form, autoescape=True)

    def without(self, value: Any) -> Any:
        """`value` (text, JSON, or nothing) with every mention replaced."""
        if isinstance(value, str):
            return self.pattern.sub(MARK, value)
        if isinstance(value, list):
            return [self.without(each) for each in value]
        if isinstance(value, dict):
            return {self.without(key): self.without(each) for key, each in value.items()}
        return value

    def are_in(self, content: bytes) -> bool:
        """Whether bytes name the person, as far as they are readable."""
        return self.pattern.search(content.decode("utf-8", "replace")) is not None

    def are_in_file(self, file: BinaryIO) -> bool:
        """The same of a file, in pieces that overlap by more than the longest word."""
        overlap = 8 * max(map(len, self.words))
        before = b""
        while piece := file.read(_PIECE):
            if self.are_in(before + piece):
                return True
            before = piece[-overlap:]
        return False


def sweep(session: Session, person: Person, config: Config) -> dict[str, int]:
    """Replace every mention of the person in the store: how many rows changed, by table."""
    known = [*person.emails, *person.phones]
    if not known and not person.names:
        return {}
    plain, full = Needles.of(known), Needles.of([*known, *person.names])
    counts = {
        table: _table(session, own.models()[table], columns, plain, full)
        for table, columns in coverage.swept().items()
        if table != "audit_event"
    }
    counts["audit_event"] = audit.rewrite(session, _in_audit(full), full.without)
    counts["job"] = _jobs(session, full)
    counts["draft_export"] += _exports(session, config)
    counts["raw_mail"] += _raw(session, full, config)
    counts["outbound_mail"] += _outbound(session, full)
    counts["file_import"] += _imports(session, full)
    return counts


def _table(
    session: Session, model: Any, columns: tuple[str, ...], plain: Needles, full: Needles
) -> int:
    table = inspect(model).local_table
    texts = [name for name in columns if not isinstance(table.c[name].type, LargeBinary)]
    needles = {name: _fit(plain, full, f"{table.name}.{name}") for name in texts}
    needles = {name: each for name, each in needles.items() if each.words}
    found = [each for name in needles for each in needles[name].inside(own.attribute(model, name))]
    if not found:
        return 0
    if model is MessageAlias:  # an id without its name finds no ticket
        return _forget(session, or_(*found))
    attributes = {name: own.attribute(model, name) for name in needles}
    query = select(model.id, *attributes.values()).where(or_(*found)).order_by(model.id)
    rows = session.execute(query).all()
    for row_id, *values in rows:
        pairs = zip(attributes.items(), values, strict=True)
        new = {attribute: needles[name].without(value) for (name, attribute), value in pairs}
        _write(session, model, row_id, new)
    return len(rows)


def _forget(session: Session, which: ColumnElement[bool]) -> int:
    gone = delete(MessageAlias).where(which).returning(MessageAlias.id)
    return len(session.scalars(gone.execution_options(synchronize_session=False)).all())


def _fit(plain: Needles, full: Needles, column: str) -> Needles:
    return plain if column in coverage.NAMING else full


def _in_audit(needles: Needles) -> ColumnElement[bool]:
    model = own.models()["audit_event"]
    return or_(*needles.inside(model.before), *needles.inside(model.after))


def _jobs(session: Session, needles: Needles) -> int:
    found = or_(*needles.inside(Job.arguments), *needles.inside(Job.last_error))
    theirs = select(Job.id, Job.arguments, Job.last_error).where(Job.store_id == store_of(session))
    rows = session.execute(theirs.where(found)).all()
    for job_id, arguments, error in rows:
        new = {Job.arguments: needles.without(arguments), Job.last_error: needles.without(error)}
        _write(session, Job, job_id, new)
    return len(rows)


def _raw(session: Session, needles: Needles, config: Config) -> int:
    """A mail that names the person loses its bytes: they cannot be changed without breaking it."""
    found = [row_id for row_id, raw in _bytes(session, RawMail) if needles.are_in(raw)]
    found += _large(session, needles, Files.of(config, store_of(session)))
    forgetting.mail(session, found, config)
    return len(found)


def _large(session: Session, needles: Needles, files: Files) -> Iterator[str]:
    """Those of the mails kept as files."""
    query = select(RawMail.id, RawMail.content, RawMail.file).where(RawMail.file.is_not(None))
    for row in session.execute(query.order_by(RawMail.id)).all():
        with suppress(OriginalMissing), Original(*row).open(files) as file:
            if needles.are_in_file(file):
                yield row.id


def _outbound(session: Session, needles: Needles) -> int:
    """A mail to somebody else may still have to leave: only the mention goes."""
    changed = 0
    for row_id, content in _bytes(session, OutboundMail):
        if needles.are_in(content):
            text = content.decode("utf-8", "surrogateescape")
            new = needles.without(text).encode("utf-8", "surrogateescape")
            changed += _write(session, OutboundMail, row_id, {OutboundMail.content: new})
    return changed


def _imports(session: Session, needles: Needles) -> int:
    """A file that names the person is dropped; if it was still to be imported, it is cancelled."""
    changed = 0
    for row_id, packed in _bytes(session, FileImport):
        if needles.are_in(_unpacked(packed)):
            changed += _write(session, FileImport, row_id, {FileImport.content: None})
            stopped = update(FileImport).where(FileImport.id == row_id, FileImport.state.in_(_OPEN))
            session.execute(stopped.values(state=ImportState.CANCELLED))
    return changed


def _exports(session: Session, config: Config) -> int:
    """Every export goes: whose words are in one cannot be seen from it. None is finished."""
    ids = session.scalars(select(DraftExport.id).where(DraftExport.file.is_not(None))).all()
    forgetting.drop_exports(session, ids, config)
    writing = update(DraftExport).where(DraftExport.state == ExportState.WORKING)
    stopped = writing.values(state=ExportState.CANCELLED, finished_at=clock.now())
    session.execute(stopped.execution_options(synchronize_session=False))
    return len(ids)


def _bytes(session: Session, model: Any) -> Iterator[tuple[str, bytes]]:
    """Id and content of every row that has one, a few at a time."""
    last = ""
    while True:
        some = select(model.id, model.content).where(model.id > last, model.content.is_not(None))
        rows = session.execute(some.order_by(model.id).limit(_HEAVY)).all()
        yield from ((row.id, row.content) for row in rows)
        if len(rows) < _HEAVY:
            return
        last = rows[-1].id


def _unpacked(packed: bytes) -> bytes:
    try:
        return zlib.decompress(packed)
    except zlib.error:
        return packed


def _write(session: Session, model: Any, row_id: str, values: dict[Any, Any]) -> int:
    if issubclass(model, Versioned):
        values = {**values, model.version: model.version + 1}
    statement = update(model).where(model.id == row_id).values(values)
    session.execute(statement.execution_options(synchronize_session=False))
    return 1
