"""Entries: what a file of articles holds, each with its title, its Markdown and its kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from shopapp.inbox.bringing import markup
from shopapp.inbox.bringing.files import files, text_of
from shopapp.sheets.columns import Columns
from shopapp.sheets.reading import read
from shopapp.sheets.refusing import Unreadable

LONGEST, LONGEST_TITLE, LONGEST_URL = 100_000, 200, 500
KINDS = ("article", "policy")
_NAMES = {
    "title": ("title", "name", "question", "subject", "heading"),
    "body": ("body", "text", "answer", "content", "article", "body html", "description"),
    "url": ("url", "link", "address", "permalink"),
    "kind": ("kind", "type", "category"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One article: `where` it was found, and in `trouble` why it cannot be taken."""

    where: str
    title: str = ""
    body: str = ""
    url: str = ""
    kind: str = ""
    trouble: str = ""


def entries(content: bytes, *, splits: bool) -> Iterator[Entry]:
    """The entries of a zip of files, the only form in which files come in with their names.

    With `splits` each heading of the second level begins an entry of its own. Raises Unreadable
    for what is no zip; a file that cannot be read is an entry with its trouble.
    """
    for path, data in files(content):
        if data is None:
            yield Entry(path, trouble="The file is larger than 2 MB.")
            continue
        try:
            yield from (_checked(entry) for entry in _of_file(path, data, splits))
        except Unreadable as error:
            yield Entry(path, trouble=str(error))


def _of_file(path: str, data: bytes, splits: bool) -> Iterator[Entry]:
    ending = path.rpartition(".")[2].lower()
    if ending in ("csv", "tsv"):
        yield from _of_sheet(path, data)
        return
    if ending in ("html", "htm"):
        page = markup.page(text_of(data))
        told, title, body = dict[str, str](), page.title, page.markdown
    elif ending in ("md", "markdown", "txt"):
        told, body = markup.front_matter(text_of(data))
        title, body = markup.titled(body)
    else:
        raise Unreadable("This is neither Markdown, HTML nor CSV.")
    name = told.get("title") or title or markup.named(path)
    entry = Entry(path, name, body.strip(), told.get("url", ""), told.get("kind", "").lower())
    parts = markup.split(entry.body) if splits else ()
    yield from (
        replace(entry, where=_where(path, heading), title=heading or name, body=text)
        for heading, text in parts or (("", entry.body),)
    )


def _where(path: str, heading: str) -> str:
    return f"{path}, {heading}" if heading else path


def _of_sheet(path: str, data: bytes) -> Iterator[Entry]:
    sheet = read(data, most_rows=20_000)
    columns = Columns(sheet.header, _NAMES)
    columns.require("title", "body", what="A file of articles")
    for row in sheet.rows:
        cells = columns.of(row)
        body = cells.text("body")
        yield Entry(
            f"{path}, line {row.line}",
            " ".join(cells.text("title").split()),
            markup.page(body).markdown if markup.is_markup(body) else body.replace("\r\n", "\n"),
            cells.text("url"),
            cells.text("kind").lower(),
            row.trouble,
        )


def _checked(entry: Entry) -> Entry:
    return replace(entry, trouble=entry.trouble or _trouble(entry))


def _trouble(entry: Entry) -> str:
    if not entry.title or not entry.body:
        return f"It has no {'text' if entry.title else 'title'}."
    if len(entry.title) > LONGEST_TITLE or len(entry.body) > LONGEST:
        return f"A title has at most {LONGEST_TITLE} characters, a text {LONGEST:,}."
    if entry.url and (len(entry.url) > LONGEST_URL or not markup.is_address(entry.url)):
        return "The address is no web address: begin it with https://."
    if entry.kind and entry.kind not in KINDS:
        return f"“{entry.kind[:40]}” is no kind: write article or policy."
    return ""
