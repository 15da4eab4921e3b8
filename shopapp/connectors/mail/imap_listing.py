"""Reading IMAP's answers: the lines of LIST with their odd names, and bodies out of FETCH."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from shopapp.connectors.mail.imap_shapes import Folder, Role, shown

_LINE = re.compile(rb'\((?P<flags>[^)]*)\) (?:NIL|"(?:\\.|[^"\\])*") (?P<name>.*)', re.DOTALL)
_UID = re.compile(rb"\bUID (\d+)")
_CLOSED = (b"\\noselect", b"\\nonexistent")
_SENT = frozenset(
    (
        *("sent", "sent items", "sent mail", "sent messages"),
        *("gesendet", "gesendete objekte", "gesendete elemente"),
        *("envoyés", "éléments envoyés", "messages envoyés"),
        *("enviados", "elementos enviados", "posta inviata", "inviata"),
        *("verzonden", "verzonden items", "skickat", "sendt", "lähetetyt", "wysłane"),
        *("отправленные", "已发送", "送信済み"),
    )
)


def folders(data: Sequence[Any]) -> list[Folder]:
    """The folders of LIST's answer that can be opened, INBOX first, then Sent, then by name.

    Who does not mark its Sent folder (RFC 6154) has one by a usual name.
    """
    listed = list(_listed(data))
    marks_sent = any(b"\\sent" in flags for flags, _ in listed)
    found = [Folder(name, _role(name, flags, marks_sent)) for flags, name in listed]
    order = {"inbox": 0, "sent": 1, "other": 2}
    return sorted(found, key=lambda each: (order[each.role], each.name))


def literals(data: Iterable[Any]) -> Iterator[tuple[int, bytes]]:
    """(UID, body) pairs of FETCH's answer; the UID may stand before the body or behind it."""
    body: bytes | None = None
    for item in data:
        if isinstance(item, tuple):
            line, body = item[0], item[1]
        else:
            line = item or b""
        uid = _UID.search(line)
        if uid and body is not None:
            yield int(uid[1]), body
            body = None


def quoted(name: str) -> bytes:
    """A wire name as IMAP's quoted string; raises ValueError for what none can hold."""
    if re.search(r"[\x00\r\n]", name):
        raise ValueError(name)
    return b'"' + re.sub(rb'(["\\])', rb"\\\1", name.encode("latin-1")) + b'"'


def _listed(data: Sequence[Any]) -> Iterator[tuple[bytes, str]]:
    for item in data:
        line, literal = item if isinstance(item, tuple) else (item, None)
        found = _LINE.match(line or b"")
        if not found or any(each in found["flags"].lower() for each in _CLOSED):
            continue
        name = (literal if literal is not None else _unquoted(found["name"])).decode("latin-1")
        if name and not re.search(r"[\x00\r\n]", name):
            yield found["flags"].lower(), name


def _unquoted(name: bytes) -> bytes:
    if name.startswith(b'"') and name.endswith(b'"') and len(name) > 1:
        return re.sub(rb"\\(.)", rb"\1", name[1:-1])
    return name


def _role(name: str, flags: bytes, marks_sent: bool) -> Role:
    if name.upper() == "INBOX":
        return "inbox"
    last = re.split(r"[/.]", shown(name))[-1].casefold()
    is_sent = b"\\sent" in flags if marks_sent else last in _SENT
    return "sent" if is_sent else "other"
