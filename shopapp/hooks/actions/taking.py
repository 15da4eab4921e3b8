"""A provider's request: known, verified, stored and acknowledged; read by a job."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from shopapp import clock
from shopapp.config import Config
from shopapp.connections import hooks as sealed
from shopapp.connections.fetching import fetch_keys
from shopapp.crypto.keyrings import Keyring
from shopapp.db import Session
from shopapp.hooks import queries, signatures
from shopapp.jobs.ledger import enqueue
from shopapp.mail import sources
from shopapp.mail.files import Files
from shopapp.mail.models import MailHook
from shopapp.mail.storing import Letter, shelved, store_raw
from shopapp.tenancy import store_reading, store_transaction

READ = "inbox.read"
_TOKEN = re.compile(r"[a-z0-9]{10,40}-[A-Za-z0-9_-]{10,60}")


class Refused(Exception):
    """The request is not taken: an HTTP status and one sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Posted:
    """A request as it came, and the mail in it; `problem` says why there is none."""

    body: bytes = field(repr=False)
    headers: Mapping[str, str]
    raw: bytes = field(default=b"", repr=False)
    fields: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


def is_known(token: str) -> bool:
    """Whether there is a hook at this address."""
    if not _TOKEN.fullmatch(token):
        return False
    with store_reading(_store_of(token)) as session:
        return queries.hook_by_token(session, token) is not None


def take(token: str, posted: Posted, *, keyring: Keyring, config: Config) -> bool:
    """Store the mail and have it read; False when the mailbox has exactly these bytes already.

    Raises Refused, which is noted on the hook.
    """
    fetch_keys(keyring, _store_of(token))
    try:
        letter = _letter(token, posted, keyring, config)
        return _stored(token, letter)
    except Refused as refusal:
        _note(token, str(refusal))
        raise


def _letter(token: str, posted: Posted, keyring: Keyring, config: Config) -> Letter:
    """What was posted, verified, and on its shelf if it is large."""
    store_id = _store_of(token)
    with store_reading(store_id) as session:
        hook = _hook(session, token)
        until, mailbox_id = hook.previous_until, hook.mailbox_id
        overlap = until is not None and until > clock.now()
        known = sealed.secrets(session, hook.id, keyring=keyring, with_previous=overlap)
    letter = Letter(_verified(posted, known), "webhook")
    files = Files.of(config, store_id)
    (kept,) = shelved([letter], files, store_id=store_id, mailbox_id=mailbox_id)
    return kept


def _stored(token: str, letter: Letter) -> bool:
    with store_transaction(_store_of(token)) as session:
        hook = _hook(session, token)
        mail = store_raw(session, hook.mailbox, letter.raw, origin=letter.origin, file=letter.file)
        hook.deliveries += 1
        hook.failures, hook.last_delivery_at = 0, clock.now()
        if mail is not None:
            store_id, key = mail.store_id, f"{READ}:{mail.id}"
            arguments = {"raw_id": mail.id}
            enqueue(session, READ, store_id=store_id, arguments=arguments, dedupe_key=key)
        return mail is not None


def _hook(session: Session, token: str) -> MailHook:
    hook = queries.hook_by_token(session, token)
    if hook is None:
        raise Refused(404, "There is no hook at this address.")
    return hook


def _verified(posted: Posted, secrets: list[str]) -> bytes:
    """The raw mail of a request that knows the secret."""
    refusal = signatures.refusal(
        secrets,
        body=posted.body,
        headers=posted.headers,
        fields=posted.fields,
        now=clock.now(),
    )
    if refusal is not None:
        raise Refused(401, f"Not taken: {refusal}.")
    if posted.problem:
        raise Refused(400, posted.problem)
    if len(posted.raw) > sources.LIMIT:
        raise Refused(413, "The mail is larger than 50 MB.")
    return posted.raw


def _note(token: str, reason: str) -> None:
    """A refusal outlives its transaction; one a minute is enough to see."""
    with store_transaction(_store_of(token)) as session:
        hook = queries.hook_by_token(session, token)
        if hook is None:
            return
        now = clock.now()
        if hook.last_failure_at is None or now - hook.last_failure_at > timedelta(seconds=5):
            hook.failures += 1
            hook.last_failure_at, hook.last_failure = now, reason


def _store_of(token: str) -> str:
    """A token begins with its store, so that it is looked up behind the store's wall."""
    return token.partition("-")[0]
