"""Which parts are the body, which are files, and what the body says."""

from __future__ import annotations

import hashlib
import html as entities
import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from shopapp.inbox.parsing.charsets import decode
from shopapp.inbox.parsing.encoded_words import one_line
from shopapp.inbox.parsing.filenames import safe_filename
from shopapp.inbox.parsing.limits import MAX_LINKS, MAX_TEXT
from shopapp.inbox.parsing.notes import Notes
from shopapp.inbox.parsing.parameters import mime_type
from shopapp.inbox.parsing.shapes import InboundAttachment
from shopapp.inbox.parsing.transfer import uuencoded_files
from shopapp.inbox.parsing.tree import Part
from shopapp.inbox.sanitising.markup import MAX_HTML, without_big_pictures
from shopapp.inbox.sanitising.plain import plain_text

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Body:
    """The text, the HTML if there is any, and the files."""

    text: str
    html: str | None
    attachments: tuple[InboundAttachment, ...]


@dataclass(frozen=True, slots=True)
class _Segment:
    """One stretch of the body, in one or both of its forms."""

    plain: str | None = None
    html: str | None = None


@dataclass(slots=True)
class _Files:
    """Files in order: the part they came in, name and content."""

    found: list[tuple[Part, str | None, bytes]] = field(default_factory=list)
    has_body: bool = False


def read_body(root: Part, notes: Notes) -> Body:
    """The body and the files of a mail."""
    files = _Files()
    segments = _segments(root, files, notes)
    html = _html(segments)
    if html is not None and len(re.findall(r"(?i)\bhref\s*=", html)) > MAX_LINKS:
        notes.add(f"more than {MAX_LINKS} links, later ones are not clickable")
    text = _cut(_plain(segments), MAX_TEXT, notes)
    shown = None if html is None else _cut(html, MAX_HTML, notes)
    return Body(text, shown, _named(files, html))


def _segments(part: Part, files: _Files, notes: Notes) -> list[_Segment]:
    if part.content_type == "multipart/alternative":
        return _alternative([_segments(child, files, notes) for child in part.children])
    if part.children:
        return [each for child in part.children for each in _segments(child, files, notes)]
    if not _is_body(part, files):
        if part.content_type == "application/ms-tnef" or part.filename == "winmail.dat":
            notes.add("Outlook's winmail.dat is kept as a file; what it holds is not shown")
        files.found.append((part, part.filename, part.content))
        return []
    files.has_body = files.has_body or bool(part.content.strip())
    text, note = decode(part.content, part.parameters.get("charset"))
    notes.add(note)
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n"))
    if part.content_type == "text/html":
        html = without_big_pictures(text)
        notes.add(None if html == text else "a big picture written into the HTML was left out")
        return [_Segment(html=html)]
    text, inside = uuencoded_files(text)
    files.found += [(part, name, content) for name, content in inside]
    return [_Segment(plain=text)]


def _is_body(part: Part, files: _Files) -> bool:
    """Text is body unless it is declared a file, or has a name while the body came already."""
    if part.content_type not in {"text/plain", "text/html", "text/enriched"}:
        return False
    return part.disposition != "attachment" and not (part.filename and files.has_body)


def _alternative(choices: list[list[_Segment]]) -> list[_Segment]:
    """The first choice in plain text and the last one in HTML are two forms of the same words."""
    plain = next((each for each in choices if each and not any(s.html for s in each)), None)
    rich = next((each for each in reversed(choices) if any(s.html for s in each)), None)
    if plain is None or rich is None:
        return rich or plain or []
    return [_Segment(plain=_plain(plain), html=_html(rich))]


def _plain(segments: list[_Segment]) -> str:
    texts = (
        each.plain if each.plain and each.plain.strip() else plain_text(each.html or "")
        for each in segments
    )
    return "\n\n".join(text.strip("\n") for text in texts if text.strip())


def _html(segments: list[_Segment]) -> str | None:
    if not any(each.html for each in segments):
        return None
    shown = (
        each.html or (f"<pre>{entities.escape(each.plain)}</pre>" if each.plain else "")
        for each in segments
    )
    return "\n".join(shown)


def _cut(text: str, limit: int, notes: Notes) -> str:
    if len(text) > limit:
        notes.add(f"the text was cut at {limit} characters")
    return text[:limit]


def _named(files: _Files, html: str | None) -> tuple[InboundAttachment, ...]:
    shown = {unquote(each) for each in re.findall(r"(?i)\bcid:([^\"'\s<>)]{1,250})", html or "")}
    return tuple(
        _attachment(part, name, content, number, shown)
        for number, (part, name, content) in enumerate(files.found, start=1)
    )


def _attachment(
    part: Part, name: str | None, content: bytes, number: int, shown: set[str]
) -> InboundAttachment:
    is_inside_text = name != part.filename
    kind = "application/octet-stream" if is_inside_text else part.content_type
    content_id = one_line(part.header("Content-ID")).strip("<> ")[:250] or None
    written = name or one_line(part.header("Content-Location")).partition("?")[0] or None
    if written is None and kind == "message/rfc822":
        written = _subject_of(content)
    return InboundAttachment(
        filename=safe_filename(written, content_type=kind, number=number),
        content_type=mime_type(kind) or "application/octet-stream",
        content=content,
        content_id=content_id,
        is_inline=content_id in shown,
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _subject_of(mail: bytes) -> str | None:
    """A file name after the subject of a nested mail, where that is plain to read."""
    found = re.search(rb"(?im)^subject:[ \t]*([^\r\n=]{1,80})\r?$", mail[:20_000])
    subject = found[1].decode("utf-8", "replace").strip() if found else ""
    return re.sub(r"[/\\]", "-", subject) + ".eml" if subject else None
