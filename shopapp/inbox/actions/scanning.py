"""Files are shown to a virus scanner after they came, and kept from people until it has spoken."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlalchemy import select, update

from shopapp.config import Config
from shopapp.connectors.errors import ConnectorError
from shopapp.connectors.scanning import Verdict, scan
from shopapp.db import Session
from shopapp.inbox.models import Attachment, ScanState
from shopapp.jobs.context import JobContext
from shopapp.jobs.ledger import enqueue
from shopapp.jobs.registry import handler
from shopapp.mail.files import Files
from shopapp.tenancy import store_of

SCAN = "inbox.scan"
_AT_ONCE = 200
_OPEN = (ScanState.UNSCANNED, ScanState.FAILED)
log = structlog.get_logger(__name__)


def ask_for_scan(session: Session, attachment: Attachment | None = None) -> None:
    """Have what was not scanned scanned in the background; `attachment`, once more."""
    if attachment is not None:
        attachment.scan_state = ScanState.UNSCANNED
    store_id = store_of(session)
    key = f"{SCAN}:{store_id}"
    enqueue(session, SCAN, store_id=store_id, arguments={}, dedupe_key=key, max_attempts=1)


def refusal(attachment: Attachment, config: Config) -> str | None:
    """Why a file is not given out, None when it is: infected never, unscanned files wait.

    What could not be scanned is kept back too, unless SCANNER_OPEN lets it pass.
    """
    if attachment.scan_state is ScanState.INFECTED:
        return f"The virus scanner found {attachment.scan_detail} in this file: nobody gets it."
    if not config.scanner_url or attachment.scan_state is ScanState.CLEAN:
        return None
    if attachment.scan_state is ScanState.UNSCANNED:
        return "This file waits for the virus scanner. Try again in a moment."
    if config.scanner_open:
        return None
    return (
        f"This file could not be scanned and is kept back. {attachment.scan_detail or ''}".strip()
    )


@handler(SCAN)
def scan_files(context: JobContext) -> None:
    """Scan the store's files that nobody has scanned, each content once.

    A scanner that is away leaves them marked as failed, with its reason; the sweep tries again.
    """
    if not context.config.scanner_url:
        return
    files = Files.of(context.config, context.claim.store_id or "")
    after = ""
    while digests := _unscanned(context, after):
        for digest in digests:
            _note(context, digest, *_scanned(context.config, files, digest))
        after = digests[-1]


def _unscanned(context: JobContext, after: str) -> Sequence[str]:
    with context.transaction() as session:
        query = select(Attachment.sha256).where(
            Attachment.scan_state.in_(_OPEN), Attachment.sha256 > after
        )
        return session.scalars(query.distinct().order_by(Attachment.sha256).limit(_AT_ONCE)).all()


def _scanned(config: Config, files: Files, digest: str) -> tuple[ScanState, str | None]:
    try:
        with files.open(digest) as file:
            verdict: Verdict = scan(config.scanner_url, file)
    except FileNotFoundError:
        return ScanState.FAILED, "The file is missing."
    except ConnectorError as error:
        log.warning("scan.failed", error=str(error))
        return ScanState.FAILED, str(error)
    if verdict.virus is not None:
        log.warning("scan.infected", sha256=digest, virus=verdict.virus)
        return ScanState.INFECTED, verdict.virus
    return ScanState.CLEAN, None


def _note(context: JobContext, digest: str, state: ScanState, detail: str | None) -> None:
    with context.transaction() as session:
        session.execute(
            update(Attachment)
            .where(Attachment.sha256 == digest, Attachment.scan_state != ScanState.INFECTED)
            .values(scan_state=state, scan_detail=detail)
            .execution_options(synchronize_session=False)
        )
