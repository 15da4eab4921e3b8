"""Choosing who writes a store's drafts: the service, its key, and on which terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from shopapp.connections.fetching import fetch_keys_first
from shopapp.connections.language_models import model_key, model_secret
from shopapp.connectors.errors import ConnectorError
from shopapp.connectors.llm.addresses import is_same_server
from shopapp.crypto.keyrings import Keyring
from shopapp.db import Session
from shopapp.drafts.models import ModelService, ServiceKind
from shopapp.drafts.queries.writers import model_service
from shopapp.mail.models import Mailbox
from shopapp.refusals import Invalid

_RETYPE = "Enter the key again: the saved one is only given to the server it is for."


def key_as_typed(
    session: Session, *, base_url: str, typed: str, is_removed: bool, keyring: Keyring
) -> str:
    """The key to ask `base_url` with; nothing typed stands for the saved one, '' for none.

    The saved key stays with its server, or typing another address and pressing Test would hand it
    to a stranger. Raises Invalid on `secret`.
    """
    fetch_keys_first(session, keyring)
    if typed or is_removed:
        return typed
    if model_secret(session) is None:
        return ""
    service = model_service(session)
    if service is None or not is_same_server(service.base_url, base_url):
        raise Invalid(_RETYPE, "secret")
    try:
        return model_key(session, keyring=keyring)
    except ConnectorError as error:
        raise Invalid(" ".join(filter(None, (error.message, error.fix))), "secret") from None


def locked_service(session: Session) -> ModelService:
    """The store's choice as it is now, kept from other writers until the commit."""
    row = model_service(session) or _begun(session)
    session.refresh(row, with_for_update=True)
    return row


def set_writer(row: ModelService, values: Mapping[str, Any]) -> None:
    """Let `writer` write, asked at `base_url` for `model`; its failures begin anew."""
    row.kind = ServiceKind(values["writer"])
    row.base_url, row.model = values["base_url"], values["model"]
    row.failures, row.opened_until = 0, None


def set_drafted(session: Session, addresses: list[str]) -> None:
    """Mail to these mailboxes gets drafts, mail to the others does not."""
    chosen = Mailbox.address.in_(addresses)
    for condition, is_drafted in ((chosen, True), (~chosen, False)):
        session.execute(
            update(Mailbox)
            .where(condition, Mailbox.is_drafted.is_not(is_drafted))
            .values(is_drafted=is_drafted)
        )


def _begun(session: Session) -> ModelService:
    try:
        with session.begin_nested():
            session.add(made := ModelService())
    except IntegrityError:  # somebody chose in this moment
        return session.scalars(select(ModelService)).one()
    return made
