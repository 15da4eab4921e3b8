"""A scanner looks at each file before people can have it; pictures are told by their bytes."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.inbox.models import Attachment, ScanState
from shopapp.inbox.pictures import picture_in
from shopapp.jobs import ledger, worker
from tests import cast
from tests.conftest import SignIn
from tests.inbox.desk import Desk

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x03\x08\x02\0\0\0"
JPEG = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc2\0\x11\x08\0\x05\0\x07\x03" + bytes(20)
GIF = b"GIF89a\x04\0\x05\0"
WEBP = b"RIFF\0\0\0\0WEBPVP8X\n\0\0\0\0\0\0\0\x07\0\0\x08\0\0"
GIANT = PNG[:16] + struct.pack("!LL", 100_000, 100_000)


class Clamd(socketserver.StreamRequestHandler):
    """A small clamd: it speaks INSTREAM and knows one virus."""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        found = b"Eicar-Signature FOUND" if EICAR in content else b"OK"
        self.wfile.write(b"stream: " + found + b"\0")


@pytest.fixture
def clamd() -> Iterator[str]:
    """The address of a scanner."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"tcp://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def with_files(**files: bytes) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "nils@mail.example", "Look at these"
    mail.set_content("Please look")
    for name, content in files.items():
        kind = {"image": "png", "svg": "svg+xml"}.get(name, "octet-stream")
        main = "application" if kind == "octet-stream" else "image"
        mail.add_attachment(content, maintype=main, subtype=kind, filename=f"{name}.bin")
    return mail.as_bytes()


def scanned(desk: Desk, scanner: str, *, is_open: bool = False) -> None:
    """Scan what waits with this scanner."""
    app: Flask = desk.shop.app
    config = replace(desk.shop.config, scanner_url=scanner, scanner_open=is_open)
    app.config["SHOPAPP"] = config
    with desk.session() as session:
        ledger.enqueue(session, "inbox.scan", store_id=cast.HARBOR.id, arguments={})
    worker.drain(app)


def states(desk: Desk) -> dict[str, tuple[ScanState, str | None]]:
    with desk.session() as session:
        rows = session.scalars(select(Attachment)).all()
        return {row.filename: (row.scan_state, row.scan_detail) for row in rows}


def download(desk: Desk, client: FlaskClient, name: str, more: str = "") -> tuple[int, str]:
    with desk.session() as session:
        row = session.scalars(select(Attachment.id).where(Attachment.filename == name)).one()
    with client.get(f"/harbor/inbox/attachments/{row}{more}", buffered=True) as answer:
        pass
    return answer.status_code, answer.text if answer.status_code != 200 else ""


@pytest.fixture
def ben(app: Flask, sign_in: SignIn) -> FlaskClient:
    return sign_in(cast.BEN)


def test_an_infected_file_is_found_and_never_given_out(
    desk: Desk, clamd: str, app: Flask, ben: FlaskClient
) -> None:
    desk.take_in(with_files(tea=b"tea", virus=EICAR))
    scanned(desk, clamd)
    assert states(desk) == {
        "tea.bin": (ScanState.CLEAN, None),
        "virus.bin": (ScanState.INFECTED, "Eicar-Signature"),
    }
    app.config["SHOPAPP"] = replace(app.config["SHOPAPP"], scanner_url=clamd, scanner_open=True)
    assert download(desk, ben, "tea.bin") == (200, "")
    status, page = download(desk, ben, "virus.bin")
    assert status == 403
    assert "The virus scanner found Eicar-Signature in this file" in page


def test_a_file_waits_for_the_scanner(desk: Desk, clamd: str, app: Flask, ben: FlaskClient) -> None:
    desk.take_in(with_files(tea=b"tea"))
    app.config["SHOPAPP"] = replace(app.config["SHOPAPP"], scanner_url=clamd)
    status, page = download(desk, ben, "tea.bin")
    assert status == 403
    assert "This file waits for the virus scanner" in page


def test_a_scanner_that_is_away_keeps_files_back_unless_told_otherwise(
    desk: Desk, clamd: str, app: Flask, ben: FlaskClient
) -> None:
    desk.take_in(with_files(tea=b"tea"))
    away = "tcp://127.0.0.1:9"
    scanned(desk, away)
    state, detail = states(desk)["tea.bin"]
    assert (state, "cannot be reached" in (detail or "")) == (ScanState.FAILED, True)
    app.config["SHOPAPP"] = replace(app.config["SHOPAPP"], scanner_url=away)
    assert download(desk, ben, "tea.bin")[0] == 403
    app.config["SHOPAPP"] = replace(app.config["SHOPAPP"], scanner_open=True)
    assert download(desk, ben, "tea.bin")[0] == 200
    scanned(desk, clamd)
    assert states(desk)["tea.bin"] == (ScanState.CLEAN, None)


def test_a_command_scans_too(desk: Desk) -> None:
    desk.take_in(with_files(tea=b"tea", virus=EICAR))
    scanned(desk, "command:sh -c 'if grep -q EICAR; then echo Eicar; exit 1; fi'")
    assert states(desk)["tea.bin"][0] is ScanState.CLEAN
    assert states(desk)["virus.bin"] == (ScanState.INFECTED, "Eicar")
    desk.take_in(with_files(cup=b"cup"))
    scanned(desk, "command:sh -c 'exit 2'")
    assert states(desk)["cup.bin"] == (
        ScanState.FAILED,
        "The virus scanner's command ended with 2.",
    )


def test_pictures_are_shown_and_nothing_else(desk: Desk, app: Flask, ben: FlaskClient) -> None:
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    desk.take_in(with_files(image=PNG, svg=svg, giant=GIANT))
    with desk.session() as session:
        ids = {row.filename: row.id for row in session.scalars(select(Attachment))}
    shown = ben.get(f"/harbor/inbox/attachments/{ids['image.bin']}/picture", buffered=True)
    assert (shown.status_code, shown.content_type) == (200, "image/png")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    for name in ("svg.bin", "giant.bin"):
        assert download(desk, ben, name, "/picture")[0] == 404
    saved = ben.get(f"/harbor/inbox/attachments/{ids['svg.bin']}", buffered=True)
    assert saved.content_type == "application/octet-stream"
    assert saved.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (PNG, ("image/png", 2, 3)),
        (JPEG, ("image/jpeg", 7, 5)),
        (GIF, ("image/gif", 4, 5)),
        (WEBP, ("image/webp", 8, 9)),
        (b"<svg></svg>", None),
        (b"\xff\xd8\xff", None),
        (b"\xff\xd8\xff\xe0\0\0", None),
        (b"RIFF....WEBPVP8L", None),
        (b"", None),
    ],
)
def test_a_pictures_kind_and_size_stand_in_its_first_bytes(
    head: bytes, found: tuple[str, int, int] | None
) -> None:
    picture = picture_in(head)
    assert (picture and (picture.content_type, picture.width, picture.height)) == found
