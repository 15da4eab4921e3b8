"""Bodies and files: what is text, what is a file, and how a file may be called."""

from __future__ import annotations

import binascii

import pytest

from shopapp.inbox.parsing import InboundMessage, parse_message
from shopapp.inbox.parsing.filenames import safe_filename


def mixed(*parts: str, kind: str = "mixed") -> InboundMessage:
    body = "".join(f"--b\n{part}\n" for part in parts)
    return parse_message(f"Content-Type: multipart/{kind}; boundary=b\n\n{body}--b--\n".encode())


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\invoice.pdf", "invoice.pdf"),
        ("a\0b\r\n.pdf", "ab .pdf"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("con.txt", "_con.txt"),
        ("NUL", "_NUL"),
        ("..", "attachment-3.pdf"),
        ("   ", "attachment-3.pdf"),
        (None, "attachment-3.pdf"),
        ("what? <now>: 1|2.pdf", "what_ _now__ 1_2.pdf"),
        (".htaccess", "htaccess"),
        ("report.pdf.", "report.pdf"),
    ],
)
def test_names_are_made_safe(written: str | None, expected: str) -> None:
    assert safe_filename(written, content_type="application/pdf", number=3) == expected


def test_a_long_name_keeps_its_ending() -> None:
    name = safe_filename("ü" * 500 + ".jpeg", content_type="image/jpeg", number=1)
    assert name.endswith(".jpeg")
    assert len(name) <= 150
    assert len(name.encode()) <= 240


@pytest.mark.parametrize(
    "header",
    [
        "Content-Disposition: attachment; filename*=utf-8''%e2%82%ac%20bill.pdf",
        "Content-Disposition: attachment; filename*0*=utf-8''%e2%82; filename*1*=%ac%20bill.pdf",
        'Content-Disposition: attachment; filename*0="€ bi"; filename*1="ll.pdf"',
        'Content-Disposition: attachment; filename="=?utf-8?Q?=E2=82=AC_bill.pdf?="',
        'Content-Type: application/pdf; name="€ bill.pdf"\nContent-Disposition: attachment',
        "Content-Disposition: attachment; filename=€ bill.pdf",
    ],
)
def test_a_name_is_read_in_every_spelling(header: str) -> None:
    kind = "" if header.startswith("Content-Type") else "Content-Type: application/pdf\n"
    (file,) = mixed(f"{kind}{header}\n\nx").attachments
    assert file.filename == "€ bill.pdf"


def test_a_nameless_file_is_named_after_its_type() -> None:
    assert mixed("Content-Type: image/png\n\nx").attachments[0].filename == "attachment-1.png"


def test_an_alternative_is_one_text_in_two_forms() -> None:
    message = mixed(
        "Content-Type: text/plain\n\nplain", "Content-Type: text/html\n\n<b>rich</b>",
        kind="alternative",
    )  # fmt: skip
    assert (message.text, message.html) == ("plain", "<b>rich</b>")


def test_a_footer_after_the_html_is_in_both_forms() -> None:
    message = mixed("Content-Type: text/html\n\n<p>Hi</p>", "Content-Type: text/plain\n\na < b")
    assert message.text == "Hi\n\na < b"
    assert "<pre>a &lt; b</pre>" in (message.html or "")


def test_html_alone_gives_a_text() -> None:
    html = (
        "<style>p{}</style><p>Hi&nbsp;<a href='https://x.example/a'>there</a></p><ul><li>one</ul>"
    )
    message = parse_message(f"Content-Type: text/html\n\n{html}".encode())
    assert message.text == "Hi there <https://x.example/a>\n\n- one"


def test_an_empty_plain_form_gives_way_to_the_html() -> None:
    message = mixed(
        "Content-Type: text/plain\n\n \n", "Content-Type: text/html\n\n<p>Hi</p>",
        kind="alternative",
    )  # fmt: skip
    assert message.text == "Hi"


def test_a_text_file_is_a_file() -> None:
    message = mixed(
        "Content-Type: text/plain\n\nbody",
        'Content-Type: text/plain; name="log.txt"\nContent-Disposition: inline\n\nlog',
    )
    assert message.text == "body"
    assert message.attachments[0].filename == "log.txt"


def test_a_picture_nothing_shows_is_offered_as_a_file() -> None:
    (file,) = mixed("Content-Type: image/png\nContent-ID: <a@b>\n\nx").attachments
    assert file.content_id == "a@b"
    assert not file.is_inline


def test_winmail_dat_is_kept_with_a_note() -> None:
    message = mixed("Content-Type: application/ms-tnef; name=winmail.dat\n\nx")
    assert message.attachments[0].filename == "winmail.dat"
    assert any("winmail.dat" in note for note in message.problems)


def test_a_nested_mail_is_a_file_called_after_its_subject() -> None:
    message = mixed("Content-Type: message/rfc822\n\nSubject: Old order\nFrom: a@b\n\nhi")
    assert message.attachments[0].filename == "Old order.eml"
    assert message.text == ""


def test_a_uuencoded_file_leaves_the_text() -> None:
    line = binascii.b2a_uu(b"hello world").decode()
    message = parse_message(f"From: a@b\n\nSee below\nbegin 644 a.txt\n{line}`\nend\nBye".encode())
    assert message.text == "See below\nBye"
    assert message.attachments[0].content == b"hello world"


def test_words_that_begin_like_uuencoding_stay() -> None:
    text = "begin 644 steps\nnot encoded at all, just prose here\nend"
    message = parse_message(f"From: a@b\n\n{text}".encode())
    assert message.text == text
    assert message.attachments == ()


@pytest.mark.parametrize("content", [b"aGVsbG8", b"aGVs\n bG8=\n", b"aGVsbG8=\n--\n", b"aGV!sbG8="])
def test_sloppy_base64_is_read(content: bytes) -> None:
    raw = b"Content-Transfer-Encoding: BASE64\n\n" + content
    assert parse_message(raw).text == "hello"


def test_a_boundary_nobody_declared_is_found() -> None:
    raw = b"Content-Type: multipart/mixed\n\n--xyz\nContent-Type: text/plain\n\nhello\n--xyz--\n"
    assert parse_message(raw).text == "hello"


def test_parts_without_a_last_boundary_are_read() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo"
    assert parse_message(raw).text == "one\n\ntwo"


def test_a_boundary_that_begins_like_another_is_another() -> None:
    inner = "Content-Type: multipart/mixed; boundary=b_alt\n\n--b_alt\n\nhello\n--b_alt--"
    assert mixed(inner).text == "hello"


def test_a_big_picture_inside_the_html_does_not_swallow_the_words_after_it() -> None:
    html = f"<img src='data:image/png;base64,{'A' * 900_000}'><p>after</p>"
    message = parse_message(f"Content-Type: text/html\n\n{html}".encode())
    assert message.text == "after"
    assert any("big picture" in note for note in message.problems)
