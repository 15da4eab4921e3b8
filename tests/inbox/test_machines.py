"""Mail of machines in many languages, and mail of people who sound like machines."""

from __future__ import annotations

import pytest

from shopapp.inbox.parsing import InboundMessage, parse_message
from tests.inbox.written_mail import lines, sections


def read(headers: str, body: str = "hi") -> InboundMessage:
    """A mail with these headers, from Ann unless they say otherwise."""
    sender = "" if "From:" in headers else "From: Ann <ann@x.example>\n"
    return parse_message(f"{sender}To: help@harbor.example\n{headers}\n\n{body}".encode())


@pytest.mark.parametrize("subject", lines("away"))
def test_a_person_who_is_away_answers_by_machine(subject: str) -> None:
    assert read(f"Subject: {subject}").kind == "auto_reply"


@pytest.mark.parametrize(("kind", "headers"), sections("machines"))
def test_a_machine_is_known_by_a_header(kind: str, headers: str) -> None:
    assert read(headers).kind == kind


@pytest.mark.parametrize(("subject", "body"), sections("people"))
def test_a_person_stays_a_person(subject: str, body: str) -> None:
    message = read(f"Subject: {subject}\nReturn-Path: <ann@x.example>", body)
    assert (message.kind, message.kind_reason) == ("normal", "")


def test_a_shops_contact_form_speaks_for_the_customer() -> None:
    headers = "From: Shop <no-reply@shop.example>\nReply-To: Jo <jo@mail.example>"
    assert read(headers).kind == "normal"
