"""The text inside the bytes: packed files opened, the encoding found, other formats named."""

from __future__ import annotations

import codecs
import io
import zipfile
import zlib

from shopapp.sheets.refusing import SeveralSheets, Unreadable

MOST_BYTES = 256 * 1024 * 1024
_PIECE = 1 << 20
_OTHERS = {
    b"\xd0\xcf\x11\xe0": "an Excel workbook",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"SQLite format 3": "a database",
}
_WORKBOOK = (
    "This is an Excel workbook. Open it and save it as CSV (File, Save as, CSV UTF-8), then "
    "upload that file."
)


def opened(content: bytes) -> bytes:
    """The CSV's own bytes; gzip and a zip with one CSV are unpacked."""
    if content[:2] == b"\x1f\x8b":
        content = _gunzipped(content)
    if content[:4] == b"PK\x03\x04":
        content = _unzipped(content)
    if not content.strip(b" \t\r\n\xef\xbb\xbf\xff\xfe\x00"):
        raise Unreadable("The file is empty.")
    _refuse_others(content)
    return content


def encoding(content: bytes) -> str:
    """A codec's name: UTF-8, UTF-16 (by its mark or its zeros), else Windows-1252."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _proven(content, "utf-16")
    head = content[:4096]
    if head[1::2].count(0) > len(head) // 4:
        return _proven(content, "utf-16-le")
    if head[0::2].count(0) > len(head) // 4:
        return _proven(content, "utf-16-be")
    _refuse_binary(head)
    return "utf-8-sig" if _decodes(content, "utf-8") else _western(content)


def _western(content: bytes) -> str:
    if _decodes(content, "cp1252"):
        return "cp1252"
    raise Unreadable(
        "The file's letters cannot be read: it is neither UTF-8 nor Windows-1252. Save it as "
        "CSV UTF-8 and upload it again."
    )


def _proven(content: bytes, codec: str) -> str:
    if _decodes(content, codec):
        return codec
    raise Unreadable("The file is damaged: it breaks off in the middle. Export it again.")


def _decodes(content: bytes, codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    view = memoryview(content)
    try:
        for start in range(0, len(content), _PIECE):
            decoder.decode(view[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _refuse_others(content: bytes) -> None:
    for magic, what in _OTHERS.items():
        if content.startswith(magic):
            raise Unreadable(
                _WORKBOOK if "Excel" in what else f"This is {what}. Upload the CSV file."
            )
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise Unreadable("This is a web page, not a CSV file. Download the export again.")
    if start.startswith((b"{", b"[{")):
        raise Unreadable("This is a JSON file. Upload the CSV file.")


def _refuse_binary(head: bytes) -> None:
    odd = sum(1 for byte in head if byte < 32 and byte not in b"\t\r\n\x0b\x0c\x00")
    if odd > max(2, len(head) // 50) or head.count(0) > len(head) // 20:
        raise Unreadable("This is not a text file. Upload a CSV file.")


def _gunzipped(content: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        data = unpacker.decompress(content, MOST_BYTES + 1)
    except zlib.error as error:
        raise Unreadable("The packed file is damaged. Export it again.") from error
    if len(data) > MOST_BYTES:
        raise Unreadable("The packed file is too large once it is unpacked. Split it.")
    if not unpacker.eof:
        raise Unreadable("The packed file breaks off in the middle. Export it again.")
    return data


def _unzipped(content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _only_sheet(archive)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError) as error:
        raise Unreadable("The zip file is damaged or locked. Upload the CSV inside it.") from error


def _only_sheet(archive: zipfile.ZipFile) -> bytes:
    names = [name for name in archive.namelist() if not name.startswith("__MACOSX/")]
    if any(name.startswith(("xl/", "Index/")) or name == "content.xml" for name in names):
        raise Unreadable(_WORKBOOK)
    sheets = [name for name in names if name.lower().endswith((".csv", ".tsv", ".txt"))]
    if not sheets:
        raise Unreadable("The zip file holds no CSV file. Upload the CSV itself.")
    if len(sheets) > 1:
        raise SeveralSheets(
            f"The zip file holds {len(sheets)} CSV files. Unpack it and upload the one you mean: "
            f"{', '.join(sheets[:5])}."
        )
    with archive.open(sheets[0]) as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Unreadable("The zip file is too large once it is unpacked. Split it.")
    return data
