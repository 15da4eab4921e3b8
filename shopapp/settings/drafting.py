"""Saving who writes the store's drafts, and on which terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.connections.events import record_event
from shopapp.connections.language_models import forget_model_key, keep_model_key
from shopapp.connections.models import EventStatus
from shopapp.crypto.keyrings import Keyring, KeyringError
from shopapp.db import Session
from shopapp.drafts.actions.breaking import LLM
from shopapp.drafts.actions.choosing import locked_service, set_drafted, set_writer
from shopapp.drafts.models import ModelService, ServiceKind
from shopapp.mail.models import Mailbox
from shopapp.refusals import Invalid
from shopapp.settings.actions import save

WRITER, TERMS = "drafts.writer_changed", "drafts.terms_changed"
MONEY = ("monthly_budget", "input_price", "output_price")


def writer_values(row: ModelService | None) -> dict[str, str]:
    """Who writes, by field."""
    if row is None:
        return {"writer": ServiceKind.EMBEDDED.value, "base_url": "", "model": ""}
    return {"writer": row.kind.value, "base_url": row.base_url, "model": row.model}


def terms_values(row: ModelService | None, mailboxes: Sequence[Mailbox]) -> dict[str, Any]:
    """The terms, by field: numbers as text, drafted mailboxes by address."""
    kept = row or ModelService(**_DEFAULTS)
    values: dict[str, Any] = {
        "temperature": f"{kept.temperature:g}",
        "language": kept.language,
        "timeout_seconds": str(kept.timeout_seconds),
        "masks_people": kept.masks_people,
        "hold_out": str(kept.hold_out),
        "mailboxes": [one.address for one in mailboxes if one.is_drafted],
    }
    return values | {name: money(getattr(kept, name)) for name in MONEY}


def mailboxes(session: Session) -> list[Mailbox]:
    """The store's mailboxes, by address."""
    return list(session.scalars(select(Mailbox).order_by(Mailbox.address)))


def save_writer(
    session: Session,
    *,
    values: Mapping[str, str],
    key: str | None,
    version: int,
    keyring: Keyring,
    by: User,
) -> ModelService:
    """Let the service typed on a form opened at `version` write; a `key` of '' removes the saved
    one, None keeps it. Raises Clash, or Invalid when the keyring cannot seal.
    """
    row = locked_service(session)
    before = writer_values(row)
    save(
        session,
        row,
        action=WRITER,
        before=before,
        values=values,
        version=version,
        by=by,
        write=set_writer,
    )
    if key is not None:
        _keep(session, row, key, keyring, by)
    who = {"by": by.name or by.email}
    record_event(
        session, integration=LLM, status=EventStatus.INFO, message="Settings saved.", detail=who
    )
    return row


def save_terms(
    session: Session, *, values: Mapping[str, Any], version: int, by: User
) -> ModelService:
    """Set the terms typed on a form that was opened at `version`; raises Clash."""
    row = locked_service(session)

    def write(service: ModelService, new: Mapping[str, Any]) -> None:
        service.temperature, service.language = float(new["temperature"]), new["language"]
        service.timeout_seconds = int(new["timeout_seconds"])
        service.hold_out = int(new["hold_out"])
        service.masks_people = new["masks_people"]
        for name in MONEY:
            setattr(service, name, Decimal(new[name]) if new[name] else None)
        set_drafted(session, new["mailboxes"])

    return save(
        session,
        row,
        action=TERMS,
        before=terms_values(row, mailboxes(session)),
        values=values,
        version=version,
        by=by,
        write=write,
    )


def money(value: Decimal | None) -> str:
    """An amount as its field holds it: '20', '0.15', '' for none."""
    return "" if value is None else f"{value:.4f}".rstrip("0").rstrip(".")


def _keep(session: Session, row: ModelService, key: str, keyring: Keyring, by: User) -> None:
    try:
        if key:
            keep_model_key(session, key, keyring=keyring)
        else:
            forget_model_key(session)
    except KeyringError as error:
        raise Invalid(f"The key cannot be sealed: {error}.", "secret") from None
    row.failures, row.opened_until = 0, None
    said = {"sign_in": "replaced" if key else "removed"}
    record(session, "connection.saved", row, by=by, before={}, after=said)


_DEFAULTS: dict[str, Any] = {
    "temperature": 0.2,
    "language": "",
    "timeout_seconds": 30,
    "masks_people": True,
    "hold_out": 0,
}
