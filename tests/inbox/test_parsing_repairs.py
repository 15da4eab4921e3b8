"""Repairs, one by one, each with the note that tells of it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from shopapp.inbox.parsing import (
    Address,
    InboundMessage,
    looks_like_mail,
    parse_message,
    why_not_mail,
)
from shopapp.inbox.parsing.limits import MAX_ADDRESSES, MAX_DEPTH, MAX_HEADERS, MAX_PARTS, MAX_TEXT

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def mail(head: str | bytes, body: bytes = b"hello") -> InboundMessage:
    raw = head if isinstance(head, bytes) else head.encode()
    return parse_message(raw + b"\n\n" + body, now=NOW)


def sender(written: str | bytes) -> Address | None:
    raw = written if isinstance(written, bytes) else written.encode()
    return mail(b"From: " + raw).sender


@pytest.mark.parametrize(
    ("charset", "codec", "text"),
    [
        ("gb2312", "gb18030", "镕基您好，我的订单在哪里"),
        ("ks_c_5601-1987", "cp949", "똠방각하 주문"),
        ("shift_jis", "cp932", "①注文はどこですか"),
        ("x-sjis", "cp932", "髙島屋です"),
        ("iso-8859-1", "cp1252", "€ 20 — “soon”"),
        ("us-ascii", "utf-8", "größer"),
        ("iso-8859-1", "utf-8", "größer"),
        ("utf-7", "utf-7", "größer"),
        ("unicode-1-1-utf-7", "utf-7", "größer"),
        ("x-unknown", "utf-8", "größer"),
        ("windows-31j", "cp932", "髙島屋です"),
        ("utf-8", "cp1252", "Ich hätte gern Größe 38 zurück"),
        ("x-nonsense", "cp1251", "Здравствуйте, где мой заказ"),
        ("x-nonsense", "koi8_r", "Здравствуйте, где мой заказ"),
        ("x-nonsense", "euc_jp", "ご注文はどこですか"),
        ("x-nonsense", "cp932", "ご注文はどこですか"),
        ("x-nonsense", "euc_kr", "주문은 어디에 있습니까"),
        ("x-nonsense", "gb18030", "我的订单在哪里"),
        ("idna", "utf-8", "größer"),
        ("unicode_escape", "utf-8", "größer"),
        ("rot13", "utf-8", "größer"),
    ],
)
def test_a_charset_is_repaired(charset: str, codec: str, text: str) -> None:
    head = f"From: a@b.example\nContent-Type: text/plain; charset={charset}"
    assert mail(head, text.encode(codec)).text == text


def test_a_repaired_charset_is_noted() -> None:
    message = mail(
        "From: a@b.example\nContent-Type: text/plain; charset=gb2312", "镕".encode("gbk")
    )
    assert "declared charset gb2312, read as gb18030" in message.problems


def test_a_lone_surrogate_never_leaves_utf7() -> None:
    assert mail("Content-Type: text/plain; charset=utf-7", b"a+2AA-b").text.isprintable()


@pytest.mark.parametrize(
    "junk",
    [
        b"\xef\xbb\xbf",
        b"\r\n\r\n",
        b"From ann@x.example Mon May  2 16:07:05 2005\n",
        b">From ann@x.example Mon May  2 16:07:05 2005\n",
        b"+OK message follows\n",
    ],
)
def test_junk_before_the_headers_is_skipped(junk: bytes) -> None:
    message = parse_message(junk + b"From: a@b.example\nSubject: here\n\nhi")
    assert (message.subject, message.text) == ("here", "hi")


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_any_line_ends_will_do(end: bytes) -> None:
    message = parse_message(end.join([b"From: a@b.example", b"Subject: x", b"", b"one", b"two"]))
    assert (message.subject, message.text) == ("x", "one\ntwo")


def test_utf16_is_read() -> None:
    assert parse_message("From: a@b.example\nSubject: é\n\nhi".encode("utf-16")).subject == "é"


def test_a_missing_empty_line_is_forgiven() -> None:
    message = parse_message(b"From: a@b.example\nSubject: x\nHello there\n\nBye")
    assert message.text == "Hello there\n\nBye"
    assert "no empty line between headers and body" in message.problems


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('"Doe, Jane" <jane@x.example>', Address("Doe, Jane", "jane@x.example")),
        ("=?utf-8?Q?Doe=2C_J=C3=A9?= <j@x.example>", Address("Doe, Jé", "j@x.example")),
        ('"=?utf-8?Q?J=C3=A9?=" <j@x.example>', Address("Jé", "j@x.example")),
        ("=?utf-8?Q?Jane_<j@x.example>?=", Address("Jane", "j@x.example")),
        ('"Jane <j@x.example>', Address("Jane", "j@x.example")),
        ("Jane <j@x.example", Address("Jane", "j@x.example")),
        ("Jane j@x.example", Address("Jane", "j@x.example")),
        ("j@x.example (Jane (the elder))", Address("Jane (the elder)", "j@x.example")),
        ("<mailto:j@x.example>", Address("", "j@x.example")),
        ("'j@x.example'", Address("", "j@x.example")),
        ("jane@shop <j@x.example>", Address("jane@shop", "j@x.example")),
        ("Jane", None),
        ("<>", None),
        ("", None),
    ],
)
def test_a_broken_from_is_read(written: str, expected: Address | None) -> None:
    assert sender(written) == expected


def test_a_raw_8_bit_from_is_read() -> None:
    assert sender("Jörg <j@x.example>".encode("latin-1")) == Address("Jörg", "j@x.example")


def test_without_from_the_sender_line_is_used_and_noted() -> None:
    message = mail("From: nobody\nSender: Ann <ann@x.example>")
    assert message.sender == Address("Ann", "ann@x.example")
    assert "no readable From, Sender was used" in message.problems


def test_a_missing_message_id_is_made_from_the_bytes() -> None:
    one, two, other = mail("Subject: a"), mail("Subject: a"), mail("Subject: b")
    assert one.message_id_made
    assert one.message_id == two.message_id != other.message_id
    assert "no Message-ID, one was made" in one.problems


def test_an_overlong_id_is_shortened_the_same_way_everywhere() -> None:
    long = "a" * 3000 + "@x.example"
    first, second = mail(f"Message-ID: <{long}>"), mail(f"References: <0@x> <{long}>")
    assert len(first.message_id) <= 250
    assert second.references == ("0@x", first.message_id)


@pytest.mark.parametrize("value", ["", "your message of Monday, ann@x.example wrote"])
def test_prose_in_in_reply_to_is_no_id(value: str) -> None:
    assert mail(f"In-Reply-To: {value}").in_reply_to is None


def test_a_date_in_the_future_is_kept_in_a_note() -> None:
    message = mail("Date: Tue, 3 Mar 2026 10:00:00 +0000")
    assert message.date is None
    assert "Date in the future: Tue, 3 Mar 2026 10:00:00 +0000" in message.problems


def test_a_clock_a_little_ahead_is_forgiven() -> None:
    assert mail("Date: Sun, 1 Mar 2026 10:00:00 +0000").date is not None


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        (b"\xff\xd8\xff\xe0 JFIF", "JPEG"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04", "ZIP"),
        (b"", "empty"),
        (b"just some notes\nabout shoes\n", "no mail headers"),
        (b'{"from": "x"}', "no mail headers"),
    ],
)
def test_what_is_no_mail_is_refused_with_a_reason(start: bytes, reason: str) -> None:
    assert not looks_like_mail(start)
    assert reason in (why_not_mail(start) or "")


def test_too_many_headers_are_left_out_and_noted() -> None:
    message = mail("Subject: x\n" + "A: b\n" * (MAX_HEADERS + 5) + "Z: last")
    assert message.text == "hello"
    assert len(message.headers) == MAX_HEADERS
    assert any("headers" in note for note in message.problems)


def test_too_many_addresses_are_left_out_and_noted() -> None:
    message = mail("To: " + ",".join(f"a{n}@b.example" for n in range(MAX_ADDRESSES + 5)))
    assert len(message.to) == MAX_ADDRESSES
    assert any("addresses" in note for note in message.problems)


def test_too_many_parts_are_left_out_and_noted() -> None:
    body = b"--b\nContent-Type: image/png\n\nx\n" * (MAX_PARTS + 50) + b"--b--"
    message = mail("Content-Type: multipart/mixed; boundary=b", body)
    assert len(message.attachments) < MAX_PARTS
    assert any("parts" in note for note in message.problems)


def test_too_deep_parts_become_one_file_and_are_noted() -> None:
    levels = range(MAX_DEPTH + 5)
    head = b"\n".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d" % (n, n) for n in levels
    )
    message = parse_message(head + b"\n\nthe innermost words\n")
    assert b"the innermost words" in message.attachments[0].content
    assert any("deeper" in note for note in message.problems)


def test_a_long_text_is_cut_and_noted() -> None:
    message = mail("Subject: x", b"a" * (MAX_TEXT + 5))
    assert len(message.text) == MAX_TEXT
    assert any("was cut" in note for note in message.problems)


def test_a_long_id_in_encoded_words_is_read() -> None:
    answer = EmailMessage()
    long_id = f"shop.{'c' * 25}.{'d' * 25}.{'e' * 26}@harbor.example"
    answer["In-Reply-To"] = f"<{long_id}>"
    answer.set_content("Thanks")
    assert b"=?utf-8?q?" in answer.as_bytes()
    assert parse_message(answer.as_bytes()).in_reply_to == long_id
