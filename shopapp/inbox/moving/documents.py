"""The records of an export: JSON, one JSON a line, or CSV; packed as gzip or zip, or not."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from shopapp.sheets.refusing import Unreadable

MOST_UNPACKED = 400_000_000
"""Bytes of all files of a zip together, once unpacked."""
MOST_FILES = 1_000
_SUFFIXES = (".json", ".ndjson", ".jsonl", ".csv")

Record = dict[str, Any]


def records(content: bytes, lists: Iterable[str]) -> Iterator[Record]:
    """Every object of the export; `lists` are the keys under which documents keep their objects.

    Raises Unreadable, with a sentence, for what is neither JSON nor CSV.
    """
    for body in _files(content):
        yield from _of_file(body, tuple(lists))


def _files(content: bytes) -> Iterator[bytes]:
    if content[:2] == b"\x1f\x8b":
        yield _gunzipped(content)
    elif content[:4] == b"PK\x03\x04":
        yield from _unzipped(content)
    else:
        yield content


def _gunzipped(content: bytes) -> bytes:
    try:
        with gzip.open(io.BytesIO(content)) as file:
            body = file.read(MOST_UNPACKED + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable("The gzip file is damaged. Export it again.") from error
    return _small(body)


def _unzipped(content: bytes) -> Iterator[bytes]:
    left = MOST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [one for one in archive.infolist() if one.filename.lower().endswith(_SUFFIXES)]
            if not names:
                raise Unreadable("The zip file holds no .json, .ndjson or .csv file.")
            for one in names[:MOST_FILES]:
                with archive.open(one) as file:
                    body = _small(file.read(left + 1), left)
                left -= len(body)
                yield body
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError) as error:
        raise Unreadable("The zip file is damaged or locked. Export it again.") from error


def _small(body: bytes, most: int = MOST_UNPACKED) -> bytes:
    if len(body) > most:
        raise Unreadable("The export is too large once it is unpacked. Export a shorter span.")
    return body


def _of_file(body: bytes, lists: tuple[str, ...]) -> Iterator[Record]:
    text = body.decode("utf-8-sig", "replace").replace("\0", "")
    start = text.lstrip()[:1]
    if start not in ("{", "["):
        yield from _of_sheet(text)
        return
    try:
        documents: Iterable[Any] = [json.loads(text)]
    except (ValueError, RecursionError):
        documents = _of_lines(text)
    for document in documents:
        yield from _objects(document, lists)


def _of_lines(text: str) -> Iterator[Any]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield json.loads(line)
            except (ValueError, RecursionError) as error:
                raise Unreadable(f"Line {number} is not JSON. Export the file again.") from error


def _objects(document: Any, lists: tuple[str, ...]) -> Iterator[Record]:
    if isinstance(document, list):
        for each in document:
            yield from _objects(each, lists)
    elif isinstance(document, dict):
        inner = document.get("_embedded")
        holder = inner if isinstance(inner, dict) and any(key in inner for key in lists) else None
        found = [key for key in lists if isinstance((holder or document).get(key), list)]
        if not found:
            yield document
        for key in found:
            yield from _objects((holder or document)[key], lists)


def _of_sheet(text: str) -> Iterator[Record]:
    csv.field_size_limit(2_000_000)
    try:
        rows = csv.DictReader(io.StringIO(text))
        if not rows.fieldnames or len(rows.fieldnames) < 2:
            raise Unreadable("This is neither JSON nor CSV: is it the help desk's export?")
        yield from (
            {str(key).strip().lower(): value or "" for key, value in row.items() if key}
            for row in rows
        )
    except csv.Error as error:
        raise Unreadable("The CSV file is damaged. Export it again.") from error
