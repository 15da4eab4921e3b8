"""Mail in and out of a mailbox whose owner consented: the token is fetched when it is needed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from shopapp.connections.consents import Consents
from shopapp.connectors.errors import AuthFailed
from shopapp.connectors.mail.client import SmtpTransport
from shopapp.connectors.mail.imap import ImapMailbox, Visit
from shopapp.connectors.mail.imap_shapes import ImapSettings
from shopapp.connectors.mail.shapes import Probe, Receipt, Security, SmtpSettings
from shopapp.connectors.oauth.shapes import ConsentWithdrawn

Answer = TypeVar("Answer")


class ConsentMailbox(ImapMailbox):
    """A mailbox read by its owner's consent; needs no transaction to be open.

    `settings` hold the token kept last; each visit begins with one that lives.
    """

    def __init__(self, settings: ImapSettings, consents: Consents, mailbox_id: str) -> None:
        super().__init__(settings)
        self._consents, self._mailbox_id = consents, mailbox_id

    @contextlib.contextmanager
    def visit(self) -> Iterator[Visit]:
        """As ImapMailbox; a refused sign-in renews the token once. Raises ConsentWithdrawn."""
        with contextlib.ExitStack() as stack:
            yield self._signed_in(stack)

    def _signed_in(self, stack: contextlib.ExitStack) -> Visit:
        token = self._consents.token(self._mailbox_id)
        try:
            return stack.enter_context(self._with(token).visit())
        except AuthFailed:
            token = self._consents.token(self._mailbox_id, refused=token)
        return stack.enter_context(self._with(token).visit())

    def _with(self, token: str) -> ImapMailbox:
        return ImapMailbox(replace(self.settings, token=token))


def transport(mailbox: Any, consents: Consents) -> ConsentTransport:
    """The server of a mailbox whose owner consented."""
    place = (str(mailbox.smtp["host"]), int(mailbox.smtp["port"]), mailbox.smtp["security"])
    return ConsentTransport(consents, str(mailbox.id), *place, str(mailbox.address))


@dataclass(frozen=True, slots=True)
class ConsentTransport:
    """A mailbox's own SMTP server, signed in with its consent; needs no transaction to be open."""

    consents: Consents
    mailbox_id: str
    host: str
    port: int
    security: Security
    username: str

    is_idempotent = False

    @property
    def name(self) -> str:
        return f"{self.host}:{self.port}"

    def deliver(
        self, raw: bytes, envelope_from: str, recipients: Sequence[str], message_id: str
    ) -> Receipt:
        """As SmtpTransport; a refused sign-in renews the token once, before anything was mailed."""
        return self._signed_in(
            lambda carrier: carrier.deliver(raw, envelope_from, recipients, message_id)
        )

    def probe(self) -> Probe:
        """Connect, encrypt and sign in; raises ConnectorError."""
        return self._signed_in(SmtpTransport.probe)

    def _signed_in(self, do: Callable[[SmtpTransport], Answer]) -> Answer:
        token = self.consents.token(self.mailbox_id)
        try:
            return do(self._carrier(token))
        except ConsentWithdrawn:
            raise
        except AuthFailed:
            token = self.consents.token(self.mailbox_id, refused=token)
        return do(self._carrier(token))

    def _carrier(self, token: str) -> SmtpTransport:
        return SmtpTransport(
            SmtpSettings(self.host, self.port, self.security, username=self.username, token=token)
        )
