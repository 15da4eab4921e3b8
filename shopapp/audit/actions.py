"""record(): the one way a line gets into the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from shopapp.accounts.models import User
from shopapp.audit.models import AuditEvent
from shopapp.db import Base, Session

REDACTED = "[redacted]"
_SECRET = ("password", "secret", "token", "ciphertext", "key")


def record(
    session: Session,
    action: str,
    subject: Base,
    *,
    by: User | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    source: str = "web",
) -> AuditEvent:
    """Write down that `by` (None: shopapp itself) did `action` to `subject`.

    Of two mappings only the differing values are kept; secret-sounding names are redacted.
    """
    old, new = _differences(before, after)
    event = AuditEvent(
        actor_id=by.id if by else None,
        actor_name=(by.name or by.email) if by else "shopapp",
        action=action,
        subject_type=subject.__tablename__,
        subject_id=subject.id,
        before=old,
        after=new,
        source=source,
        request_id=structlog.contextvars.get_contextvars().get("request_id"),
    )
    session.add(event)
    return event


def _differences(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    if before is None or after is None:
        return _safe(before), _safe(after)
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return (
        _safe({name: before[name] for name in names if name in before}),
        _safe({name: after[name] for name in names if name in after}),
    )


def _safe(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {
        name: REDACTED if any(word in name.lower() for word in _SECRET) else value
        for name, value in values.items()
    }
