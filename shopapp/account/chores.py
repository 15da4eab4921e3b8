"""Jobs about people: lines in each store's audit log, letters, and forgetting old browsers."""

from __future__ import annotations

from shopapp.account.actions import people, resetting
from shopapp.accounts import presence
from shopapp.accounts.models import User
from shopapp.audit import actions as audit
from shopapp.audit.models import AuditEvent
from shopapp.crypto import instance
from shopapp.jobs.context import JobContext
from shopapp.jobs.registry import handler
from shopapp.tenancy import store_transaction

PRUNE = "account.prune"


@handler(people.NOTE)
def write_down(context: JobContext, *, user_id: str, action: str, by_id: str | None) -> None:
    """One line about a person in the log of the job's store; the job's id is the line's."""
    with context.transaction() as session:
        user = session.get(User, user_id)
        if user is None or session.get(AuditEvent, context.claim.job_id) is not None:
            return
        by = session.get(User, by_id) if by_id else None
        audit.record(session, action, user, by=by).id = context.claim.job_id


@handler(resetting.SEND, leaves=True)
def send_reset(context: JobContext, *, email: str) -> None:
    """The link to a new password, if the address is somebody's who may have one."""
    with context.transaction() as session:
        found = resetting.whose(session, email)
        user_id, store_id = (found[0].id, found[1]) if found else ("", "")
    if not found:
        return
    with store_transaction(store_id) as session:
        resetting.send(
            session,
            user_id,
            key=f"reset:{context.claim.job_id}",
            secret_key=instance.load(context.config).secret_key,
            config=context.config,
        )


@handler(PRUNE)
def prune(context: JobContext) -> None:
    """Forget browsers that ended, or were last seen, 40 days ago."""
    with context.transaction() as session:
        presence.forget(session)
