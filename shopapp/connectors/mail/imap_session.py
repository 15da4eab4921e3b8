"""Opening an IMAP session: connect, encrypt, sign in; and never taking more than the limit."""

from __future__ import annotations

import contextlib
import imaplib
import ssl
from collections.abc import Iterator
from typing import Any

from imap_tools import BaseMailBox
from imap_tools.errors import ImapToolsError

from shopapp.connectors.errors import ConnectorError, Misconfigured
from shopapp.connectors.mail import imap_failures as failures
from shopapp.connectors.mail.addresses import ascii_domain
from shopapp.connectors.mail.imap_shapes import ImapSettings

_PARTING_SECONDS = 5.0


class Box(BaseMailBox):
    """imap-tools' mailbox on a line that is guarded against endless literals."""

    def __init__(self, settings: ImapSettings, tls: ssl.SSLContext) -> None:
        self._settings, self._tls = settings, tls
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        settings = self._settings
        host = settings.host if ":" in settings.host else ascii_domain(settings.host)
        if settings.security == "tls":
            return _Encrypted(settings, host, ssl_context=self._tls)
        return _Plain(settings, host)


class _Guard:
    """Mixed into imaplib's clients: what the server announces beyond the limit is not read."""

    def __init__(self, settings: ImapSettings, host: str, **more: Any) -> None:
        self._settings = settings
        super().__init__(host, settings.port, timeout=settings.timeout, **more)  # type: ignore[call-arg]

    def read(self, size: int) -> bytes:
        if size > self._settings.limit:
            raise failures.TooLarge(
                f"{self._settings.host} sends {size:,} bytes for one mail; "
                f"the limit is {self._settings.limit:,}.",
                fix="The mail stays on the server: read it there.",
            )
        data: bytes = super().read(size)  # type: ignore[misc]
        return data


class _Plain(_Guard, imaplib.IMAP4):
    pass


class _Encrypted(_Guard, imaplib.IMAP4_SSL):
    pass


@contextlib.contextmanager
def opened(settings: ImapSettings, tls: ssl.SSLContext | None = None) -> Iterator[Box]:
    """A signed-in session; what breaks inside is raised as a ConnectorError.

    `tls` replaces the machine's trusted certificates (a private authority, say).
    """
    failure: ConnectorError
    with contextlib.ExitStack() as stack:
        try:
            yield _ready(settings, tls or ssl.create_default_context(), stack)
            return
        except failures.BROKEN as error:
            failure = failures.broken(settings, error)
    raise failure  # outside the except: the server's own words must not tag along


def _ready(settings: ImapSettings, tls: ssl.SSLContext, stack: contextlib.ExitStack) -> Box:
    box = Box(settings, tls)
    stack.callback(_part, box.client)
    if settings.security == "starttls":
        _start_tls(settings, box.client, tls)
    _sign_in(settings, box)
    return box


def _start_tls(settings: ImapSettings, client: imaplib.IMAP4, tls: ssl.SSLContext) -> None:
    if "STARTTLS" not in client.capabilities:
        raise Misconfigured(
            f"{settings.place}, does not offer STARTTLS.",
            fix="Use TLS with port 993, or ask the mail provider for the right port.",
        )
    client.starttls(tls)


def _sign_in(settings: ImapSettings, box: Box) -> None:
    """Refusals are told apart from a line that broke on the way."""
    try:
        if settings.token:
            _show_token(settings, box.client)
        elif "AUTH=PLAIN" in box.client.capabilities:
            box.login_utf8(settings.username, settings.password or "", None)
        else:
            box.login(settings.username, settings.password or "", None)
        return
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, UnicodeEncodeError, ImapToolsError) as error:
        failure = failures.sign_in_refused(settings, error)
    raise failure


def _show_token(settings: ImapSettings, client: imaplib.IMAP4) -> None:
    words = f"user={settings.username}\1auth=Bearer {settings.token}\1\1".encode()
    answers = iter((words, b""))  # after a refusal the server explains, and waits for an empty line
    client.authenticate("XOAUTH2", lambda _: next(answers, b""))


def _part(client: imaplib.IMAP4) -> None:
    """Say goodbye if the line still stands; how that ends changes nothing."""
    with contextlib.suppress(OSError, imaplib.IMAP4.error, failures.TooLarge):
        client.sock.settimeout(_PARTING_SECONDS)
        client.logout()
    with contextlib.suppress(OSError):
        client.shutdown()
