"""Outlook's winmail.dat: its files and its body, and whatever else calls itself so."""

from __future__ import annotations

import struct

from hypothesis import given, settings
from hypothesis import strategies as st

from shopapp.inbox.parsing import InboundMessage, parse_message
from shopapp.inbox.parsing.richtext import rich_text, unpacked
from shopapp.inbox.parsing.winmail import read_winmail


def attribute(level: int, name: int, value: bytes) -> bytes:
    return (
        struct.pack("<BII", level, name, len(value)) + value + struct.pack("<H", sum(value) % 65536)
    )


def wide(name: int, text: str) -> bytes:
    value = (text + "\0").encode("utf-16-le")
    filled = value + b"\0" * (-len(value) % 4)
    return struct.pack("<HHII", 0x1F, name, 1, len(value)) + filled


def binary(name: int, value: bytes) -> bytes:
    return struct.pack("<HHII", 0x102, name, 1, len(value)) + value + b"\0" * (-len(value) % 4)


def winmail(*body: bytes) -> bytes:
    return (
        b"\x78\x9f\x3e\x22\x01\x00"
        + attribute(1, 0x69007, struct.pack("<II", 1252, 0))
        + attribute(1, 0x69003, struct.pack("<I", len(body)) + b"".join(body))
        + attribute(2, 0x69002, b"\0" * 14)
        + attribute(2, 0x18010, b"INVOIC~1.PDF\0")
        + attribute(2, 0x6800F, b"%PDF-1.7")
        + attribute(2, 0x69005, struct.pack("<I", 1) + wide(0x3707, "invoice ä.pdf"))
    )


def mail(raw: bytes, text: str = "") -> InboundMessage:
    head = "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n"
    body = f"--b\n\n{text}\n--b\nContent-Type: application/ms-tnef; name=winmail.dat\n\n"
    return parse_message(f"{head}{body}".encode() + raw + b"\n--b--\n")


def test_its_files_have_their_names_and_words() -> None:
    message = mail(winmail(wide(0x1000, "hidden")), "Please see the invoice")
    (file,) = message.attachments
    assert (file.filename, file.content) == ("invoice ä.pdf", b"%PDF-1.7")
    assert message.text == "Please see the invoice"


def test_its_body_is_read_where_no_other_came() -> None:
    html = b"<p>The <b>invoice</b></p>"
    message = mail(winmail(wide(0x1000, "The invoice"), binary(0x1013, html)))
    assert (message.text, message.html) == ("The invoice", html.decode())
    assert "the text was read out of Outlook's winmail.dat" in message.problems


def test_rich_text_is_read_packed_and_unpacked() -> None:
    rtf = rb"{\rtf1{\fonttbl{\f0 Arial;}}Gr\'fc\'dfe\par {\*\generator x;}and \u8364? 5}"
    packed = struct.pack("<II4sI", len(rtf) + 12, len(rtf), b"MELA", 0) + rtf
    assert mail(winmail(binary(0x1009, packed))).text == "Grüße\nand € 5"
    # MS-OXRTFCP's own example: references into the dictionary and into what was written.
    example = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320a"
        "f320 68656c090020627705b06c647d0a80 0fa0"
    )
    assert rich_text(unpacked(example, 1000), "cp1252") == "hello world"


def test_what_cannot_be_read_stays_a_file() -> None:
    (file,) = mail(b"nothing of the kind").attachments
    assert (file.filename, file.content) == ("winmail.dat", b"nothing of the kind")


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_answered(data: st.DataObject) -> None:
    raw = bytearray(winmail(wide(0x1000, "x"), binary(0x1009, b"0" * 8 + b"LZFu" + b"0" * 40)))
    for _ in range(data.draw(st.integers(1, 8))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    read_winmail(bytes(raw))
    rich_text(unpacked(bytes(raw), 1000), "cp1252")
