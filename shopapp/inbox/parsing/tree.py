"""The MIME tree: every part with its own head and its own untouched bytes.

Python's `email` is not used for this: it recurses per level, stops at obsolete heads (`From :`) and
writes nested mail anew instead of keeping its bytes. This reader is linear in size times depth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice, zip_longest

from shopapp.inbox.parsing.encoded_words import header_text, one_line
from shopapp.inbox.parsing.envelope import Head, Stretch, read_head
from shopapp.inbox.parsing.limits import MAX_DEPTH, MAX_PARTS
from shopapp.inbox.parsing.notes import Notes
from shopapp.inbox.parsing.parameters import mime_type, parameters
from shopapp.inbox.parsing.transfer import undo_transfer

_LIKE_A_BOUNDARY = re.compile(rb"(?mi)^--([^\r\n]{1,200})\r?\nContent-")


@dataclass(frozen=True, slots=True)
class Part:
    """One node: `headers` are (name, raw text); a leaf has `content`, a branch has `children`."""

    headers: tuple[tuple[str, str], ...]
    content_type: str
    parameters: dict[str, str]
    disposition: str
    filename: str | None
    content: bytes
    children: tuple[Part, ...] = ()

    def header(self, name: str) -> str:
        """The first value of that header that is not empty, or ""."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted and value), "")

    def every(self, name: str) -> list[str]:
        """All values of that header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def walk(self) -> list[Part]:
        """This part and all below it, in the order of the mail."""
        return [self, *(below for child in self.children for below in child.walk())]


class Forest:
    """Reads parts and counts them, so that the limits hold over the whole mail."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.parts = 0

    def plant(self, head: Head, *, default: str = "text/plain", depth: int = 0) -> Part:
        """The part with this head and body, and everything inside it."""
        self.parts += 1
        headers = tuple((name, header_text(value, self.notes)) for name, value in head.fields)
        bare = Part(headers, "", {}, "", None, b"")
        kind, values = self._content_type(bare, default)
        disposition, names = self._disposition(bare)
        children: tuple[Part, ...] = ()
        if kind.startswith("multipart/"):
            children = self._children(head.body, kind, values.get("boundary", "").rstrip(), depth)
            if not children:
                kind = "text/plain"
                self.notes.add("a multipart without parts, read as text")
        encoding = one_line(bare.header("Content-Transfer-Encoding"))
        content = b"" if children else undo_transfer(head.body, encoding, self.notes)
        name = names.get("filename") or names.get("name") or values.get("name") or None
        return Part(headers, kind, values, disposition, name, content, children)

    def _content_type(self, bare: Part, default: str) -> tuple[str, dict[str, str]]:
        written = [value for value in bare.every("Content-Type") if value]
        if len(written) > 1:
            self.notes.add("several Content-Type headers, the first readable one was used")
        for value in written:
            kind = mime_type(value)
            if kind:
                return kind, parameters(value, self.notes)
        if written:
            self.notes.add(f"unreadable Content-Type {one_line(written[0])[:60]}, read as text")
            is_html = "html" in written[0].lower()
            return "text/html" if is_html else "text/plain", parameters(written[0], self.notes)
        return default, {}

    def _disposition(self, bare: Part) -> tuple[str, dict[str, str]]:
        value = bare.header("Content-Disposition")
        word = value.partition(";")[0].strip().lower()
        return word if word in {"inline", "attachment"} else "", parameters(value, self.notes)

    def _children(self, body: Stretch, kind: str, boundary: str, depth: int) -> tuple[Part, ...]:
        if depth >= MAX_DEPTH:
            self.notes.add(f"parts nest deeper than {MAX_DEPTH}, the deeper ones are one file")
            return (Part((), "application/octet-stream", {}, "attachment", None, body.content()),)
        default = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        children: list[Part] = []
        for section in self._sections(body, boundary):
            if self.parts >= MAX_PARTS:
                self.notes.add(f"more than {MAX_PARTS} parts, the rest was left out")
                break
            head = read_head(section, self.notes)
            if head.fields or not head.body.is_blank():
                children.append(self.plant(head, default=default, depth=depth + 1))
        return tuple(children)

    def _sections(self, body: Stretch, boundary: str) -> list[Stretch]:
        """What stands between the boundary's lines, without the line end before the next one."""
        mark = boundary.encode("utf-8", "replace") or self._guessed_boundary(body)
        if not mark:
            return []
        line = re.compile(rb"\n--" + re.escape(mark) + rb"(--?)?[ \t]*\r?(?=\n|\Z)")
        # The line end in front of the body may be the one in front of its first boundary.
        found = line.finditer(body.raw, max(0, body.start - 1), body.end)
        cuts = list(islice(found, MAX_PARTS + 1))
        sections: list[Stretch] = []
        for this, following in zip_longest(cuts, cuts[1:]):
            end = following.start() if following else body.end
            section = Stretch(body.raw, min(this.end() + 1, end), end)
            if not this[1]:
                sections.append(section.without_return() if following else section)
            elif following is None and not section.is_blank():
                self.notes.add("text after the last part was left out")
        return sections

    def _guessed_boundary(self, body: Stretch) -> bytes:
        found = _LIKE_A_BOUNDARY.search(body.raw, body.start, body.end)
        self.notes.add(
            "a multipart without its boundary; it was found in the body" if found else None
        )
        return found[1].rstrip() if found else b""
