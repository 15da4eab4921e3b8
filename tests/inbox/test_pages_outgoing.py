"""What the composer folds away: recipients, files, the page without scripts."""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import default
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.connectors.mail.fake import FakeTransport
from shopapp.drafts.models import AiDraftRevision
from shopapp.inbox.actions import attaching
from shopapp.inbox.models import Attachment
from shopapp.refusals import Invalid
from shopapp.stores.models import StoreSettings
from tests.inbox.desk import ADDRESS, NILS, Desk
from tests.inbox.leaving import BO, MONA, attach, outbound, send
from tests.inbox.reading import PARTIAL, TYPED, ask, fields, messages, one, soup, url


def test_the_people_of_the_last_message_are_asked_for_and_can_be_changed(
    ben: FlaskClient, desk: Desk, post: FakeTransport, at_once: None
) -> None:
    ticket = ask(desk, Cc=f"{MONA}, {ADDRESS}")
    assert f"to {NILS}, cc {MONA}" in one(soup(ben.get(url(ticket)).text), "#composer header").text
    form = soup(ben.get(url(ticket, "reply", "options"), headers=PARTIAL).text)
    assert [one(form, f"#{name}")["value"] for name in ("to", "cc", "bcc")] == [NILS, MONA, ""]
    send(ben, ticket, to=f"Nils <{NILS}>", cc="", bcc=BO, may_see=f"#1001 {BO}")
    desk.work()
    (sent,) = post.sent
    assert sent.recipients == (NILS, BO)
    assert BO.encode() not in sent.raw
    with desk.session() as session:
        kept = session.scalars(select(AiDraftRevision).order_by(AiDraftRevision.version)).all()
        assert kept[-1].recipients == {"to": [NILS], "cc": [], "bcc": [BO]}


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"to": "nils"}, "'nils' is not an e-mail address. Correct or remove it."),
        ({"to": NILS, "cc": ADDRESS}, "is a mailbox of this store"),
        ({"to": NILS, "bcc": "help+x@harbor.example"}, "is a mailbox of this store"),
        ({"to": ""}, "There is no address to send this to"),
    ],
)
def test_a_bad_recipient_is_one_sentence_and_everything_typed_stays(
    ben: FlaskClient, desk: Desk, typed: dict[str, str], reason: str
) -> None:
    ticket = ask(desk)
    answer = send(ben, ticket, **{"cc": "", "bcc": "", **typed})
    assert answer.status_code == 422
    page = soup(answer.text)
    assert reason in one(page, "#composer [role=alert]").text
    assert one(page, "#to")["value"] == typed["to"]
    assert one(page, "#draft-body").text.strip() == TYPED
    assert outbound(desk) == []


def test_a_save_while_an_address_is_typed_keeps_the_text(ben: FlaskClient, desk: Desk) -> None:
    ticket = ask(desk)
    held = fields(ben, ticket, body=TYPED, to=f"{NILS}, mona@", cc="", bcc="")
    assert ben.post(url(ticket, "reply"), data=held, headers=PARTIAL).status_code == 200
    with desk.session() as session:
        assert messages(session, ticket)[-1].recipients == [NILS]


def test_files_survive_a_reload_an_undo_a_discard_and_arrive(
    ben: FlaskClient, desk: Desk, post: FakeTransport
) -> None:
    ticket = ask(desk)
    added = attach(ben, ticket, ("../größe.pdf", b"%PDF-1"), ("b.txt", b"b" * 3000))
    assert one(soup(added.text), "#draft-version")["hx-swap-oob"] == "true"
    assert "b.txt · 3 kB" in added.text
    drop = one(soup(added.text), "[aria-label='Remove b.txt']")["formaction"]
    assert "b.txt" not in ben.post(str(drop), headers=PARTIAL).text
    assert "größe.pdf" in one(soup(ben.get(url(ticket)).text), "#draft-files").text
    send(ben, ticket)
    ben.post(url(ticket, "sending", "cancelling"))
    ben.post(url(ticket, "reply", "discarding"), data={"reason": "tone"})
    assert not soup(ben.get(url(ticket)).text).select("#draft-files .chip")
    ben.post(url(ticket, "reply", "restoring"))
    assert "größe.pdf" in one(soup(ben.get(url(ticket)).text), "#draft-files").text
    with desk.session() as session:
        session.scalars(select(StoreSettings)).one().thresholds = {"undo_seconds": 0}
    send(ben, ticket)
    desk.work()
    message = BytesParser(policy=default).parsebytes(post.sent[0].raw)
    assert [(part.get_filename(), part.get_content()) for part in message.iter_attachments()] == [
        ("größe.pdf", b"%PDF-1")
    ]
    assert "größe.pdf" in one(soup(ben.get(url(ticket)).text), ".msg.ours .files").text


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ([], "Choose a file first."),
        ([("a.txt", b"")], "a.txt is empty."),
        ([(f"{number}.txt", b"x") for number in range(21)], "20 files at most"),
    ],
)
def test_what_cannot_be_attached_is_refused_and_nothing_is_lost(
    ben: FlaskClient, desk: Desk, files: list[tuple[str, bytes]], reason: str
) -> None:
    ticket = ask(desk)
    answer = attach(ben, ticket, *files)
    assert answer.status_code == 422
    assert reason in one(soup(answer.text), "#draft-files [role=alert]").text
    with desk.session() as session:
        assert session.scalars(select(Attachment)).all() == []


@pytest.mark.parametrize(
    ("sizes", "before", "reason"),
    [
        ([15_000_001], [], "a is larger than 15 MB. Send a link to it instead."),
        ([9_500_000, 9_500_000], [], "The files are larger than 18 MB together."),
        ([9_000_000], [5_000_000, 5_000_000], "The files are larger than 18 MB together."),
    ],
)
def test_files_have_a_largest_size(sizes: list[int], before: list[int], reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        attaching.check([("a", size) for size in sizes], before=before)
    attaching.check([("a", 15_000_000)], before=[3_000_000])


def test_the_options_work_as_a_page_without_javascript(
    ben: FlaskClient, desk: Desk, post: FakeTransport, at_once: None
) -> None:
    ticket = ask(desk)
    page = one(soup(ben.get(url(ticket, "reply", "options")).text), "form[enctype]")
    held = {str(each["name"]): str(each.get("value", "")) for each in page.select("input[name]")}
    held = {**held, "body": TYPED, "cc": MONA, "may_see": f"#1001 {MONA}"}
    for name in ("files", "anyway", "send_at"):
        held.pop(name)
    data = {**held, "files": [(BytesIO(b"a"), "a.txt")]}
    added = ben.post(url(ticket, "reply", "files"), data=data)
    assert (added.status_code, added.location) == (303, url(ticket, "reply", "options"))
    page = one(soup(ben.get(added.location).text), "form[enctype]")
    held["version"] = str(one(page, "[name=version]")["value"])
    assert one(page, "textarea").text.strip() == TYPED
    assert ben.post(url(ticket, "reply", "sending"), data=held).status_code == 303
    desk.work()
    assert post.sent[0].recipients == (NILS, MONA)
    assert b'filename="a.txt"' in post.sent[0].raw


def test_a_file_that_went_missing_brings_the_reply_back(
    ben: FlaskClient, desk: Desk, post: FakeTransport, at_once: None
) -> None:
    ticket = ask(desk)
    attach(ben, ticket, ("a.txt", b"a"))
    (kept,) = (desk.shop.config.instance / "attachments").rglob("ca9781*")
    kept.unlink()
    send(ben, ticket)
    desk.work()
    assert post.sent == []
    page = soup(ben.get(url(ticket)).text)
    assert "a.txt is missing" in one(page, "#composer [role=alert]").text
    assert one(page, "#draft-body").text.strip() == TYPED
