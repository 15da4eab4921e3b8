"""Mail handed to a real SMTP server (aiosmtpd) arrives as it was."""

from __future__ import annotations

from typing import Any

from aiosmtpd.smtp import Envelope

from shopapp.connectors.mail.client import SmtpTransport
from shopapp.connectors.mail.shapes import SmtpSettings


class Inbox:
    """Keeps what arrives."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return "250 kept"


def test_a_mail_arrives_byte_for_byte(real_server: Any) -> None:
    inbox = Inbox()
    port = real_server(inbox, enable_SMTPUTF8=True)
    transport = SmtpTransport(SmtpSettings("127.0.0.1", port, "none"))
    raw = "Subject: Grüße\r\n\r\n.dot\r\n..dots\r\nü\r\n\r\n".encode()
    receipt = transport.deliver(raw, "shop@x.example", ["jörg@müller.example", "b@x.example"], "1")
    assert receipt.response == "250 kept"
    [envelope] = inbox.envelopes
    assert envelope.content == raw
    assert envelope.mail_from == "shop@x.example"
    assert envelope.rcpt_tos == ["jörg@xn--mller-kva.example", "b@x.example"]
    assert envelope.smtp_utf8


def test_mails_come_one_after_the_other(real_server: Any) -> None:
    inbox = Inbox()
    transport = SmtpTransport(SmtpSettings("127.0.0.1", real_server(inbox), "none"))
    for number in range(3):
        transport.deliver(b"Subject: %d\r\n\r\n" % number, "", ["b@x.example"], str(number))
    assert [envelope.content for envelope in inbox.envelopes] == [
        b"Subject: 0\r\n\r\n",
        b"Subject: 1\r\n\r\n",
        b"Subject: 2\r\n\r\n",
    ]
