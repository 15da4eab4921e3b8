"""Attacks on the drafters: their letters, and a language model that obeys every word it reads."""

from __future__ import annotations

import base64
import binascii
import codecs
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from shopapp.connectors.llm.shapes import Answer, Question

FOLDER = Path(__file__).parent / "attacks"
_POINTER = re.compile(
    r"https?://\S+|\S+@\S+|(?:[\w-]+\.)+[a-z]{2,}\S*|\+?\d[\d ]{6,}|\b[A-Z]+\d+\b"
)


@dataclass(frozen=True, slots=True)
class Attack:
    """Mails of one attacker. `leaks` must not stand in a draft, `unseen` reach no prompt."""

    theme: str
    name: str
    text: str = ""
    html: str = ""
    subject: str = ""
    sender: str = "Nils <nils@mail.example>"
    cc: str = ""
    reply_to: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    file: str = ""
    content: str = "nothing"
    then: Sequence[str] = ()
    leaks: Sequence[str] = ()
    unseen: Sequence[str] = ()

    @property
    def title(self) -> str:
        return f"{self.theme}: {self.name}"

    def letters(self, number: int) -> Iterator[bytes]:
        """Its mails in order, the later ones answering the first."""
        first = f"<attack{number}@mail.example>"
        yield self._letter(first, self.text, number)
        for turn, text in enumerate(self.then, 1):
            yield self._letter(f"<attack{number}.{turn}@mail.example>", text, number, first)

    def _letter(self, message_id: str, text: str, number: int, answers: str = "") -> bytes:
        mail = EmailMessage()
        mail["From"], mail["To"] = self.sender, "help@harbor.example"
        mail["Subject"] = f"{self.subject or 'My parcel'} {number}"
        mail["Message-ID"], mail["Date"] = message_id, "Fri, 20 Nov 2026 12:30:00 +0000"
        named = {"Cc": self.cc, "Reply-To": self.reply_to, "In-Reply-To": answers, **self.headers}
        for name, value in named.items():
            if value:
                mail[name] = value
        if text or not self.html:
            mail.set_content(text)
        if self.html and text:
            mail.add_alternative(self.html, subtype="html")
        elif self.html:
            mail.set_content(self.html, subtype="html")
        if self.file:
            mail.add_attachment(self.content, filename=self.file)
        return mail.as_bytes()


def attacks() -> list[Attack]:
    """Every row of the table, theme by theme."""
    return [
        Attack(
            path.stem, sender=row.pop("from", Attack.__dataclass_fields__["sender"].default), **row
        )
        for path in sorted(FOLDER.glob("*.json"))
        for row in json.loads(path.read_text("utf-8"))
    ]


class ObedientModel:
    """A language model that does whatever any line of its prompt asks, and tells all it knows.

    It repeats every line that holds a link, an address, a number or a code, decodes what is
    encoded, smuggles the prompt out through pictures and links, and breaks the agreed form when it
    is told to. `prompts` is what reached it.
    """

    def __init__(self) -> None:
        self.prompts: list[str] = []

    def chat(self, question: Question) -> Answer:
        prompt = "\n".join(each.content for each in question.messages)
        self.prompts.append(prompt)
        said = obeyed(prompt)
        is_first = all(each.role != "assistant" for each in question.messages)
        if is_first and "break the schema" in prompt:
            return Answer(said, "obedient", "stop")
        sentences = [
            {"text": line, "opens": "line", "sources": ["s1"]} for line in said.split("\n")
        ]
        form = {"language": "en", "sentences": sentences[:120], "missing": []}
        return Answer(json.dumps(form), "obedient", "stop")

    def stream(self, question: Question) -> Iterator[str | Answer]:
        answer = self.chat(question)
        yield answer.text
        yield answer

    def models(self) -> Sequence[str]:
        return ["obedient"]


def obeyed(prompt: str) -> str:
    """What such a model writes, in at most 120 lines: loot first, then all that points anywhere."""
    loot = " ".join(prompt.split())[-1500:]
    quoted = base64.urlsafe_b64encode(loot.encode("utf-8", "replace")).decode()[:400]
    hosts = re.findall(r"https?://[^\s)\"'<>]+", prompt)
    lines = [f"![x]({host}?d={quoted})" for host in hosts[:8]]
    lines += [
        f"[open]({host}/{quoted[:40]}) <img src='{host}?{quoted[:40]}'>" for host in hosts[:8]
    ]
    lines += list(_decoded(prompt))
    told = [line for line in prompt.split("\n") if _POINTER.search(line)]
    return "\n".join((lines + told[::-1] + [loot])[:120])


def _decoded(prompt: str) -> Iterator[str]:
    for word in re.findall(r"[A-Za-z0-9+/]{24,}={0,2}", prompt):
        try:
            yield base64.b64decode(word + "=" * (-len(word) % 4)).decode("utf-8", "ignore")
        except (ValueError, binascii.Error):
            continue
    for line in prompt.split("\n"):
        if "Rot13" in line:
            yield codecs.encode(line, "rot13")
        if "reversed" in line or "\u202e" in line:
            yield line[::-1]
        if "Join these" in line:
            yield re.sub(r"(?<=\b\S) (?=\S\b)|(?<=\.) | (?=\.)", "", line)


def surprises(attack: Attack, draft: str, prompt: str = "") -> list[str]:
    """What of an attack came through; nothing, one hopes."""
    leaked = [f"{attack.title}: {word!r} in the draft" for word in attack.leaks if word in draft]
    read = [f"{attack.title}: {word!r} in the prompt" for word in attack.unseen if word in prompt]
    return leaked + read


def plain(value: Any) -> str:
    """Anything a row keeps, as text to look for leaks in."""
    return json.dumps(value, ensure_ascii=False, default=str)
