"""Whatever bytes come: parsing answers, and its strings are clean."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopapp.inbox.parsing import looks_like_mail, parse_message
from shopapp.inbox.quoting import split_reply_html
from shopapp.inbox.sanitising import hidden_text, sanitise_html

MAIL = (
    b'From: =?utf-8?B?w4Vzc2E=?= <asa@shop.example>\r\nTo: "Doe, J" <j@x.example>, k@x.example\r\n'
    b"Subject: =?iso-8859-1?Q?caf=E9?= order\r\nMessage-ID: <1@x.example>\r\n"
    b"References: <0@x.example>\r\nDate: Fri, 21 Nov 1997 09:55:06 -0600\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b 1"\r\n\r\npreamble\r\n--b 1\r\n'
    b"Content-Type: multipart/alternative; boundary=b2\r\n\r\n--b2\r\nContent-Type: text/plain;"
    b" charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nHi =E2=82=AC\r\n--b2\r\n"
    b"Content-Type: text/html; charset=gb2312\r\n\r\n<p>Hi <img src='cid:a@b'></p>\r\n--b2--\r\n"
    b"--b 1\r\nContent-Type: image/png; name*0*=utf-8''%e2%82; name*1*=%ac.png\r\n"
    b"Content-ID: <a@b>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b 1--\r\n"
)
SPLINTERS = [
    b"\0", b"\r", b"\n", b"\n\n", b"\"", b"<", b">", b"(", b")", b"\\", b";", b",", b":", b"--b2",
    b"=?", b"?=", b"=?utf-7?Q?+2AA-?=", b"charset=utf-7", b"charset=idna", b"charset=undefined",
    b"\xed\xa0\x80", b"\xff\xfe", b"%00", b"\x1b$B", b"begin 644 x\n", b"*0*=", b"boundary=",
    b"Content-Type: message/rfc822\n\n", b"Content-Transfer-Encoding: x-uue\n",
]  # fmt: skip


def strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for each in value for text in strings(each)]
    if is_dataclass(value):
        return [text for each in fields(value) for text in strings(getattr(value, each.name))]
    return []


def check(raw: bytes) -> None:
    message = parse_message(raw)
    for text in strings(message):
        assert "\0" not in text
        text.encode()
    assert "\n" not in message.subject
    assert message.message_id
    for file in message.attachments:
        assert file.filename.strip(" .")
        assert not set(file.filename) & set('/\\:*?"<>|\n\0')
    if message.html:
        hidden_text(message.html)
        split_reply_html(message.html)
        once = sanitise_html(message.html)
        assert sanitise_html(once) == once


@given(st.binary(max_size=2000))
@settings(max_examples=200, deadline=None)
def test_arbitrary_bytes_are_answered(raw: bytes) -> None:
    check(raw)
    looks_like_mail(raw)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_splintered_mail_is_answered(data: st.DataObject) -> None:
    mail = bytearray(MAIL)
    for splinter in data.draw(st.lists(st.sampled_from(SPLINTERS), min_size=1, max_size=8)):
        at = data.draw(st.integers(0, len(mail)))
        gone = data.draw(st.integers(0, 30))
        mail[at : at + gone] = splinter
    check(bytes(mail))


@given(st.text(max_size=200), st.text(max_size=200), st.binary(max_size=100))
@settings(max_examples=100, deadline=None)
def test_what_python_writes_is_read_back(subject: str, text: str, content: bytes) -> None:
    """Python's own writer is the oracle for well-formed mail."""
    wanted = " ".join("".join(each for each in subject if each.isprintable()).split())
    body = "".join(each for each in text if each.isprintable() or each == "\n").strip("\n")
    written = EmailMessage(policy=SMTP)
    written["Subject"] = wanted
    written["From"] = "Ann <ann@x.example>"
    written.set_content(body)
    written.add_attachment(content, maintype="application", subtype="x-y", filename="ä €.bin")
    message = parse_message(written.as_bytes(policy=SMTP))
    assert message.subject == wanted
    assert message.text.splitlines() == body.splitlines() or not body.strip()
    (file,) = message.attachments
    assert (file.filename, file.content) == ("ä €.bin", content)


def test_raw_utf8_headers_are_read() -> None:
    written = EmailMessage(policy=SMTPUTF8)
    written["Subject"] = "Größe 38 statt 40"
    written["From"] = "Jörg <jörg@münchen.example>"
    message = parse_message(written.as_bytes(policy=SMTPUTF8))
    assert message.subject == "Größe 38 statt 40"
    assert message.sender is not None
    assert message.sender.email == "jörg@münchen.example"


HEAD = b"From: a@b.example\nSubject: x\n"
SIZE = 400_000


@pytest.mark.parametrize(
    "raw",
    [
        b"\0" * SIZE,
        b"\r\n" * SIZE,
        HEAD + b"A: b\n" * SIZE,
        HEAD + b" folded\n" * SIZE,
        b"From: " + b"(" * SIZE,
        b"From: " + b'"\\' * SIZE,
        b"From: " + b"<" * SIZE,
        b"To: " + b"a@b.example," * SIZE,
        b"Subject: " + b"=?utf-8?Q?a?= " * SIZE,
        HEAD
        + b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5000)
        ),
        HEAD + b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n" * SIZE,
        HEAD + b"Content-Type: multipart/mixed\n\n--a" + b" " * SIZE,
        b"Content-Type: text/plain; " + b'a="' * SIZE,
        b"References: " + b"<a@b>" * SIZE,
        HEAD + b"\n" + b"begin 644 a\nM\nend\n" * (SIZE // 10),
        HEAD + b"Content-Type: text/html\n\n" + b"<div>" * SIZE,
        b"From: mailer-daemon@x\n\n" + b"<a@" * SIZE,
    ],
    ids=lambda raw: f"{raw[:40]!r}"[:50],
)
def test_bombs_are_answered(raw: bytes) -> None:
    """Each of these takes minutes if anything is worse than linear."""
    check(raw)
