"""Exporting drafts as training data: asked for, written in the background, removed again."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.config import ROOT
from shopapp.connectors.errors import ConnectorError
from shopapp.db import Session
from shopapp.drafts.exporting import redacting
from shopapp.drafts.exporting.bundling import Bundle, pack
from shopapp.drafts.exporting.examples import LeftOut, Lesson, lesson
from shopapp.drafts.learning.diff import Kind, changes
from shopapp.drafts.models import DraftExport, ExportState
from shopapp.drafts.queries import exportable
from shopapp.drafts.queries.exportable import Material, Plan
from shopapp.drafts.queries.filters import Filters
from shopapp.jobs import ledger
from shopapp.jobs.context import JobContext
from shopapp.jobs.registry import handler
from shopapp.jobs.worker import one_line
from shopapp.mail.files import Files
from shopapp.refusals import Invalid, Stale
from shopapp.tenancy import store_of

EXPORT = "drafts.export"
NOTICE = (
    "Written from this store's mail for its own use. It holds customers' and colleagues' words, "
    "with what names them replaced; that is no anonymity. Pass it on only where your privacy "
    "notice and your agreements with customers and staff allow it."
)
_DRAWN = {Kind.EQUAL: "equal", Kind.REMOVED: "delete", Kind.ADDED: "insert"}
Told = dict[str, Counter[str]]
Progress = Callable[[int, int], None]
Pages = Iterator[Sequence[Material]]


class Left(Exception):
    """The export was cancelled or removed: nothing more is to be done."""


def request(session: Session, filters: Filters, *, by: User) -> DraftExport:
    """Have an export written in the background; raises Invalid when no draft would be in it."""
    if not exportable.classes(session, filters):
        message = "No draft that was sent or discarded fits: widen the filters."
        raise Invalid(message, "since")
    row = DraftExport(filters=filters.stored(), requested_by_id=by.id)
    session.add(row)
    session.flush()
    arguments, key = {"export_id": row.id}, f"{EXPORT}:{row.id}"
    job = ledger.enqueue(
        session, EXPORT, store_id=store_of(session), arguments=arguments, dedupe_key=key
    )
    session.flush()
    row.job_id = job.id
    record(session, "export.asked", row, by=by, after=filters.stored())
    return row


def cancel(session: Session, row: DraftExport, *, by: User) -> None:
    """Stop an export that is being written; raises Stale when it is over."""
    if row.state is not ExportState.WORKING:
        message = "This export is over already."
        raise Stale(message)
    row.state, row.finished_at = ExportState.CANCELLED, clock.now()
    record(session, "export.cancelled", row, by=by)


@handler(EXPORT)
def export(context: JobContext, *, export_id: str) -> None:
    """Write an export's files; killed in between, it begins again from the same rows."""
    folder = context.config.instance / "exports"
    scratch = folder / f"{export_id}-{context.claim.fence}"
    with _told(context, export_id):
        for left in folder.glob(f"{export_id}-*"):  # by a worker that was killed
            rmtree(left, ignore_errors=True)
        with context.transaction() as session:
            plan = exportable.plan(session, Filters.read(_working(session, export_id).filters))
        manifest = write(plan, _pages(context, export_id, plan), scratch / "files")
        packed = scratch / "export.zip"
        pack(scratch / "files", packed)
        kept = Files.of(context.config, context.claim.store_id or "").keep_file(packed)
        with context.transaction() as session:
            _finish(session, export_id, manifest, kept, packed.stat().st_size)
    rmtree(scratch, ignore_errors=True)


def write(plan: Plan, pages: Pages, folder: Path) -> dict[str, Any]:
    """Write the drafts of `pages` into a new `folder`, redacted and split; the manifest.

    Memory grows by some bytes for each different person, never with the drafts.
    """
    redactor = redacting.Redactor()
    told: Told = {
        "classes": Counter(),
        "models": Counter(),
        "prompts": Counter(),
    }
    with Bundle(folder) as bundle:
        bundle.leave_out(LeftOut.STALE, plan.stale)
        for material in (each for page in pages for each in page):
            _tally(told, material)
            found = _redacted(material, plan, redactor)
            split = plan.splits.of(material.customer, material.case.at)
            if isinstance(found, LeftOut) or split is None:
                bundle.leave_out(found if isinstance(found, LeftOut) else LeftOut.SPLIT)
            else:
                bundle.add(found, split)
        return bundle.finish(_about(plan, told, redactor))


@dataclass(frozen=True, slots=True)
class Sample:
    """A redacted draft as an export would hold it; `kinds` are the files it would be in."""

    asked: str
    draft: str
    final: str | None
    edit_class: str
    kinds: tuple[str, ...]
    why_not: str = ""

    @property
    def changes(self) -> list[tuple[str, str]]:
        """What a person changed, as the page draws it."""
        return [(_DRAWN[each.kind], each.text) for each in changes(self.draft, self.final or "")]


def sample(session: Session, plan: Plan, number: int) -> list[Sample]:
    """The newest drafts as an export would hold them, to look at before one is asked for."""
    redactor = redacting.Redactor()
    return [_shown(each, plan, redactor) for each in exportable.newest(session, plan, number)]


def _shown(material: Material, plan: Plan, redactor: redacting.Redactor) -> Sample:
    found, edit_class = _redacted(material, plan, redactor), material.case.edit_class.value
    if isinstance(found, LeftOut):
        return Sample("", "", None, edit_class, (), found.value)
    return Sample(found.asked, found.draft, found.final, edit_class, tuple(found.rows))


def _redacted(material: Material, plan: Plan, redactor: redacting.Redactor) -> Lesson | LeftOut:
    case = material.case
    if not case.question.strip():
        return LeftOut.NO_QUESTION
    texts = [case.question, case.draft, case.final or ""]
    named = redacting.strangers(texts, ours=plan.store_name)
    known = redacting.Known(
        (*material.known.people, *named), material.known.orders, material.known.parcels
    )
    found = lesson(case, lambda text: redactor.redact(text, known))
    if any(redacting.leaks(text, known) for text in found.texts()):
        return LeftOut.UNSAFE
    return found


def _tally(told: Told, material: Material) -> None:
    case = material.case
    told["classes"][case.edit_class.value] += 1
    told["models"][f"{case.told.get('model')} {case.told.get('version')}"] += 1
    told["prompts"][case.told.get("prompt_version") or "none"] += 1


def _about(plan: Plan, told: Told, redactor: redacting.Redactor) -> dict[str, Any]:
    return {
        "shopapp": tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"],
        "store": plan.store_name,
        "filters": plan.filters.stored(),
        "newest": plan.until.isoformat() if plan.until else None,
        "drafts": plan.total + plan.stale,
        **{name: dict(sorted(counts.items())) for name, counts in told.items()},
        "placeholders": redactor.counts(),
        "notice": NOTICE,
    }


def _pages(context: JobContext, export_id: str, plan: Plan) -> Pages:
    done, last = 0, None
    while True:
        with context.transaction() as session:
            _working(session, export_id)
            page = exportable.page(session, plan, last)
            done += len(page)
            context.progress(done, plan.total)
        if not page:
            return
        yield page
        last = page[-1].case


def _working(session: Session, export_id: str) -> DraftExport:
    row = session.get(DraftExport, export_id)
    if row is None or row.state is not ExportState.WORKING:
        raise Left
    return row


def _finish(
    session: Session, export_id: str, manifest: dict[str, Any], file: str, size: int
) -> None:
    row = _working(session, export_id)
    row.manifest, row.file, row.size = manifest, file, size
    row.counts = {kind: sum(splits.values()) for kind, splits in manifest["rows"].items()}
    row.state, row.finished_at = ExportState.DONE, clock.now()
    by = session.get(User, row.requested_by_id) if row.requested_by_id else None
    record(session, "export.written", row, by=by, after={**row.counts, "sha256": file})


@contextmanager
def _told(context: JobContext, export_id: str) -> Iterator[None]:
    """What breaks is told on the page; a database, disk or bucket that faltered is tried again."""
    try:
        yield
    except (Left, ledger.LostLease):
        return
    except (SQLAlchemyError, OSError, ConnectorError) as error:
        if context.claim.attempts < context.claim.max_attempts:
            raise
        _failed(context, export_id, one_line(error))
    except Exception as error:
        _failed(context, export_id, one_line(error))
        raise


def _failed(context: JobContext, export_id: str, reason: str) -> None:
    with context.transaction() as session:
        row = session.get(DraftExport, export_id)
        if row is not None and row.state is ExportState.WORKING:
            row.state, row.error, row.finished_at = ExportState.FAILED, reason, clock.now()


def read_pages(session: Session, plan: Plan, progress: Progress) -> Pages:
    """The same pages from one reading session, as the command line asks for them."""
    done, last = 0, None
    while page := exportable.page(session, plan, last):
        yield page
        done, last = done + len(page), page[-1].case
        session.expunge_all()
        progress(done, plan.total)
