"""A file of mail is brought in the browser, imported in the background, and told about."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from shopapp.inbox.actions import uploading
from shopapp.inbox.models import TicketMessage
from shopapp.jobs import worker
from shopapp.mail import archives
from shopapp.mail.models import MailUpload, UploadState
from tests import cast
from tests.conftest import SignIn
from tests.inbox.desk import Desk, letter

ONE, TWO = letter("One"), letter("Two", message_id="<two@mail.example>")
MBOX = b"".join(b"From a@x.example Sat Mar  1 08:00:00 2025\n" + raw + b"\n" for raw in (ONE, TWO))
UPLOADS = "/harbor/inbox/mail/uploads"


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return packed.getvalue()


def tarred() -> bytes:
    """A Maildir with a mail of each state, a link, and a path that would lead away."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, raw in (("box/new/1", ONE), ("../../cur/2", TWO), ("box/tmp/3", letter("No"))):
            entry = tarfile.TarInfo(name)
            entry.size = len(raw)
            archive.addfile(entry, io.BytesIO(raw))
        link = tarfile.TarInfo("box/new/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return packed.getvalue()


@pytest.fixture
def ben(app: Flask, sign_in: SignIn) -> FlaskClient:
    return sign_in(cast.BEN)


@pytest.fixture
def bring(desk: Desk, ben: FlaskClient) -> Callable[..., TestResponse]:
    """`bring(content, name)` in Ben's browser."""

    def brought(content: bytes, name: str = "mails.mbox") -> TestResponse:
        return ben.post(UPLOADS, data={"file": (io.BytesIO(content), name)})

    return brought


def the_upload(desk: Desk) -> MailUpload:
    with desk.session() as session:
        row = session.scalars(select(MailUpload)).one()
        session.refresh(row)
        session.expunge(row)
        return row


def messages(desk: Desk) -> int:
    with desk.session() as session:
        came = TicketMessage.raw_mail_id.is_not(None)
        return session.scalar(select(func.count()).where(came)) or 0


@pytest.mark.parametrize(
    "file",
    [
        (MBOX, "mails.mbox"),
        (zipped(a_eml=ONE, b_eml=TWO), "mails.zip"),
        (zipped(inside__all_mbox=MBOX, __MACOSX__all_mbox=MBOX), "mails.zip"),
        (tarred(), "maildir.tgz"),
    ],
)
def test_mails_of_a_file_become_tickets(
    desk: Desk, bring: Any, ben: FlaskClient, app: Flask, file: tuple[bytes, str]
) -> None:
    answer = bring(*file)
    assert answer.status_code == 303
    assert "0 seen" in ben.get(answer.location).text
    worker.drain(app)
    row = the_upload(desk)
    assert (row.state, row.counts["stored"], row.counts["read"]) == (UploadState.DONE, 2, 2)
    assert messages(desk) == 2
    assert "2 mails are tickets now" in ben.get(answer.location).text
    assert not list((desk.shop.config.instance / "uploads").glob("*"))


def test_a_file_that_is_no_mail_is_refused_in_a_sentence(
    desk: Desk, bring: Any, ben: FlaskClient, app: Flask
) -> None:
    answer = bring(zipped(a_eml=ONE, picture_png=b"\x89PNG\r\n\x1a\n0000"), "mixed.zip")
    worker.drain(app)
    page = ben.get(answer.location).text
    assert "mixed.zip: picture.png" in page
    assert "a picture, not a mail" in page
    assert the_upload(desk).counts["stored"] == 1


def test_a_bomb_is_refused(desk: Desk, bring: Any, ben: FlaskClient, app: Flask) -> None:
    answer = bring(zipped(a_eml=ONE, bomb_mbox=bytes(60_000_000)), "bomb.zip")
    worker.drain(app)
    assert the_upload(desk).state is UploadState.DONE
    assert the_upload(desk).counts["refused"] == 1
    assert "a mail may have" in ben.get(answer.location).text


def test_sizes_an_archive_lies_about_are_counted(
    desk: Desk, bring: Any, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "_FREE", 100)
    monkeypatch.setattr(archives, "RATIO", 1)
    bring(zipped(a_eml=ONE, b_eml=TWO * 20), "lies.zip")
    worker.drain(app)
    row = the_upload(desk)
    assert row.reasons[-1] == [
        "lies.zip",
        "it unpacks to far more than a mailbox of its size would",
    ]


def test_a_damaged_archive_keeps_what_came_before(desk: Desk, bring: Any, app: Flask) -> None:
    whole = zipped(a_eml=ONE, b_eml=TWO)
    at = whole.index(b"b.eml") + 40
    bring(whole[:at] + b"\0\0\0\0" + whole[at + 4 :], "damaged.zip")
    worker.drain(app)
    row = the_upload(desk)
    assert (row.state, row.counts["stored"]) == (UploadState.DONE, 1)
    assert "the archive is damaged" in row.reasons[0][1]


@pytest.mark.parametrize(("content", "said"), [(b"", "The file is empty"), (None, "Choose a file")])
def test_nothing_is_refused_at_once(
    desk: Desk, ben: FlaskClient, content: bytes | None, said: str
) -> None:
    data = {"file": (io.BytesIO(content), "a.mbox")} if content is not None else {}
    answer = ben.post(UPLOADS, data=data)
    assert answer.status_code == 422
    assert said in answer.text


def test_a_stopped_import_ends_and_keeps_what_it_has(
    desk: Desk, bring: Any, ben: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = bring(MBOX).location
    noted = uploading._note

    def stopping(*args: Any, **kwargs: Any) -> None:
        if not stopped:
            stopped.append(ben.post(f"{place}/cancellation").status_code)
        noted(*args, **kwargs)

    stopped: list[int] = []
    monkeypatch.setattr(uploading, "_note", stopping)
    worker.drain(app)
    assert stopped == [303]
    assert (the_upload(desk).state, messages(desk)) == (UploadState.CANCELLED, 2)
    assert ben.post(f"{place}/cancellation").status_code == 409


def test_a_killed_import_begins_again_and_repeats_nothing(
    desk: Desk, bring: Any, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(MBOX)
    with monkeypatch.context() as patched:

        def killed(*_: Any, **__: Any) -> None:
            raise KeyboardInterrupt

        patched.setattr(uploading, "_note", killed)
        with pytest.raises(KeyboardInterrupt):
            worker.drain(app)
    row = the_upload(desk)
    assert (row.state, messages(desk)) == (UploadState.RUNNING, 2)
    with desk.session() as session:
        claim = uploading.ledger.claim(session, worker="b", names=[uploading.UPLOAD])
        assert claim is None  # until the lease of the killed one runs out


def test_a_member_of_the_staff_may_not_bring_mail(app: Flask, sign_in: SignIn) -> None:
    assert sign_in(cast.CLEO).get(UPLOADS).status_code == 403
