"""Large mail lies in files: little memory, its bytes given back, and nothing left when they go."""

from __future__ import annotations

import random
import subprocess
import sys
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.accounts.models import User
from shopapp.inbox.actions import importing
from shopapp.inbox.models import Attachment, TicketMessage
from shopapp.mail import queries, storing
from shopapp.mail.models import RawMail
from shopapp.mail.originals import LARGE
from shopapp.ops.retention import forgetting
from tests import cast
from tests.inbox.desk import Desk
from tests.inbox.servers import ADDRESS, Post

WEIGHED = """
import sys
from pathlib import Path
from shopapp.cli import main
sys.argv = ["shopapp", "mail", "import", sys.argv[1], "--store", "harbor"]
try:
    main()
finally:
    lines = Path("/proc/self/status").read_text().splitlines()
    print(next(each for each in lines if each.startswith("VmHWM")))
"""
FILM = random.Random(5).randbytes(LARGE)


def film(content: bytes = FILM, **headers: str) -> bytes:
    """A mail that is larger than what a row holds."""
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Message-ID"] = "nils@mail.example", "A film", "<1@film>"
    for name, value in headers.items():
        mail[name] = value
    mail.set_content("Look")
    mail.add_attachment(content, maintype="video", subtype="mp4", filename="film.mp4")
    return mail.as_bytes()


def run(desk: Desk, path: Path) -> importing.Report:
    with desk.shop.app.app_context():
        return list(importing.import_path(desk.intake, path))[-1]


def lying(desk: Desk) -> RawMail:
    """The one mail's row."""
    with desk.session() as session:
        row = session.scalars(select(RawMail)).one()
        session.expunge(row)
        return row


@pytest.fixture
def eml(tmp_path: Path) -> Path:
    (path := tmp_path / "film.eml").write_bytes(film())
    return path


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
@pytest.mark.dialects("sqlite")
def test_a_mail_of_49_mb_is_imported_within_300_mb(desk: Desk, tmp_path: Path) -> None:
    content = FILM * 36
    (path := tmp_path / "film.eml").write_bytes(film(content))
    assert 48_000_000 < path.stat().st_size < 50_000_000
    config = desk.shop.config
    environment = {"SHOPAPP_INSTANCE": str(config.instance), "DATABASE_URL": config.database_url}
    done = subprocess.run(
        [sys.executable, "-c", WEIGHED, str(path)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    said, peak = done.stdout.strip().splitlines()[-2:]
    print(peak)
    assert "1 stored, 0 here already, 0 refused; 1 read, 1 new tickets" in said
    assert int(peak.split()[1]) * 1024 < 300_000_000
    with desk.session() as session:
        attached = session.scalars(select(Attachment)).one()
        assert (attached.size, attached.sha256) == (len(content), sha256(content).hexdigest())
        original = queries.original(session, session.scalars(select(RawMail.id)).one())
    assert original is not None
    assert original.content is None
    assert original.read(desk.intake.files) == path.read_bytes()


def test_the_original_is_given_back_byte_for_byte(desk: Desk, eml: Path, ben: FlaskClient) -> None:
    run(desk, eml)
    with desk.session() as session:
        came = TicketMessage.raw_mail_id.is_not(None)
        message = session.scalars(select(TicketMessage.id).where(came)).one()
    page = f"/harbor/inbox/messages/{message}/raw"
    with ben.get(page) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "message/rfc822")
        assert answer.data == eml.read_bytes()
    desk.intake.files.remove(lying(desk).sha256)
    assert "is missing" in ben.get(page).text


def test_what_is_forgotten_leaves_no_file_and_is_not_kept_again(desk: Desk, eml: Path) -> None:
    run(desk, eml)
    row = lying(desk)
    assert desk.intake.files.exists(row.sha256)
    with desk.session() as session:
        forgetting.mail(session, [row.id], desk.shop.config)
    assert not desk.intake.files.exists(row.sha256)
    assert run(desk, eml).duplicates == 1
    assert not desk.intake.files.exists(row.sha256)
    assert lying(desk).file is None


def test_a_file_stays_while_a_message_has_it_attached(desk: Desk, eml: Path) -> None:
    run(desk, eml)
    row = lying(desk)
    with desk.session() as session:
        session.scalars(select(Attachment)).one().sha256 = row.sha256
    with desk.session() as session:
        forgetting.mail(session, [row.id], desk.shop.config)
    assert desk.intake.files.exists(row.sha256)


def test_a_mail_whose_file_is_away_waits_in_quarantine_and_is_read_again(
    desk: Desk, eml: Path
) -> None:
    raw = eml.read_bytes()
    with desk.session() as session:
        mailbox = queries.default_mailbox(session)
        assert mailbox is not None
        digest = sha256(raw).hexdigest()
        storing.store_raw(session, mailbox, raw, origin="a film", file=digest)
    desk.take_in()
    assert lying(desk).error == (
        "OriginalMissing: The file of this mail is missing where attachments are kept."
    )
    desk.intake.files.keep(raw)
    with desk.session() as session:
        mail = session.scalars(select(RawMail)).one()
        importing.read_again(session, mail, by=session.get_one(User, cast.BEN.id))
    desk.work()
    with desk.session() as session:
        assert queries.ledger(session).parsed == 1
        assert session.scalars(select(Attachment.size)).one() == LARGE


def test_a_large_mail_from_a_server_is_a_file_and_its_second_copy_no_message(
    post_office: Post,
) -> None:
    post_office.server.deliver(ADDRESS, film())
    post_office.server.deliver(ADDRESS, film(Received="from another server"))
    post_office.server.deliver(ADDRESS, film(bytes(LARGE)))
    post_office.sync()
    with post_office.desk.session() as session:
        rows = session.execute(select(RawMail.file, RawMail.sha256)).all()
    assert len(rows) == 3
    assert all(file == digest for file, digest in rows)
    assert post_office.counts()["messages"] == 2
