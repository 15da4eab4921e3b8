"""The whole text of a reply: what was written, the signature, and the mail it answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final

from shopapp.mail.composing import html_page, paragraphs

_QUOTED: Final = 20_000
_LINE = "margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex"
_VARIABLE = re.compile(r"\{\{\s*(agent\.name|store\.name)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Quote:
    """The mail that is answered; `at` is in the time zone of the store."""

    author: str
    at: datetime
    text: str

    @property
    def attribution(self) -> str:
        """'On 20 November 2026 at 13:30, Nils wrote:'."""
        return f"On {self.at.day} {self.at:%B %Y at %H:%M}, {self.author} wrote:"


@dataclass(frozen=True, slots=True)
class Letter:
    """A reply as it leaves, in both its forms."""

    text: str
    html: str


def signature(template: str, *, agent: str, store: str) -> str:
    """A signature with {{agent.name}} and {{store.name}} filled in."""
    values = {"agent.name": agent, "store.name": store}
    return _VARIABLE.sub(lambda found: values[found[1]], template).strip()


def letter(body: str, *, signed: str, quote: Quote | None) -> Letter:
    """`body` with the signature below, unless it ends with it already, and the quoted mail."""
    closing = "" if _ends_with(body, signed) else signed
    text, html = body.rstrip(), paragraphs(body)
    if closing:
        text += f"\n\n-- \n{closing}"
        html += f"\n<div>-- <br>\n{paragraphs(closing)}</div>"
    if quote is not None:
        lines = quote.text.strip()[:_QUOTED].split("\n")
        text += f"\n\n{quote.attribution}\n" + "\n".join(f"> {line}".rstrip() for line in lines)
        html += (
            f'\n<p dir="auto">{escape(quote.attribution)}</p>\n<blockquote type="cite" '
            f'style="{_LINE}">\n{paragraphs(quote.text.strip()[:_QUOTED])}\n</blockquote>'
        )
    return Letter(text, html_page(html))


def forwarded(*, author: str, address: str, at: datetime, subject: str, text: str) -> str:
    """What stands below a forwarded mail's cover note."""
    sender = f"{author} <{address}>" if author and author != address else address
    head = ["---------- Forwarded message ----------", f"From: {sender}"]
    head += [f"Date: {at.day} {at:%B %Y, %H:%M}", f"Subject: {subject}"]
    return "\n\n" + "\n".join(head) + f"\n\n{text.strip()}"


def _ends_with(body: str, signed: str) -> bool:
    return bool(signed) and " ".join(body.split()).endswith(" ".join(signed.split()))
