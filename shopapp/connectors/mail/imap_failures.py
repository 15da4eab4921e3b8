"""What a refusal of an IMAP server or a broken line means, in a sentence and with a way out."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from typing import Any

from imap_tools.errors import ImapToolsError, UnexpectedCommandStatusError

from shopapp.connectors.errors import (
    AuthFailed,
    ConnectorError,
    Misconfigured,
    Permanent,
    Temporary,
    plain_text,
)
from shopapp.connectors.mail.imap_shapes import ImapSettings

BROKEN = (OSError, imaplib.IMAP4.error, ImapToolsError)
"""Whatever imaplib and imap-tools raise."""
_CODE = re.compile(r"\[([A-Z-]+)[^\]]*\]")
_WAIT = ("UNAVAILABLE", "INUSE", "LIMIT", "THROTTLED", "SERVERBUG", "CONTACTADMIN")
_BUSY = re.compile(r"(?i)too many|try again|temporar|exceeded|rate limit|throttl|unavailable")
_TLS_FIX = "Use TLS with port 993 or STARTTLS with port 143, as the mail provider says."


class TooLarge(Permanent):
    """The server sends more for one mail than may be taken; the line is closed."""


class FolderGone(Permanent):
    """The folder cannot be opened: it was removed, renamed, or may not be read."""


def broken(settings: ImapSettings, error: Exception) -> ConnectorError:
    """The error for a line that broke or never stood, or for a refusal in the middle."""
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
        return _no_tls(settings, error)
    if isinstance(error, socket.gaierror):
        return Temporary(f"No address was found for {settings.host}.", fix="Check the host name.")
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return Temporary(
            f"{settings.place}, did not answer within {settings.timeout:g} seconds.",
            fix="Check host, port and encryption; a firewall may block the port.",
        )
    if isinstance(error, ConnectionRefusedError):
        return Temporary(f"Nothing listens at {settings.place}.", fix="Check host and port.")
    if isinstance(error, (OSError, imaplib.IMAP4.abort)):
        return Temporary(f"The connection to {settings.place}, was lost.")
    return refused(settings, said(settings, error), "to go on")


def sign_in_refused(settings: ImapSettings, error: Exception) -> ConnectorError:
    """The error for a refused sign-in; a server that is unwell or busy says nothing about us."""
    words = said(settings, error)
    if code_of(words) in _WAIT or (not code_of(words) and _BUSY.search(words)):
        return refused(settings, words, "the sign-in for now")
    if settings.token:
        return AuthFailed(
            f"{settings.host} refused the consent for {settings.username}: {words}",
            fix="Connect the mailbox again.",
        )
    return AuthFailed(
        f"{settings.host} refused the user name or password: {words}",
        fix="Enter them again; some providers want an app password.",
    )


def refused(settings: ImapSettings, words: str, doing: str) -> ConnectorError:
    """The error for a NO or BAD."""
    message = f"{settings.host} refused {doing}: {words}"
    if code_of(words) == "OVERQUOTA":
        return Temporary(message, fix="The mailbox is full: make room in it.")
    if code_of(words) in _WAIT or _BUSY.search(words):
        return Temporary(message, fix="The server limits how often it is asked; we ask again.")
    return Temporary(message)


def folder_gone(settings: ImapSettings, title: str, error: Exception) -> ConnectorError:
    """The error for a folder that does not open; a server in trouble is not a folder gone."""
    words = said(settings, error)
    if code_of(words) in _WAIT:
        return refused(settings, words, f"to open {title}")
    return FolderGone(
        f"{settings.host} does not open the folder {title}: {words}",
        fix="Was it renamed or removed? Choose the folders again.",
    )


def said(settings: ImapSettings, error: Exception) -> str:
    """The server's own words, without a secret."""
    words: Any = error
    if isinstance(error, UnexpectedCommandStatusError):
        words = error.command_result[1]
    while isinstance(words, (list, tuple)):
        words = words[-1] if words else ""
    text = words if isinstance(words, bytes) else str(words)
    return plain_text(text, (settings.password, settings.token)) or "it gave no reason"


def code_of(words: str) -> str:
    """The response code of a refusal (RFC 5530), as OVERQUOTA; '' without one."""
    found = _CODE.search(words)
    return found[1] if found else ""


def _no_tls(settings: ImapSettings, error: ssl.SSLError) -> Misconfigured:
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = plain_text(error.verify_message or str(error))
        return Misconfigured(
            f"The certificate of {settings.place}, cannot be trusted: {reason}.",
            fix="Use the host name in the certificate, or have the server's certificate renewed.",
        )
    return Misconfigured(f"{settings.place}, does not speak TLS as set.", fix=_TLS_FIX)
