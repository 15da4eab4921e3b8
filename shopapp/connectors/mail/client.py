"""Mail through an SMTP server: delivered, refused, or an honest "unknown"."""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from shopapp.connectors.errors import ConnectorError, Permanent, Temporary, Unknown
from shopapp.connectors.mail import replies, session
from shopapp.connectors.mail.addresses import ascii_address, needs_utf8
from shopapp.connectors.mail.replies import Reply
from shopapp.connectors.mail.session import Session
from shopapp.connectors.mail.shapes import Probe, Receipt, SmtpSettings

_GO_AHEAD = 354


class SmtpTransport:
    """One mail server; a connection per mail, so that no failure reaches into the next mail.

    `tls` replaces the machine's trusted certificates (for a private certificate authority).
    """

    is_idempotent = False

    def __init__(self, settings: SmtpSettings, *, tls: ssl.SSLContext | None = None) -> None:
        self._settings = settings
        self._tls = tls

    @property
    def name(self) -> str:
        return f"{self._settings.host}:{self._settings.port}"

    def deliver(
        self, raw: bytes, envelope_from: str, recipients: Sequence[str], message_id: str
    ) -> Receipt:
        """Hand one mail over to all `recipients`, or to none of them.

        `envelope_from` may be empty (a mail nobody shall answer by machine). Until the server asks
        for the mail itself a failure means that nothing was delivered: Temporary or Permanent.
        From the first byte of the mail on, only a proper answer tells the outcome (2xx delivered,
        4xx Temporary, 5xx Permanent); without one it is Unknown, naming `message_id`.
        """
        started = perf_counter()
        letter = _letter(raw, envelope_from, recipients)
        with session.opened(self._settings, self._tls) as opened:
            _announce(opened, letter)
            reply = _hand_over(opened, letter, message_id)
        return Receipt(letter.recipients, {}, str(reply), _milliseconds_since(started))

    def probe(self) -> Probe:
        """Connect, encrypt and sign in, without sending anything; raises ConnectorError."""
        started = perf_counter()
        with session.opened(self._settings, self._tls) as opened:
            opened.demand("NOOP", "", "a harmless command")
            return Probe(
                _milliseconds_since(started),
                opened.greeting,
                opened.extensions,
                opened.is_encrypted,
            )


@dataclass(frozen=True, slots=True)
class _Letter:
    sender: str
    recipients: tuple[str, ...]
    data: bytes
    is_utf8: bool
    is_8bit: bool


def _letter(raw: bytes, envelope_from: str, recipients: Sequence[str]) -> _Letter:
    if not recipients:
        raise Permanent("The mail has no recipient.", fix="Add an address.")
    sender = _checked(envelope_from) if envelope_from else ""
    checked = tuple(dict.fromkeys(_checked(address) for address in recipients))
    data = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    header = data.partition(b"\r\n\r\n")[0]
    is_utf8 = any(map(needs_utf8, (sender, *checked))) or not header.isascii()
    return _Letter(sender, checked, data, is_utf8, not data.isascii())


def _checked(address: str) -> str:
    fault = ""
    try:
        return ascii_address(address)
    except ValueError as error:
        fault = str(error)
    raise Permanent(fault, fix="Correct the address.")


def _announce(opened: Session, letter: _Letter) -> None:
    """Everything before the mail itself: limits, sender, recipients, DATA."""
    options = _options(opened, letter)
    opened.demand("MAIL", f"FROM:<{letter.sender}>{options}", f"the sender {letter.sender}")
    answers = {one: opened.ask("RCPT", f"TO:<{one}>") for one in letter.recipients}
    refused = {one: reply for one, reply in answers.items() if not reply.is_good}
    if refused:
        with contextlib.suppress(smtplib.SMTPException):  # the refusal is the news, not the line
            opened.ask("RSET")
        raise _recipients_refused(opened, refused)
    reply = opened.ask("DATA")
    if reply.code != _GO_AHEAD:
        raise replies.refusal(opened.settings, reply, "the mail")


def _options(opened: Session, letter: _Letter) -> str:
    host, size = opened.settings.host, len(letter.data)
    limit = str(opened.link.esmtp_features.get("size", "")).strip()
    if limit.isdecimal() and 0 < int(limit) < size:
        raise Permanent(
            f"The mail has {size} bytes; {host} takes at most {limit}.",
            fix="Send it with smaller attachments.",
        )
    if letter.is_utf8 and not opened.offers("smtputf8"):
        raise Permanent(
            f"{host} cannot carry addresses with letters outside ASCII before the @ (SMTPUTF8).",
            fix="Use another address of the recipient, or another mail server.",
        )
    if letter.is_8bit and not opened.offers("8bitmime"):
        raise Permanent(f"{host} takes no 8-bit mail.", fix="Encode the mail in 7 bits.")
    if letter.is_utf8:
        opened.link.command_encoding = "utf-8"
    return "".join(
        (
            f" SIZE={size}" if opened.offers("size") else "",
            " BODY=8BITMIME" if letter.is_8bit else "",
            " SMTPUTF8" if letter.is_utf8 else "",
        )
    )


def _recipients_refused(opened: Session, refused: dict[str, Reply]) -> ConnectorError:
    """Permanent as soon as one recipient is refused for good: sending to the rest is no answer."""
    reasons = "; ".join(f"{one} ({reply})" for one, reply in refused.items())
    message = f"{opened.settings.host} refused a recipient, so nothing was sent: {reasons}"
    if any(500 <= reply.code < 600 for reply in refused.values()):
        return Permanent(message, fix="Correct or remove the address.")
    return Temporary(message)


def _hand_over(opened: Session, letter: _Letter, message_id: str) -> Reply:
    """The mail and its final dot; whatever breaks in here leaves the outcome open."""
    dotted = re.sub(rb"(?m)^\.", b"..", letter.data)
    end = b".\r\n" if dotted.endswith(b"\r\n") else b"\r\n.\r\n"
    reply = Reply(-1, "")
    try:
        opened.link.send(dotted + end)
        reply = replies.read(opened.settings, opened.link.getreply())
    except (OSError, smtplib.SMTPException):
        opened.link.close()
    if reply.is_good:
        return reply
    if 400 <= reply.code < 600:
        raise replies.refusal(opened.settings, reply, "the mail")
    raise Unknown(
        f"{opened.settings.host} took the mail but did not say whether it was accepted.",
        fix=f"Look for {message_id} in the Sent folder or ask the recipient before sending again.",
    )


def _milliseconds_since(started: float) -> int:
    return round((perf_counter() - started) * 1000)
