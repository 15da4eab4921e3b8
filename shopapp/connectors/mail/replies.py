"""What an SMTP reply or a broken line means: temporary, permanent or unknown."""

from __future__ import annotations

import smtplib
import socket
import ssl
from base64 import b64encode
from dataclasses import dataclass

from shopapp.connectors.errors import (
    AuthFailed,
    ConnectorError,
    Misconfigured,
    Permanent,
    Temporary,
    plain_text,
)
from shopapp.connectors.mail.shapes import SmtpSettings

_TLS_FIX = "Use TLS with port 465 or STARTTLS with port 587, as the mail provider says."
_RELAY_FIX = "Check the sender and recipient, and whether the server relays for this account."


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of the server: its code (below 0 when there was none) and its masked text."""

    code: int
    text: str

    @property
    def is_good(self) -> bool:
        return 200 <= self.code < 300

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip() if self.code > 0 else "no proper SMTP answer"


def read(settings: SmtpSettings, answer: tuple[int, bytes | str]) -> Reply:
    """smtplib's pair of code and text, with every form of the password or token masked."""
    user, password, token = settings.username, settings.password, settings.token
    plain = b64encode(f"\0{user}\0{password}".encode()).decode() if password else None
    return Reply(answer[0], plain_text(answer[1], (password, plain, token)))


def refusal(settings: SmtpSettings, reply: Reply, doing: str) -> ConnectorError:
    """The error for a refusing reply that came before the mail was handed over."""
    message = f"{settings.host} refused {doing}: {reply}"
    if 500 <= reply.code < 600:
        return Permanent(message, fix=_RELAY_FIX)
    return Temporary(message)


def auth_refusal(settings: SmtpSettings, reply: Reply) -> ConnectorError:
    """The error for a refused sign-in; a 4xx reply says that the server is unwell, not we."""
    if not 500 <= reply.code < 600:
        return refusal(settings, reply, "the sign-in for now")
    if settings.token:
        return AuthFailed(
            f"{settings.host} refused the sign-in by consent: {reply}",
            fix="Open the mailbox and press Reconnect.",
        )
    return AuthFailed(
        f"{settings.host} refused the user name or password: {reply}",
        fix="Enter them again; some providers want an app password.",
    )


def broken(settings: SmtpSettings, error: Exception) -> ConnectorError:
    """The error for a line that broke, or never stood, before the mail was handed over."""
    where = f"{settings.host}, port {settings.port}"
    if isinstance(error, smtplib.SMTPResponseException):
        return refusal(settings, read(settings, (error.smtp_code, error.smtp_error)), "to talk")
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
        return _no_tls(where, error)
    if isinstance(error, socket.gaierror):
        return Temporary(f"No address was found for {settings.host}.", fix="Check the host name.")
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return Temporary(
            f"{where}, did not answer within {settings.timeout:g} seconds.",
            fix="Check host, port and security; a firewall may block the port.",
        )
    if isinstance(error, ConnectionRefusedError):
        return Temporary(f"Nothing listens at {where}.", fix="Check host and port.")
    return Temporary(f"The connection to {where}, was lost before the mail was handed over.")


def _no_tls(where: str, error: ssl.SSLError) -> Misconfigured:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Misconfigured(
            f"The certificate of {where}, cannot be trusted: {plain_text(error.verify_message)}.",
            fix="Use the host name in the certificate, or have the server's certificate renewed.",
        )
    return Misconfigured(f"{where}, does not speak TLS as set.", fix=_TLS_FIX)
