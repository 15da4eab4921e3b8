"""E-mail addresses as mail servers want them: checked, with the domain in ASCII."""

from __future__ import annotations

import re
import unicodedata

_QUOTED = r'"(?:[^"\\\x00-\x1f\x7f-\x9f]|\\[\x20-\x7e])*"'
_BARE = r'[^\s\x00-\x1f\x7f-\x9f<>()\[\]:;@\\,"]+'
_ADDRESS = re.compile(rf"({_QUOTED}|{_BARE})@([^@]+)")
_LITERAL = re.compile(r"\[[0-9A-Za-z.:]+\]")
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_LONGEST_LOCAL, _LONGEST = 64, 254


def ascii_address(address: str) -> str:
    """`address` checked, its domain in ASCII (müller.example becomes xn--mller-kva.example).

    The part before the @ is kept as it is, even when it is not ASCII. Raises ValueError with a
    plain sentence for anything that is no e-mail address.
    """
    match = _ADDRESS.fullmatch(address)
    if not match or not _encodable(address):
        raise ValueError(f"{address!r} is not an e-mail address.")
    local, domain = match[1], ascii_domain(match[2])
    if len(local.encode()) > _LONGEST_LOCAL or len(f"{local}@{domain}".encode()) > _LONGEST:
        raise ValueError(f"{address!r} is too long for an e-mail address.")
    return f"{local}@{domain}"


def ascii_domain(domain: str) -> str:
    """`domain` in ASCII, by IDNA 2008: ß and ς stay themselves and never become another name.

    Raises ValueError for a domain no name server could know.
    """
    if _LITERAL.fullmatch(domain):
        return domain
    even = domain if domain.isascii() else unicodedata.normalize("NFKC", domain.lower())
    labels = [_ascii_label(label) for label in even.replace("。", ".").split(".")]
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(f"{domain!r} is not a domain name.")
    return ".".join(labels)


def needs_utf8(address: str) -> bool:
    """Whether only a server with SMTPUTF8 can carry `address` (given with an ASCII domain)."""
    return not address.isascii()


def _ascii_label(label: str) -> str:
    if label.isascii():
        return label
    if not all(_is_letter(sign) for sign in label):
        return ""
    return "xn--" + label.encode("punycode").decode("ascii")


def _is_letter(sign: str) -> bool:
    return sign == "-" or unicodedata.category(sign)[0] in "LMN"


def _encodable(address: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in address)
