"""A composed mail reads back as it was meant, and nothing can be slipped into it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.mail.composing import Address, Uncomposable, compose, html_from_text

SHOP, JO = Address("hello@harbor.example", "Harbor Goods"), Address("jo@mail.example")
LONG = f"<https://x.example/{'u' * 99}>"
WHEN = datetime(2031, 3, 4, 5, 6, 7, tzinfo=timezone(timedelta(hours=2)))
FIELDS = {"From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To"} | {
    *("References", "Auto-Submitted", "MIME-Version", "Content-Type", "X-Shop")
}
anything = st.text(st.characters() | st.sampled_from('\r\n\0 :<>@,=?"\\'), max_size=200)


def composed(**changes: Any) -> bytes:
    fields: dict[str, Any] = {
        "message_id": "<c1@harbor.example>",
        "sender": SHOP,
        "to": [JO],
        "subject": "Your order",
        "text": "Hello",
        "date": WHEN,
    }
    return compose(**{**fields, **changes})


def read(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part
    return str(part.get_content()).replace("\r\n", "\n")


def test_every_field_reads_back() -> None:
    message = read(
        composed(
            to=[JO, Address("kim@müller.example", 'Kim, "K" \\ Müller')],
            cc=[Address("cc@mail.example", "Straße 7")],
            subject="Re: Grüße – 注文 №1",
            reply_to=Address("tickets+7@harbor.example"),
        )
    )
    assert not message.defects
    assert message["From"] == "Harbor Goods <hello@harbor.example>"
    assert [(one.display_name, one.addr_spec) for one in message["To"].addresses] == [
        ("", "jo@mail.example"),
        ('Kim, "K" \\ Müller', "kim@xn--mller-kva.example"),
    ]
    assert message["Cc"].addresses[0].display_name == "Straße 7"
    assert message["Subject"] == "Re: Grüße – 注文 №1"
    assert message["Date"].datetime == WHEN
    assert message["Message-ID"] == "<c1@harbor.example>"
    assert message["Reply-To"] == "tickets+7@harbor.example"
    assert message["Bcc"] is None


def test_the_fields_of_machines_read_back() -> None:
    message = read(
        composed(
            in_reply_to="<q@mail.example>",
            references=["<p@mail.example>", "<q@mail.example>"],
            auto_submitted="auto-generated",
            extra_headers={"X-Shop": "Häfen", "List-Unsubscribe": LONG},
        )
    )
    assert message["In-Reply-To"] == "<q@mail.example>"
    assert message["References"].split() == ["<p@mail.example>", "<q@mail.example>"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Shop"] == "Häfen"
    assert message["List-Unsubscribe"] == LONG


def test_the_text_has_an_html_twin() -> None:
    message = read(composed(text="Hi <Jo>,\r\n\r\nsee https://x.example/?a=1&b=2.\rBye & thanks"))
    assert message.get_content_type() == "multipart/alternative"
    assert body(message, "plain") == "Hi <Jo>,\n\nsee https://x.example/?a=1&b=2.\nBye & thanks\n"
    link = '<a href="https://x.example/?a=1&amp;b=2">https://x.example/?a=1&amp;b=2</a>'
    assert '<p dir="auto">Hi &lt;Jo&gt;,</p>' in body(message, "html")
    assert f'<p dir="auto">see {link}.<br>\nBye &amp; thanks</p>' in body(message, "html")


def test_html_can_be_given_or_left_out() -> None:
    assert body(read(composed(html="<b>Hi</b>")), "html") == "<b>Hi</b>\n"
    assert read(composed(html="")).get_content_type() == "text/plain"


def test_the_same_mail_has_the_same_bytes() -> None:
    assert composed() == composed()
    boundaries = {read(composed(message_id=f"<{n}@x>")).get_boundary() for n in range(3)}
    assert len(boundaries) == 3


@pytest.mark.parametrize(
    "text", ["", "x" * 5000, "ж" * 5000, "注文 " * 900, "From me\n.\n..\n=20\n "]
)
def test_any_body_travels_in_short_ascii_lines(text: str) -> None:
    raw = composed(text=text)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert body(read(raw), "plain") == text.rstrip() + "\n"


@given(subject=anything, name=anything, text=anything)
def test_nothing_can_be_slipped_in(subject: str, name: str, text: str) -> None:
    raw = composed(
        subject=subject,
        sender=Address("hello@harbor.example", name),
        to=[Address("jo@mail.example", name)],
        text=text,
    )
    head = raw.partition(b"\r\n\r\n")[0]
    assert not re.search(rb"[^\r]\n|\r[^\n]|\0", raw)
    assert max(map(len, head.split(b"\r\n"))) <= 998
    message = message_from_bytes(raw)
    assert message.keys() == [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        *("MIME-Version", "Content-Type"),
    ]
    assert [part.get_content_type() for part in message.walk()][1:] == ["text/plain", "text/html"]
    assert str(make_header(decode_header(message["Subject"]))) == " ".join(printable(subject))
    assert [one.addr_spec for one in read(raw)["To"].addresses] == ["jo@mail.example"]


def printable(words: str) -> list[str]:
    visible = re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", words)
    return re.sub(r"[\ud800-\udfff]", "?", visible).split()


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_any_name_reads_back(name: str) -> None:
    raw = composed(to=[Address("jo@mail.example", name)])
    phrase = str(message_from_bytes(raw)["To"]).removesuffix("jo@mail.example>").removesuffix("<")
    decoded = str(make_header(decode_header(phrase.strip())))
    if decoded.startswith('"') and phrase.startswith('"'):
        decoded = re.sub(r"\\(.)", r"\1", decoded[1:-1])
    if name.strip():
        assert decoded == " ".join(name.split())


@pytest.mark.parametrize(
    "changes",
    [
        {"to": [Address("jo@mail.example\r\nBcc: kim@mail.example")]},
        {"to": [Address("jo@mail.example, kim@mail.example")]},
        {"to": []},
        {"sender": Address("")},
        {"cc": [Address("jo")]},
        {"reply_to": Address("jo@mail.example>\n")},
        {"message_id": "<a@x>\r\nBcc: kim@mail.example"},
        {"message_id": ""},
        {"message_id": f"<{'a' * 1000}@x>"},
        {"date": datetime(2031, 1, 1)},  # noqa: DTZ001 - a time without a zone is the point
        {"extra_headers": {"X-A": "b\r\nBcc: kim@mail.example"}},
        {"extra_headers": {"X-A": "b" * 1000}},
        {"extra_headers": {"X-A: b\r\nBcc": "kim@mail.example"}},
        {"extra_headers": {"Bcc": "kim@mail.example"}},
        {"extra_headers": {"content-type": "text/html"}},
        {"extra_headers": {"message-id": "<other@x>"}},
    ],
)
def test_what_cannot_be_written_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Uncomposable):
        composed(**changes)


@given(st.lists(anything, max_size=30), anything)
def test_ids_of_strangers_cannot_break_a_reply(references: list[str], parent: str) -> None:
    message = message_from_bytes(composed(references=references, in_reply_to=parent))
    assert set(message.keys()) <= FIELDS
    ids = str(message["References"] or "").split()
    assert all(re.fullmatch(r"<[!-~]+>", one) for one in ids)


def test_a_long_conversation_keeps_its_first_and_newest_ids() -> None:
    ids = [f"<{number}@mail.example>" for number in range(100)]
    kept = read(composed(references=ids, in_reply_to=ids[-1]))["References"].split()
    assert kept == [ids[0], *ids[-19:]]


def test_ids_may_come_without_brackets() -> None:
    message = read(composed(message_id="c1@x.example", in_reply_to="q@x.example"))
    assert message["Message-ID"] == "<c1@x.example>"
    assert message["References"] == message["In-Reply-To"] == "<q@x.example>"


def test_only_an_address_outside_ascii_makes_a_utf8_header() -> None:
    raw = composed(to=[Address("jörg@mail.example", "Jörg")])
    assert "<jörg@mail.example>".encode() in raw
    assert read(raw)["To"].addresses[0].display_name == "Jörg"


def test_a_link_cannot_leave_its_attribute() -> None:
    page = html_from_text("https://x.example/\"onclick='a'<script> (https://y.example/a).")
    assert '<a href="https://x.example/">https://x.example/</a>&quot;onclick=' in page
    assert '(<a href="https://y.example/a">https://y.example/a</a>).' in page
    assert "<script" not in page


def test_utc_is_written_as_a_number() -> None:
    assert b"\r\nDate: Tue, 04 Mar 2031 03:06:07 +0000\r\n" in composed(date=WHEN.astimezone(UTC))
