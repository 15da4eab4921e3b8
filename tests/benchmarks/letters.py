"""Mail for benchmarks: conversations of a shop, the same for the same number."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

_WORDS = (
    "the parcel order tea arrived broken late refund please when where tracking number cup address "
    "delivery thanks hello today week green black jasmine invoice paid gift box lid photo attached"
).split()
_BEGIN = datetime(2025, 3, 1, 8, 0, tzinfo=UTC)
_PICTURE = b"\x89PNG\r\n\x1a\n"


def letters(count: int, *, seed: int = 5) -> Iterator[bytes]:
    """`count` mails of 1 to 12 kB: two in five answer one before, one in three has HTML, one in ten
    a file."""
    chance = random.Random(seed)
    before: list[tuple[str, str, str]] = []
    for number in range(count):
        if before and chance.random() < 0.4:
            person, subject, answered = chance.choice(before[-2000:])
            mail = _letter(chance, number, person, f"Re: {subject}")
            mail["In-Reply-To"] = mail["References"] = answered
        else:
            person = f"{chance.choice(_WORDS)}{chance.randrange(count // 3 + 1)}@mail.example"
            subject = f"{_prose(chance, 5)} {number}"
            mail = _letter(chance, number, person, subject)
        before.append((person, subject, str(mail["Message-ID"])))
        yield mail.as_bytes()


def write_mbox(path: Path, count: int) -> None:
    """An mbox of `letters`."""
    with path.open("wb") as file:
        for raw in letters(count):
            lines = raw.replace(b"\nFrom ", b"\n>From ")
            file.write(b"From someone@mail.example Sat Mar  1 08:00:00 2025\n" + lines + b"\n")


def _letter(chance: random.Random, number: int, person: str, subject: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f"{person.partition('@')[0].title()} <{person}>"
    mail["To"], mail["Subject"] = "help@harbor.example", subject
    mail["Message-ID"] = f"<bench.{number}@mail.example>"
    mail["Date"] = format_datetime(_BEGIN + timedelta(minutes=7 * number))
    text = "\n\n".join(_prose(chance, chance.randrange(20, 90)) for _ in range(5))
    mail.set_content(f"{text}\n\n-- \n{person}\n")
    if chance.random() < 0.33:
        paragraphs = "".join(f"<p>{each}</p>" for each in text.split("\n\n"))
        mail.add_alternative(f"<html><body>{paragraphs}</body></html>", subtype="html")
    if chance.random() < 0.1:
        content = _PICTURE + chance.randbytes(4_000)
        mail.add_attachment(content, maintype="image", subtype="png", filename=f"{number}.png")
    return mail


def _prose(chance: random.Random, length: int) -> str:
    return " ".join(chance.choices(_WORDS, k=length)).capitalize()
