"""Reading sheets: every encoding and delimiter people bring, and a sentence for what is none."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopapp.sheets.reading import Sheet, Unreadable, read

CELLS = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\ufeff", exclude_categories=["Cs", "Cc"])
    | st.sampled_from("\n,;\"'\t"),
    max_size=12,
)
TABLES = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=6)
)


def cells(sheet: Sheet) -> list[list[str]]:
    return [list(row.cells.values()) for row in sheet.rows]


def written(rows: list[list[str]], width: int, delimiter: str = ",") -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([[f"name {n}" for n in range(width)], *rows])
    return text.getvalue()


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return packed.getvalue()


@settings(max_examples=60, deadline=None)
@given(
    rows=TABLES,
    delimiter=st.sampled_from(",;\t|"),
    codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_was_written_is_read(rows: list[list[str]], delimiter: str, codec: str) -> None:
    width = len(rows[0]) if rows else 2
    sheet = read(written(rows, width, delimiter).encode(codec))
    assert len(sheet.header) == width
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    if width > 1 or delimiter == ",":
        assert cells(sheet) == kept


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_a_sentence(content: bytes) -> None:
    said = "."
    try:
        said += "".join(row.trouble for row in read(content).rows if row.line > 1)
    except Unreadable as error:
        said = str(error)
    assert said.endswith((".", "?"))


@settings(max_examples=60, deadline=None)
@given(rows=TABLES)
def test_each_row_knows_the_line_it_starts_on(rows: list[list[str]]) -> None:
    width = len(rows[0]) if rows else 2
    text = written(rows, width)
    lines = io.StringIO(text, newline="").readlines()
    for row in read(text.encode()).rows:
        first = next(iter(row.cells.values()))
        assert lines[row.line - 1].startswith('"' + first.split("\n")[0].replace('"', '""'))


def test_a_file_of_an_old_windows_program() -> None:
    sheet = read("Name;Ort\r\nSøren;Köln\r\n".encode("cp1252"))
    assert (sheet.encoding, sheet.delimiter) == ("cp1252", ";")
    assert cells(sheet) == [["Søren", "Köln"]]


def test_excels_own_first_line_is_obeyed() -> None:
    assert cells(read(b"sep=;\r\na,b;c\r\n1,2;3\r\n")) == [["1,2", "3"]]


def test_packed_files_are_opened() -> None:
    plain = b"a,b\n1,2\n"
    for content in (gzip.compress(plain), zipped(a_csv=plain), zipped(a_csv=plain, readme_md=b"x")):
        assert cells(read(content)) == [["1", "2"]]


def test_missing_cells_are_empty_and_too_many_are_told() -> None:
    short, long = read(b"a,b\n1\n1,2,3\n").rows
    assert (dict(short.cells), short.trouble) == ({"a": "1", "b": ""}, "")
    assert long.trouble == "The row has 3 cells, the header 2."


def test_a_row_that_breaks_off_is_told() -> None:
    (row,) = read(b'a,b\n1,"two').rows
    assert row.trouble == "A quote opens here and is never closed."


def test_a_damaged_row_is_told() -> None:
    rows = list(read(b"a,b\n" + b"1,2\n" * 50 + b"3,\x004\n").rows)
    assert rows[-1].trouble
    assert not rows[0].trouble


def test_more_rows_than_asked_for_are_refused() -> None:
    with pytest.raises(Unreadable, match="more than 2 rows"):
        list(read(b"a\n1\n2\n3\n", most_rows=2).rows)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n", "empty"),
        (zipped(**{"xl/workbook_xml": b"<x/>"}), "Excel workbook"),
        (b"\xd0\xcf\x11\xe0 and more", "Excel workbook"),
        (b"%PDF-1.7", "a PDF"),
        (b"<!DOCTYPE html><p>", "web page"),
        (b'{"a": 1}', "JSON"),
        (b"\x00\x01\x02\x03\x04\x05\x06\x07" * 9, "not a text file"),
        (zipped(a_csv=b"a", b_csv=b"b"), "2 CSV files"),
        (zipped(a_png=b"a"), "no CSV file"),
        (b"PK\x03\x04broken", "damaged"),
        (gzip.compress(b"a,b\n1,2\n" * 99, mtime=0)[:20], "breaks off"),
        (b"a,a\n1,2\n", "two columns"),
        (b'a,b\n"' + b"x" * 2_100_000, "line 2 is never closed"),
    ],
)
def test_what_is_no_sheet_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        list(read(content).rows)
