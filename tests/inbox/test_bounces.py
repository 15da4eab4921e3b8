"""Bounces of many mail systems: known as such, who failed, and whether for good."""

from __future__ import annotations

import pytest

from shopapp.inbox.parsing import parse_message
from tests.inbox.written_mail import sections

BOUNCES = [(*title.split(" | "), mail) for title, mail in sections("bounces")]
NAMES = [each[0] for each in BOUNCES]
PASSED_ON = (
    "Content-Type: multipart/mixed; boundary=x\n\n--x\n\nI got this back\n"
    "--x\nContent-Type: message/"
)


@pytest.mark.parametrize(("_name", "email", "lasting", "mail"), BOUNCES, ids=NAMES)
def test_a_bounce_is_read(_name: str, email: str, lasting: str, mail: str) -> None:
    message = parse_message(mail.encode())
    assert message.kind == "bounce"
    assert message.bounce is not None
    assert message.bounce.recipient == email
    assert message.bounce.permanent is (lasting == "for good")
    if "shop.7" in mail:
        assert message.bounce.original_message_id == "shop.7@harbor.example"


@pytest.mark.parametrize("mail", [each[-1] for each in BOUNCES], ids=NAMES)
@pytest.mark.parametrize("subject", ["Undeliverable: Your order", "Fwd: Undelivered Mail", "Help"])
def test_a_customer_who_sends_a_bounce_on_writes_a_mail(mail: str, subject: str) -> None:
    head = f"From: Jo <jo@mail.example>\nReturn-Path: <jo@mail.example>\nSubject: {subject}\n"
    attached = f"{PASSED_ON}rfc822\n\n{mail}\n--x--\n"
    report = mail.rpartition("Content-Type: message/delivery-status")[2]
    flattened = f"{PASSED_ON}delivery-status{report}\n--x--\n"
    pasted = f"\nI got this back:\n\n{parse_message(mail.encode()).text}"
    for body in (attached, flattened, pasted):
        message = parse_message(f"{head}{body}".encode())
        assert (message.kind, message.bounce) == ("normal", None)


def test_a_receipt_is_no_bounce() -> None:
    mail = BOUNCES[NAMES.index("postfix")][-1]
    message = parse_message(mail.replace("Action: failed", "Action: delivered").encode())
    assert (message.kind, message.bounce) == ("auto_reply", None)


def test_an_absent_persons_machine_may_quote_a_complaint() -> None:
    mail = (
        "From: Ann <ann@x.example>\nReturn-Path: <>\nAuto-Submitted: auto-replied\n"
        "Subject: Automatic reply: my parcel was not delivered\n\nI am away."
    )
    assert parse_message(mail.encode()).kind == "auto_reply"
