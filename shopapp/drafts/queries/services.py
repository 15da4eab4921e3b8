"""Which drafter writes for a store."""

from __future__ import annotations

from sqlalchemy import select

from shopapp.db import Session
from shopapp.drafts.service_models import ModelService, ServiceKind


def language_model(session: Session) -> ModelService | None:
    """The language model a store has chosen, None where the embedded drafter writes."""
    return session.scalar(select(ModelService).where(ModelService.kind != ServiceKind.EMBEDDED))
