"""Pointers: links, hosts, mail addresses and phone numbers of a text, read canonically."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shopapp.drafts.reading.facts import FactKind, facts

_STOP = r"\s<>\"“”„«»、。，！？；：（）「」『』【】"
_DOT = r"(?:\.|\s?[\[({]\s?(?:\.|dot)\s?[\])}]\s?)"
_LABEL = r"[\w](?:[\w-]{0,62}[\w])?"
_END = r"(?:xn--[a-z0-9-]{2,40}|[^\W\d_]{2,24})"
_REST = rf"(?::\d{{1,5}})?(?:[/?#\\][^{_STOP}]*)?"
LINKS = re.compile(
    rf"(?:(?<!\w)[a-z][a-z0-9+-]{{1,20}}:[/\\]{{2}}|(?<!/)//(?=\w))[^{_STOP}]+"
    rf"|(?<![\w@.-])(?:{_LABEL}{_DOT}){{1,8}}{_END}(?!\w|@{_LABEL}{_DOT}\w)\.?{_REST}"
    rf"|(?<![\w@.,-])\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?![\w.]){_REST}",
    re.IGNORECASE,
)
"""Whatever a mail program might make a link of; a host needs no scheme."""
MAIL = re.compile(
    rf"[\w.+%-]{{0,64}}@(?:{_LABEL}{_DOT}){{1,8}}{_LABEL}",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"\b(?:call|phone|ring|tel(?:ephone|efon)?|whatsapp|sms|text|fax|mobile|hotline|dial|anrufen"
    r"|llame|appele[zr])\b[^\n\d+#]{0,25}(?P<number>\+?\d(?:[ ().\/-]{0,2}\d){6,14})(?!\w)",
    re.IGNORECASE,
)
_GROUPED = re.compile(
    r"(?<![\w+.-])(?:\+?\d{1,3}[ .-])?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w.-]\d)"
)
_MARKS = ".,;:!?)]}'’*_~`|"
_FILES = "pdf|jpe?g|png|gif|heic|webp|docx?|xlsx?|csv|txt"


def canonical(link: str) -> str:
    """A link without http(s), `www.` and a final slash, its host in lower case; the rest as is."""
    bare = re.sub(r"^(?:https?:)?//", "", link.strip(), flags=re.IGNORECASE)
    end = re.search(r"[/?#\\]|$", bare).start()  # type: ignore[union-attr]
    return bare[:end].lower().removeprefix("www.") + bare[end:].rstrip("/")


def host(link: str) -> str:
    """The host of a canonical link, with whatever stands before or behind it."""
    return re.split(r"[/?#\\]", link, maxsplit=1)[0]


def readings(said: str) -> Iterator[tuple[str, str]]:
    """A link as it stands, then each time one more mark at its end taken for the sentence's."""
    end = len(said)
    yield said, ""
    while end and said[end - 1] in _MARKS:
        end -= 1
        yield said[:end], said[end:]


def tailed(said: str) -> tuple[str, str]:
    """A link or an address without the marks at its end, and those marks."""
    link = said.rstrip(_MARKS)
    return link, said[len(link) :]


def is_file(link: str) -> bool:
    """Whether it is a file's name: no host ends like that."""
    return bool(re.fullmatch(rf"[\w.-]+\.(?:{_FILES})", link, re.IGNORECASE))


def phones(text: str) -> list[tuple[int, int]]:
    """Where phone numbers stand: written like one, or after a word such as "call"."""
    spans = [(fact.start, fact.end) for fact in facts(text) if fact.kind is FactKind.PHONE]
    spans += [match.span("number") for match in _CALLED.finditer(text)]
    return spans + [match.span() for match in _GROUPED.finditer(text)]


def digits(phone: str) -> str:
    """A phone number as it is dialled, without the zeros before it."""
    return re.sub(r"\D", "", phone).lstrip("0")
