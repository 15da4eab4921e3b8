"""Many mails at a time: few statements, what breaks is put aside alone, a kill loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from shopapp import clock
from shopapp.db import db
from shopapp.drafts.models import AiDraft
from shopapp.inbox.actions import arriving, batches, importing, receiving
from shopapp.inbox.models import Attachment, Ticket, TicketMessage
from shopapp.mail import queries
from tests.inbox.desk import Desk, letter


def conversation(count: int) -> list[bytes]:
    """Mails of which each second one answers the one before it."""
    return [
        letter(
            f"Mail {number}",
            sender=f"c{number // 2}@mail.example",
            subject=f"Parcel {number // 2}",
            message_id=f"<{number}@mail.example>",
            **({"In_Reply_To": f"<{number - 1}@mail.example>"} if number % 2 else {}),
        )
        for number in range(count)
    ]


@contextmanager
def statements(desk: Desk) -> Iterator[list[str]]:
    """What is sent to the database in the block."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    with desk.shop.app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
        yield seen
        event.remove(db.engine, "before_cursor_execute", note)


def folder_of(tmp_path: Path, letters: list[bytes]) -> Path:
    (folder := tmp_path / "mails").mkdir()
    for number, raw in enumerate(letters):
        (folder / f"{number:04}.eml").write_bytes(raw)
    return folder


def run(intake: importing.Intake, desk: Desk, path: Path) -> importing.Report:
    with desk.shop.app.app_context():
        return list(importing.import_path(intake, path))[-1]


def old(desk: Desk) -> importing.Intake:
    """The intake as for mail that is old: no draft is asked for."""
    return importing.Intake(
        desk.intake.store_id, desk.intake.files, desk.intake.key, clock.now() + timedelta(days=1)
    )


def test_a_mail_costs_less_than_one_statement(desk: Desk, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, conversation(300))
    with statements(desk) as seen:
        report = run(old(desk), desk, folder)
    assert (report.stored, report.parsed, report.opened) == (300, 300, 150)
    assert len(seen) < 300


def test_mails_of_one_batch_find_each_other(desk: Desk) -> None:
    desk.take_in(*conversation(40))
    with desk.session() as session:
        came = TicketMessage.raw_mail_id.is_not(None)
        by_ticket = select(func.count()).where(came).group_by(TicketMessage.ticket_id)
        assert set(session.scalars(by_ticket)) == {2}
        numbers = select(Ticket.number).where(Ticket.number > 100).order_by(Ticket.number)
        assert session.scalars(numbers).all() == list(range(101, 121))


def test_one_that_breaks_is_put_aside_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = arriving.add_message

    def fragile(session: Any, ticket: Ticket, arrival: Any, *rest: Any) -> TicketMessage:
        if "Mail 3" in arrival.message.text:
            raise ValueError("three is too many")
        return whole(session, ticket, arrival, *rest)

    monkeypatch.setattr(receiving.arriving, "add_message", fragile)
    report = desk.take_in(*conversation(6))
    assert (report.parsed, report.quarantined) == (5, 1)
    with desk.session() as session:
        (broken,) = queries.quarantined(session)
        assert (broken.origin, broken.error) == ("letter 3", "ValueError: three is too many")


def test_killed_between_batches_nothing_is_lost_or_repeated(desk: Desk, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, conversation(250))
    with desk.shop.app.app_context():
        next(importing.import_path(old(desk), folder))
    report = run(old(desk), desk, folder)
    assert (report.stored, report.duplicates, report.parsed) == (150, 100, 150)
    with desk.session() as session:
        ledger = queries.ledger(session)
        assert (ledger.stored, ledger.parsed, ledger.waiting) == (250, 250, 0)


def test_a_kill_between_storing_and_reading_is_made_good(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of(tmp_path, conversation(20))

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(importing, "_read", killed)
        with pytest.raises(KeyboardInterrupt):
            run(old(desk), desk, folder)
    with desk.session() as session:
        assert queries.ledger(session).waiting == 20
    report = run(old(desk), desk, folder)
    assert (report.duplicates, report.parsed) == (20, 20)


def test_mail_with_the_same_bytes_in_one_batch_is_stored_once(desk: Desk, tmp_path: Path) -> None:
    report = run(old(desk), desk, folder_of(tmp_path, [letter("One")] * 3))
    assert (report.stored, report.duplicates, report.parsed) == (1, 2, 1)


def test_old_mail_gets_no_draft_and_new_mail_does(desk: Desk, tmp_path: Path) -> None:
    run(old(desk), desk, folder_of(tmp_path, [letter("Where is my parcel?")]))
    with desk.session() as session:
        assert session.scalars(select(AiDraft.id)).all() == []
    desk.take_in(letter("Where is my parcel now?", message_id="<now@mail.example>"))
    with desk.session() as session:
        assert len(session.scalars(select(AiDraft.id)).all()) == 1


def test_files_of_mails_are_kept(desk: Desk) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "nils@mail.example", "A photo"
    mail.set_content("Broken")
    mail.add_attachment(b"photo", maintype="image", subtype="png", filename="cup.png")
    desk.take_in(mail.as_bytes())
    with desk.session() as session:
        digest = session.scalars(select(Attachment.sha256)).one()
    assert desk.intake.files.read(digest) == b"photo"


def test_batches_are_bounded_by_number_and_by_bytes() -> None:
    sizes = [len(each) for each in batches.batches(["x"] * 250, len)]
    assert sizes == [100, 100, 50]
    found = list(batches.batches([5, 6, 20, 1, 1], lambda each: each, most=10))
    assert found == [[5], [6], [20], [1, 1]]


def test_while_a_large_mail_is_worked_on_the_next_one_is_not_read() -> None:
    read: list[int] = []
    items = (read.append(each) or each for each in (20, 30))
    assert next(batches.batches(items, lambda each: each, most=10)) == [20]
    assert read == [20]
