"""Guarding: what of a model's text may stay in a draft, pointers only where the packet points."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from shopapp.drafts.grounding import Packet, PassageKind
from shopapp.drafts.reading.characters import is_unseen, shown, skeleton
from shopapp.drafts.reading.facts import IDENTIFIERS, FactKind, facts
from shopapp.drafts.reading.markup import unmarked
from shopapp.drafts.reading.notations import identifier
from shopapp.drafts.reading.pointers import (
    LINKS,
    MAIL,
    canonical,
    digits,
    host,
    is_file,
    phones,
    readings,
    tailed,
)

LONGEST = 8_000
"""Characters of a draft; no reply to a customer is longer."""
LINK = "[link removed]"
ADDRESS = "[address removed]"
NUMBER = "[number removed]"
CODE = "[code removed]"
HOLES = (LINK, ADDRESS, NUMBER, CODE)
"""What stands where something was taken out: a person fills it in, or rewords the sentence."""
_PASSES = 12
_ESCAPED = re.compile(r"(?<![\w/:?=&%.@-])[\w-]{1,63}(?:%2e[\w-]{1,63}){1,6}(?!\w)", re.IGNORECASE)
"""A host by itself whose dots are written as in an address's path."""
_DIALLED = 7


@dataclass(frozen=True, slots=True)
class Removed:
    """Something that was taken out of a model's text, as it stood there, and why in a few words."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Guarded:
    """A text that is safe to store and show, and what is no longer in it."""

    text: str
    removed: tuple[Removed, ...] = ()


def harmless(text: str, packet: Packet) -> Guarded:
    """A model's output as plain text that points nowhere but where `packet` does.

    Goes: HTML, Markdown's images and link syntax, `data:` and script addresses, invisible and
    direction characters, `{{variables}}`; each link, host, mail address, phone number and code that
    the packet does not state, a link also when only its query is new (that is how secrets leave).
    The store's own address, the signature, the order's tracking pages, macros, articles and
    policies state something, an approved reply does not, nor what a purchase order's notes or a
    page's text say: whoever filled them may be a stranger. Idempotent; a text that does not come to
    rest is refused whole.
    """
    guard = _Guard(packet)
    text = text[: 4 * LONGEST]
    for _ in range(_PASSES):
        cleaner = guard.passed(text)
        if cleaner == text:
            return Guarded(text, tuple(dict.fromkeys(guard.removed)))
        text = cleaner
    guard.took("the whole text", "it could not be read")
    return Guarded("", tuple(dict.fromkeys(guard.removed)))


def holes(text: str) -> list[str]:
    """The marks of what was taken out that still stand in a reply, each once."""
    return [hole for hole in HOLES if hole in text]


class _Guard:
    """What one packet allows, canonically, and what was taken out so far."""

    def __init__(self, packet: Packet) -> None:
        texts = list(_stated(packet))
        found = [fact for text in texts for fact in facts(text)]
        links = {canonical(link) for text in texts for link in _links(text)} - {""}
        self.links = links | {host(link) for link in links}
        self.mail = {tailed(m[0])[0].lower() for text in texts for m in MAIL.finditer(text)}
        self.phones = {digits(text[a:b]) for text in texts for a, b in phones(text)}
        self.codes = {identifier(fact.text) for fact in found if fact.kind in IDENTIFIERS}
        self.codes |= {identifier(name) for name in _named(packet)}
        self.removed: list[Removed] = []

    def took(self, what: str, why: str) -> None:
        self.removed.append(Removed(what[:200], why))

    def passed(self, text: str) -> str:
        """The text after one round; what one takes out may uncover more."""
        if unseen := sum(map(is_unseen, text)):
            self.took(f"{unseen} characters", "invisible")
        text, taken = unmarked(shown(text))
        for what, why in taken:
            self.took(what, why)
        text = _ESCAPED.sub(lambda host: re.sub("%2e", ".", host[0], flags=re.IGNORECASE), text)
        text = MAIL.sub(self._address, LINKS.sub(self._link, text))
        text = self._cut(text, phones(text), self._is_known, NUMBER)
        codes = [(fact.start, fact.end) for fact in facts(text) if fact.kind is FactKind.CODE]
        text = self._cut(text, codes, lambda said: identifier(said) in self.codes, CODE)
        return self._short(text)

    def _short(self, text: str) -> str:
        if len(text) > LONGEST:
            self.took(text[LONGEST:], "too long for a reply")
        lines = [re.sub(r"(?<=\S)[ \t]{2,}", " ", line) for line in text[:LONGEST].split("\n")]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()

    def _address(self, match: re.Match[str]) -> str:
        address, tail = tailed(match[0])
        if address.lower() in self.mail:
            return match[0]
        self.took(address, "this address is not in the packet")
        return ADDRESS + tail

    def _link(self, match: re.Match[str]) -> str:
        for link, tail in readings(match[0]):
            if canonical(link) in self.links:
                return link + tail + _gap(match.string[match.end() : match.end() + 1])
        link, tail = tailed(match[0])
        if is_file(link):
            return match[0]
        self.took(link, self._why(link))
        return LINK + tail

    def _why(self, link: str) -> str:
        known = host(canonical(link))
        if known in self.links:
            return "the packet has this host, but not this page of it"
        alike = sorted(h for h in map(host, self.links) if skeleton(h) == skeleton(known))
        return f"looks like {alike[0]}, but is not" if alike else "this link is not in the packet"

    def _is_known(self, said: str) -> bool:
        """A number may be written without its country, and an order's may look like a phone's."""
        number = digits(said)
        is_theirs = any(known.endswith(number) for known in self.phones)
        return identifier(said) in self.codes or (is_theirs and len(number) >= _DIALLED)

    def _cut(
        self,
        text: str,
        spans: Iterable[tuple[int, int]],
        is_known: Callable[[str], bool],
        hole: str,
    ) -> str:
        parts, at = [], 0
        for start, end in sorted(spans):
            if start < at or is_known(text[start:end]):
                continue
            noun = hole[1:].split(maxsplit=1)[0]
            self.took(text[start:end], f"this {noun} is not in the packet")
            parts += [text[at:start], hole]
            at = end
        return "".join([*parts, text[at:]])


def _stated(packet: Packet) -> Iterator[str]:
    """The texts whose links, addresses and numbers a draft may repeat, each as it is seen."""
    brand, order = packet.brand, packet.order
    own = [brand.url, brand.email, brand.signature, packet.customer.email]
    own += [p.body for p in packet.passages if p.kind is not PassageKind.APPROVED_REPLY]
    own += [parcel.tracking_url for parcel in order.fulfilments] if order else []
    yield from (shown(text) for text in own if text)


def _named(packet: Packet) -> Iterator[str]:
    """Names of the order that may look like codes or numbers."""
    if packet.order:
        yield packet.order.name
        yield from (parcel.tracking_number for parcel in packet.order.fulfilments)
        yield from (line.sku for line in packet.order.lines if line.sku)
        yield from (fact.text for line in packet.order.lines for fact in facts(line.title))
    if packet.purchase:
        yield from packet.purchase.numbers()
        yield from (fact.text for line in packet.purchase.lines for fact in facts(line.title))
    if packet.page:
        yield from (fact.text for fact in facts(packet.page.product))


def _links(text: str) -> Iterator[str]:
    plain, _ = unmarked(text)
    for match in LINKS.finditer(plain):
        link, _ = tailed(match[0])
        if not is_file(link):
            yield link


def _gap(follower: str) -> str:
    """A blank after a link that runs into a letter or mark which programs may count to it."""
    return "" if not follower or follower.isspace() or follower in '<>"“”„«»' else " "
