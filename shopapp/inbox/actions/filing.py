"""Files that no message names any more leave the bucket, after the commit that made it so."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from shopapp.config import Config
from shopapp.db import Session
from shopapp.inbox.models import Attachment
from shopapp.jobs.context import JobContext
from shopapp.jobs.ledger import enqueue
from shopapp.jobs.registry import handler
from shopapp.mail.files import Files
from shopapp.mail.models import RawMail
from shopapp.tenancy import store_of

FORGET = "inbox.unfile"


def let_go(session: Session, config: Config, digests: Sequence[str]) -> None:
    """Remove files by their sha256: from this disk at once, from a bucket by a job."""
    files = Files.of(config, store_of(session))
    if files.is_remote and digests:
        store_id = store_of(session)
        enqueue(session, FORGET, store_id=store_id, arguments={"digests": list(digests)})
        return
    for digest in digests:
        files.remove(digest)


@handler(FORGET)
def forget(context: JobContext, *, digests: list[str]) -> None:
    """Remove those that no message and no mail names, also none that came meanwhile."""
    with context.transaction() as session:
        named = select(Attachment.sha256).where(Attachment.sha256.in_(digests))
        mails = select(RawMail.sha256).where(RawMail.sha256.in_(digests), RawMail.file.is_not(None))
        kept = {*session.scalars(named), *session.scalars(mails)}
    files = Files.of(context.config, context.claim.store_id or "")
    for digest in digests:
        if digest not in kept:
            files.remove(digest)
