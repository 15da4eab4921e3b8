"""Files in a mail: named, typed, whole."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

import pytest

from shopapp.inbox.parsing import parse_message
from shopapp.mail.composing import Address, compose
from shopapp.mail.enclosing import Enclosure, content_type, enclosed

ID = "1@harbor.example"
PDF = Enclosure("Rechnung – Größe.pdf", "application/pdf", b"%PDF-1.7\n\r\n\x00\xff." * 500)
MAIL = Enclosure("mail.eml", "message/rfc822", b"Subject: x\n\n.\nFrom here\n")
LONG = Enclosure("x" * 100 + ".txt", "text/plain", "ü\n".encode())


def letter() -> bytes:
    return compose(
        message_id=ID,
        sender=Address("help@harbor.example"),
        to=[Address("nils@mail.example")],
        subject="Grüße",
        text="Hier.",
        date=datetime(2026, 11, 26, tzinfo=UTC),
    )


def test_every_file_arrives_whole_with_its_name_and_both_texts() -> None:
    raw = enclosed(letter(), ID, [PDF, MAIL, LONG])
    read = parse_message(raw, now=datetime(2026, 11, 27, tzinfo=UTC))
    assert read.text.strip() == "Hier."
    assert read.html
    assert read.subject == "Grüße"
    assert [(each.filename, each.content) for each in read.attachments] == [
        (each.filename, each.content) for each in (PDF, MAIL, LONG)
    ]
    assert not read.problems


def test_the_library_reads_the_same() -> None:
    raw = enclosed(letter(), ID, [PDF, MAIL])
    message = BytesParser(policy=default).parsebytes(raw)
    assert isinstance(message, EmailMessage)
    assert message.get_content_type() == "multipart/mixed"
    assert [part.get_content_type() for part in message.iter_parts()] == [
        "multipart/alternative",
        "application/pdf",
        "application/octet-stream",
    ]
    assert b"filename*=utf-8''Rechnung" in raw or b"filename*0*=utf-8''Rechnung" in raw
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_the_same_mail_has_the_same_bytes_and_none_without_files_changes() -> None:
    assert enclosed(letter(), ID, [PDF]) == enclosed(letter(), ID, [PDF])
    assert enclosed(letter(), ID, []) == letter()


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.pdf", b"%PDF-1.4", "application/pdf"),
        ("a.pdf", b"<script>", "application/octet-stream"),
        ("a.txt", b"\x89PNG\r\n\x1a\n", "image/png"),
        ("a.png", b"<svg", "application/octet-stream"),
        ("a.csv", b"a,b", "text/csv"),
        ("a.eml", b"From: x", "application/octet-stream"),
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        ("nothing", b"", "application/octet-stream"),
    ],
)
def test_a_file_is_what_its_bytes_say(name: str, head: bytes, kind: str) -> None:
    assert content_type(name, head) == kind
