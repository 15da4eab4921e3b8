"""Who or what wrote a mail: people, responders, lists, mail systems, abuse desks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shopapp.inbox.parsing import InboundMessage, MessageKind, parse_message

DATA = Path(os.environ.get("SHOPAPP_DATA", "../shared/data")) / "mail" / "multipart_report_emails"


def mail(*headers: str, body: str = "hi") -> InboundMessage:
    return parse_message("\n".join(["From: ann@x.example", *headers, "", body]).encode())


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Auto-Submitted: auto-replied", MessageKind.AUTO_REPLY),
        ("Auto-Submitted: auto-generated; owner-email=a@b", MessageKind.AUTO_REPLY),
        ("Auto-Submitted: no", MessageKind.NORMAL),
        ("Precedence: auto_reply", MessageKind.AUTO_REPLY),
        ("Precedence: bulk", MessageKind.LIST),
        ("Precedence: list", MessageKind.LIST),
        ("X-Autoreply: yes", MessageKind.AUTO_REPLY),
        ("X-Auto-Response-Suppress: All", MessageKind.AUTO_REPLY),
        ("X-Auto-Response-Suppress: None", MessageKind.NORMAL),
        ("List-Id: <news.x.example>", MessageKind.LIST),
        ("List-Unsubscribe: <mailto:u@x.example>", MessageKind.LIST),
        ("Return-Path: <>", MessageKind.AUTO_REPLY),
        ("Return-Path: <ann@x.example>", MessageKind.NORMAL),
        ("X-Failed-Recipients: bob@x.example", MessageKind.BOUNCE),
        ("X-Mailer: anything", MessageKind.NORMAL),
    ],
)
def test_a_header_tells_the_kind(header: str, kind: MessageKind) -> None:
    message = mail(header)
    assert message.kind is kind
    assert message.is_automatic is (kind is not MessageKind.NORMAL)
    assert bool(message.kind_reason) is message.is_automatic


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Order 1001",
        "Out of office: back on Monday",
        "Abwesenheitsnotiz: Bestellung",
        "Automatische Antwort: Bestellung",
        "Réponse automatique : commande",
        "Respuesta automática: pedido",
        "Risposta automatica: ordine",
        "Automatisch antwoord: bestelling",
        "Autosvar: ordre",
        "Automaattinen vastaus: tilaus",
        "Odpowiedź automatyczna: zamówienie",
        "Автоответ: заказ",
        "自動返信: ご注文",
        "自动答复: 订单",
    ],
)
def test_an_out_of_office_subject_is_known(subject: str) -> None:
    assert mail(f"Subject: {subject}").kind is MessageKind.AUTO_REPLY


@pytest.mark.parametrize(
    "subject",
    ["Re: Out of office", "Automatic watch does not run", "Autumn sale", "Undelivered parcel?"],
)
def test_a_person_may_speak_of_such_things(subject: str) -> None:
    assert mail(f"Subject: {subject}").kind is MessageKind.NORMAL


def test_an_empty_return_path_is_automatic_but_no_bounce() -> None:
    message = mail("Return-Path: <>", "Subject: I am away")
    assert message.return_path == ""
    assert message.kind is MessageKind.AUTO_REPLY
    assert message.bounce is None


def test_a_reply_from_a_list_is_first_of_all_a_reply() -> None:
    kind = mail("List-Id: <l.x.example>", "Auto-Submitted: auto-replied").kind
    assert kind is MessageKind.AUTO_REPLY


def test_an_abuse_report_is_known() -> None:
    message = mail(
        "Content-Type: multipart/report; report-type=feedback-report; boundary=b",
        body="--b\n\nspam!\n--b\nContent-Type: message/feedback-report\n\nVersion: 1\n--b--",
    )
    assert message.kind is MessageKind.COMPLAINT


def test_a_read_receipt_is_automatic() -> None:
    message = mail(
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
        body="--b\n\nread\n--b--",
    )
    assert message.kind is MessageKind.AUTO_REPLY


def test_a_daemon_in_prose_names_recipient_status_and_mail() -> None:
    message = parse_message(
        b"From: Mail Delivery System <MAILER-DAEMON@x.example>\nSubject: Mail delivery failed\n\n"
        b"<bob@y.example>: 550 5.1.1 no such user\n\nMessage-ID: <shop.1@z.example>\n"
    )
    assert message.kind is MessageKind.BOUNCE
    assert message.bounce is not None
    (failed,) = message.bounce.recipients
    assert (failed.email, failed.status) == ("bob@y.example", "5.1.1")
    assert message.bounce.original_message_id == "shop.1@z.example"
    assert message.bounce.permanent


def report(name: str) -> InboundMessage:
    if not DATA.is_dir():
        pytest.skip(f"no test data: {DATA} is missing (set SHOPAPP_DATA)")
    return parse_message((DATA / f"{name}.eml").read_bytes())


@pytest.mark.parametrize(
    ("name", "emails", "status", "original", "permanent"),
    [
        (
            "report_422", ["fraser@oooooooo.com.au"], "4.2.2",
            "15655788.13.1200472642578.JavaMail.Administrator@mail.ttttt.com.au", False,
        ),
        (
            "report_530", ["edwin@zzzzzzz.com"], "5.3.0",
            "200712232303.lBNN3jDq002941@mail12.rrrr.com.au", True,
        ),
        (
            "multipart_report_multiple_status", ["u@ci.com"], "5.3.0",
            "4c2a146147ac8_61ff157c4ec1652df@s.h.c.mail", True,
        ),
    ],
)  # fmt: skip
def test_a_report_is_read(
    name: str, emails: list[str], status: str, original: str, permanent: bool
) -> None:
    message = report(name)
    assert message.kind is MessageKind.BOUNCE
    assert message.bounce is not None
    assert [each.email for each in message.bounce.recipients] == emails
    assert message.bounce.recipients[0].status == status
    assert message.bounce.original_message_id == original
    assert message.bounce.permanent is permanent


def test_a_report_names_every_recipient() -> None:
    bounce = report("multi_address_bounce1").bounce
    assert bounce is not None
    assert len(bounce.recipients) == 5
    assert {each.action for each in bounce.recipients} == {"failed"}
    assert "does not exist" in bounce.recipients[0].diagnostic
