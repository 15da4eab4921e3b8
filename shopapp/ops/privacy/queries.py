"""Past requests."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from shopapp.db import Session
from shopapp.ops.models import PrivacyRequest
from shopapp.tenancy import store_of


def past_requests(session: Session, limit: int = 50) -> Sequence[PrivacyRequest]:
    """The store's requests, newest first."""
    return session.scalars(
        select(PrivacyRequest)
        .where(PrivacyRequest.store_id == store_of(session))
        .order_by(PrivacyRequest.created_at.desc(), PrivacyRequest.id.desc())
        .limit(limit)
    ).all()
