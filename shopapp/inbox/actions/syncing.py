"""The job that reads a mailbox: its folders from where they were left, mail stored, then read."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from shopapp import clock
from shopapp.config import Config
from shopapp.connections import mailboxes
from shopapp.connections.fetching import fetch_keys
from shopapp.connectors.errors import ConnectorError, Temporary
from shopapp.connectors.mail.imap import ImapMailbox, Visit
from shopapp.connectors.mail.imap_failures import FolderGone, TooLarge
from shopapp.crypto.keyrings import Keyring
from shopapp.db import Session
from shopapp.inbox.actions import importing, taking
from shopapp.inbox.actions.taking import Tour
from shopapp.jobs.context import JobContext
from shopapp.jobs.ledger import enqueue
from shopapp.jobs.models import Job
from shopapp.jobs.registry import handler
from shopapp.mail import folders, health, looking, queries
from shopapp.mail.models import FolderRole, Mailbox
from shopapp.tenancy import store_of

SYNC, ROUND = "mail.sync", "mail.round"
_TOO_LARGE = 50  # lying mails in one go; the rest waits for the next one
_SHORTEST, _LONGEST = timedelta(seconds=50), timedelta(minutes=30)


@handler(ROUND)
def go_round(context: JobContext) -> None:
    """Ask for a reading of each mailbox of the store; one that fails is left alone for longer."""
    with context.transaction() as session:
        for mailbox in queries.readable(session):
            if _is_due(mailbox):
                ring(session, mailbox)


def ring(session: Session, mailbox: Mailbox, *, thorough: bool = False) -> Job:
    """Have the mailbox read now; `thorough` holds every UID of the server against ours.

    Thorough is asked for until it was done, however often a reading breaks off.
    """
    if thorough:
        health.ask_for_all(mailbox)
    return enqueue(
        session,
        SYNC,
        store_id=store_of(session),
        arguments={"mailbox_id": mailbox.id},
        dedupe_key=f"{SYNC}:{mailbox.id}",
    )


@handler(SYNC)
def sync(context: JobContext, *, mailbox_id: str) -> None:
    """Read one mailbox; what goes wrong is written on it, and is no failure of the job."""
    try:
        tour = _tour(context, mailbox_id)
        if tour is None:
            return
        _read_waiting(tour)
        _visit(tour)
    except ConnectorError as error:
        with context.transaction() as session:
            health.note_failure(session, mailbox_id, error)
        return
    with context.transaction() as session:
        health.note_success(session, mailbox_id, thorough=tour.is_thorough)


def _intake(context: JobContext) -> importing.Intake:
    return importing.Intake.of(context.config, context.claim.store_id or "")


def _tour(context: JobContext, mailbox_id: str) -> Tour | None:
    fetch_keys(context.keyring, context.claim.store_id or "")
    with context.transaction() as session:
        mailbox = session.scalar(select(Mailbox).where(Mailbox.id == mailbox_id))
        if mailbox is None or not mailbox.is_active or not mailbox.imap:
            return None
        server = mailboxes.reader(session, mailbox, keyring=context.keyring, config=context.config)
        thorough = health.wants_all(mailbox)
    return Tour(context, _intake(context), mailbox_id, thorough, server)


def _read_waiting(tour: Tour) -> None:
    """What an interrupted reading stored and did not read."""
    with tour.context.transaction() as session:
        left = queries.waiting_of(session, tour.mailbox_id)
    importing.read_all(tour.intake, left)


def _visit(tour: Tour) -> None:
    """Read all folders; a server that sends too much loses its line and is visited again."""
    for _ in range(_TOO_LARGE):
        try:
            with tour.server.visit() as visit:
                _read_folders(tour, visit)
        except TooLarge:
            continue
        return


def _read_folders(tour: Tour, visit: Visit) -> None:
    found = visit.folders()
    with tour.context.transaction() as session:
        mailbox = session.get_one(Mailbox, tour.mailbox_id)
        names, since = folders.note_folders(session, mailbox, found), folders.since(mailbox)
    for name in names:
        try:
            taking.read_folder(tour, visit, name, since)
        except FolderGone as error:
            with tour.context.transaction() as session:
                role = folders.note_trouble(session, tour.mailbox_id, name, error.message)
            if role is FolderRole.INBOX:
                raise


def _is_due(mailbox: Mailbox) -> bool:
    """A mailbox that fails is asked less and less often, for some lock out who asks too much."""
    tried = health.last_tried(mailbox)
    if tried is None:
        return True
    pause = _SHORTEST
    if mailbox.failing_since is not None:
        pause = min(_LONGEST, max(_SHORTEST, (clock.now() - mailbox.failing_since) / 4))
    return clock.now() - tried >= pause


def _sent_folder(
    session: Session, mailbox: Mailbox, keyring: Keyring, config: Config
) -> ImapMailbox | None:
    """Where a mail in doubt is looked for; None when only a person can look."""
    if not mailbox.imap:
        return None
    try:
        return mailboxes.reader(session, mailbox, keyring=keyring, config=config)
    except Temporary:
        raise
    except ConnectorError:
        return None


looking.look_with(_sent_folder)
