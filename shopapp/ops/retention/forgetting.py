"""How rows go, so that nothing that stays points at what went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import delete, select, update

from shopapp.audit.models import AuditEvent
from shopapp.config import Config
from shopapp.connectors.mail.folder import file_name
from shopapp.db import Session
from shopapp.drafts.models import AiDraft, AiDraftRevision, DraftExport, DraftSubject
from shopapp.home.models import Postponement
from shopapp.inbox.actions.filing import let_go
from shopapp.inbox.models import Attachment, Ticket, TicketMessage
from shopapp.mail.models import OutboundMail, RawMail
from shopapp.ops.database import audit_unlocked

Forget = Callable[[Session, Sequence[str], Config], None]


def rows_of(model: Any) -> Forget:
    """For a table nothing else points at."""

    def forget(session: Session, ids: Sequence[str], _config: Config) -> None:
        _delete(session, model, model.id.in_(ids))

    return forget


def drafts(session: Session, ids: Sequence[str], _config: Config) -> None:
    """The reply a draft grew into keeps its revisions."""
    _update(
        session,
        AiDraftRevision,
        AiDraftRevision.ai_draft_id.in_(ids) & AiDraftRevision.ticket_message_id.is_not(None),
        ai_draft_id=None,
    )
    _delete(session, AiDraft, AiDraft.id.in_(ids))


def exports(session: Session, ids: Sequence[str], config: Config) -> None:
    """The files go but those another export has as well: the same drafts are the same bytes."""
    drop_exports(session, ids, config)
    _delete(session, DraftExport, DraftExport.id.in_(ids))


def drop_exports(session: Session, ids: Sequence[str], config: Config) -> None:
    """Their files alone; the lines in the list stay."""
    theirs = DraftExport.id.in_(ids)
    files = select(DraftExport.file).where(DraftExport.file.is_not(None))
    own, others = (set(session.scalars(files.where(which))) for which in (theirs, ~theirs))
    _update(session, DraftExport, theirs, file=None)
    unlink(session, config, sorted(filter(None, own - others)), ())


def mail(session: Session, ids: Sequence[str], config: Config) -> None:
    """The bytes go; the line with its hash stays, so that the same mail is not taken in twice."""
    files = forgettable_files(session, (), ids)
    _update(session, RawMail, RawMail.id.in_(ids), content=None, file=None)
    unlink(session, config, files, ())


def audit(session: Session, ids: Sequence[str], _config: Config) -> None:
    """Through the log's one door."""
    with audit_unlocked(session.connection()):
        _delete(session, AuditEvent, AuditEvent.id.in_(ids))


def tickets(session: Session, ids: Sequence[str], config: Config) -> None:
    """Tickets with everything that is theirs; mail they came from keeps its line in the ledger.

    Files go before the commit: killed in between, they are gone and the rows go the next time.
    """
    theirs = TicketMessage.ticket_id.in_(ids)
    query = select(TicketMessage.id, TicketMessage.raw_mail_id).where(theirs)
    messages = session.execute(query).all()
    message_ids = [message.id for message in messages]
    raw_ids = [row.raw_mail_id for row in messages if row.raw_mail_id]
    files = forgettable_files(session, message_ids, raw_ids)
    outbound = OutboundMail.ticket_message_id.in_(message_ids)
    letters = session.scalars(select(OutboundMail.message_id).where(outbound)).all()
    about = AiDraft.subject_id.in_(ids) & (AiDraft.subject_type == DraftSubject.TICKET)
    _delete(session, AiDraft, about)
    _delete(session, OutboundMail, outbound)
    mail(session, raw_ids, config)
    _delete(session, Postponement, Postponement.decision.in_([f"ticket:{each}" for each in ids]))
    _delete(session, Ticket, Ticket.id.in_(ids))
    unlink(session, config, files, letters)


def forgettable_files(
    session: Session, message_ids: Sequence[str], raw_ids: Sequence[str]
) -> list[str]:
    """The hashes of attachments of these messages and of these mails kept as files, without those
    that another message or mail has as well."""
    attached, mailed = Attachment.ticket_message_id.in_(message_ids), RawMail.id.in_(raw_ids)
    files = select(RawMail.file).where(RawMail.file.is_not(None))
    hashes = {
        *session.scalars(select(Attachment.sha256).where(attached)),
        *session.scalars(files.where(mailed)),
    }
    if not hashes:
        return []
    shared = select(Attachment.sha256).where(Attachment.sha256.in_(hashes), ~attached)
    # by the hash of the mail: the column of the file lies behind its bytes
    others = files.where(RawMail.sha256.in_(hashes), ~mailed)
    return sorted(hashes - {*session.scalars(shared), *session.scalars(others)})


def unlink(session: Session, config: Config, files: Sequence[str], letters: Sequence[str]) -> None:
    """Remove attachments by hash and copies in the outbox folder by Message-ID, after a flush."""
    session.flush()
    let_go(session, config, files)
    for message_id in letters:
        (config.instance / "outbox" / file_name(message_id)).unlink(missing_ok=True)


def _delete(session: Session, model: Any, which: Any) -> None:
    session.execute(delete(model).where(which).execution_options(synchronize_session=False))


def _update(session: Session, model: Any, which: Any, **values: Any) -> None:
    statement = update(model).where(which).values(**values)
    session.execute(statement.execution_options(synchronize_session=False))
