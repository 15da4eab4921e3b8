"""The tests' mail server: it records what arrives and fails the way it is told."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import pytest

from tests.servers.smtp import Fault, SmtpServer


def send(server: SmtpServer, login: tuple[str, str] | None = None) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "shop@harbor.example", "ada@mail.example"
    message["Subject"] = "Where is my parcel?"
    message.set_content("On its way.\n")
    with smtplib.SMTP(server.host, server.port, timeout=10) as client:
        if login:
            client.login(*login)
        client.send_message(message)


def test_a_message_is_recorded_with_its_envelope(smtp_server: SmtpServer) -> None:
    send(smtp_server)
    (delivery,) = smtp_server.wait_for(1)
    assert delivery.sender == "shop@harbor.example"
    assert delivery.recipients == ("ada@mail.example",)
    assert delivery.message.get_content().strip() == "On its way."


@pytest.mark.parametrize(
    ("fault", "code"), [(Fault.REFUSE_RECIPIENT, 550), (Fault.BUSY, 451)], ids=["refused", "busy"]
)
def test_a_recipient_can_be_refused(smtp_server: SmtpServer, fault: Fault, code: int) -> None:
    smtp_server.fault = fault
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(smtp_server)
    assert refused.value.recipients["ada@mail.example"][0] == code
    assert smtp_server.deliveries == []


def test_the_line_can_drop_after_the_message_was_taken(smtp_server: SmtpServer) -> None:
    smtp_server.fault = Fault.DROP_AFTER_DATA
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(smtp_server)
    assert len(smtp_server.wait_for(1)) == 1


def test_a_login_can_be_demanded(smtp_server: SmtpServer) -> None:
    smtp_server.login = ("shop", "right")
    with pytest.raises(smtplib.SMTPSenderRefused):
        send(smtp_server)
    with pytest.raises(smtplib.SMTPAuthenticationError):
        send(smtp_server, ("shop", "wrong"))
    send(smtp_server, ("shop", "right"))
    assert len(smtp_server.wait_for(1)) == 1
