"""Which parts are the body, which are files, and what the body says."""

from __future__ import annotations

import hashlib
import html as entities
import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from shopapp.inbox.parsing.charsets import decode
from shopapp.inbox.parsing.encoded_words import decoded_line, header_text, one_line
from shopapp.inbox.parsing.envelope import read_head, without_junk
from shopapp.inbox.parsing.filenames import safe_filename
from shopapp.inbox.parsing.limits import MAX_HEADER_BYTES, MAX_LINKS, MAX_TEXT, MAX_TEXT_BYTES
from shopapp.inbox.parsing.notes import Notes
from shopapp.inbox.parsing.parameters import mime_type
from shopapp.inbox.parsing.shapes import InboundAttachment
from shopapp.inbox.parsing.transfer import uuencoded_files
from shopapp.inbox.parsing.tree import Part
from shopapp.inbox.parsing.winmail import read_winmail
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


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it was found, with the name and the type the mail gave it."""

    name: str | None
    content: bytes
    kind: str | None = None
    content_id: str = ""


@dataclass(slots=True)
class _Files:
    """Files in order, and whether the body came already."""

    found: list[_File] = field(default_factory=list)
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
    if part.content_type == "application/ms-tnef" or part.filename == "winmail.dat":
        return _packed(part, files, notes)
    if not _is_body(part, files):
        files.found.append(_file(part))
        return []
    files.has_body = files.has_body or bool(part.content.strip())
    text = _decoded(part.content, part.parameters.get("charset"), notes)
    if part.content_type == "text/html":
        html = without_big_pictures(text)
        notes.add(None if html == text else "a big picture written into the HTML was left out")
        return [_Segment(html=html)]
    text, inside = uuencoded_files(text)
    files.found += [_File(name, content) for name, content in inside]
    return [_Segment(plain=text)]


def _decoded(content: bytes, charset: str | None, notes: Notes) -> str:
    if len(content) > MAX_TEXT_BYTES:
        notes.add(f"only the first {MAX_TEXT_BYTES} bytes of a text were read")
    text, note = decode(content[:MAX_TEXT_BYTES], charset)
    notes.add(note)
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n"))


def _packed(part: Part, files: _Files, notes: Notes) -> list[_Segment]:
    """What Outlook packed into winmail.dat: its files, and its body where no other came."""
    inside = read_winmail(part.content)
    files.found += [
        _File(each.name or None, each.content, mime_type(each.kind), each.content_id)
        for each in inside.files
    ]
    if not (inside.files or inside.text or inside.html):
        notes.add("Outlook's winmail.dat could not be read, it is kept as a file")
        files.found.append(_file(part))
    if files.has_body or not (inside.text or inside.html):
        return []
    files.has_body = True
    notes.add("the text was read out of Outlook's winmail.dat")
    html = _decoded(inside.html, None, notes) if inside.html else None
    return [_Segment(plain=inside.text or None, html=html)]


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
        _attachment(file, number, shown) for number, file in enumerate(files.found, start=1)
    )


def _attachment(file: _File, number: int, shown: set[str]) -> InboundAttachment:
    kind = file.kind or "application/octet-stream"
    content_id = one_line(file.content_id).strip("<> ")[:250] or None
    return InboundAttachment(
        filename=safe_filename(file.name, content_type=kind, number=number),
        content_type=kind,
        content=file.content,
        content_id=content_id,
        is_inline=content_id in shown,
        sha256=hashlib.sha256(file.content).hexdigest(),
    )


def _file(part: Part) -> _File:
    name = part.filename or one_line(part.header("Content-Location")).partition("?")[0] or None
    if name is None and part.content_type == "message/rfc822":
        name = _subject_of(part.content)
    return _File(name, part.content, mime_type(part.content_type), part.header("Content-ID"))


def _subject_of(mail: bytes) -> str | None:
    """A file name after the subject of a nested mail, where it has one."""
    head = read_head(without_junk(mail[:MAX_HEADER_BYTES], Notes()), Notes())
    values = (value for name, value in head.fields if name.lower() == "subject")
    subject = decoded_line(header_text(next(values, b""), Notes()), Notes())
    return re.sub(r"[/\\]", "-", subject[:80]) + ".eml" if subject else None
