"""Mailboxes in Settings: tested before they are saved, sealed, watched, disconnected."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.audit.models import AuditEvent
from shopapp.connections.models import StoreSecret
from shopapp.connectors.oauth.shapes import ConsentWithdrawn
from shopapp.db import Session
from shopapp.jobs import worker
from shopapp.jobs.models import Job
from shopapp.mail import health
from shopapp.mail.models import Mailbox, SignIn
from tests.canaries import canary
from tests.servers.dovecot import ImapServer
from tests.settings.conftest import Harbor
from tests.settings.reading import HOME, PARTIAL, by_id, filled, parsed, words

PAGE = f"{HOME}/mailboxes"
HELP = "help@harbor.example"
PASSWORD = canary("oak and brass 9d1e")
OWN = {"address": HELP, "display_name": "", "signature": "", "is_active": "1", "days": "kept"}


@pytest.fixture
def server(imap_server: ImapServer) -> ImapServer:
    imap_server.add_user(HELP, PASSWORD)
    return imap_server


def typed(server: ImapServer, **values: str) -> dict[str, str]:
    """A filled-in form."""
    fields = {
        "address": HELP,
        "display_name": "Harbor Tea",
        "signature": "",
        "is_active": "1",
        "is_default": "1",
        "days": "30",
        "imap_host": server.host,
        "imap_port": str(server.tls_port),
        "imap_security": "tls",
        "imap_username": "",
        "imap_password": PASSWORD,
        "smtp_host": "",
        "smtp_port": "465",
        "smtp_security": "tls",
    }
    return fields | values


def connected(ada: FlaskClient, server: ImapServer) -> str:
    """The page of a mailbox that was connected."""
    return str(ada.post(PAGE, data=typed(server)).headers["Location"])


def test_common_providers_are_filled_in(ada: FlaskClient) -> None:
    response = ada.get(f"{PAGE}/new?address=tea@yahoo.com")
    assert filled(parsed(response), "mailbox")["imap_host"] == "imap.mail.yahoo.com"
    assert "app password" in words(response)
    response = ada.get(f"{PAGE}/new?address=tea@harbor.example")
    assert filled(parsed(response), "mailbox")["imap_host"] == "imap.harbor.example"


def test_a_test_saves_nothing_and_a_failing_one_keeps_what_was_typed(
    ada: FlaskClient, server: ImapServer, harbor: Harbor
) -> None:
    good = ada.post(f"{PAGE}/tests", data=typed(server), headers=PARTIAL)
    assert "Incoming mail: it works." in words(good)
    bad = ada.post(f"{PAGE}/tests", data=typed(server, imap_password="wrong"), headers=PARTIAL)
    assert bad.status_code == 422
    assert "refused the user name or password" in words(bad)
    assert filled(parsed(bad), "mailbox")["imap_host"] == server.host
    assert harbor(lambda session: session.scalars(select(Mailbox)).all()) == []


def test_connecting_seals_the_password_and_begins_to_read(
    ada: FlaskClient, server: ImapServer, harbor: Harbor
) -> None:
    where = connected(ada, server)
    row = harbor(lambda session: session.scalars(select(Mailbox)).one())
    assert row.imap["username"] == HELP
    assert PASSWORD not in str(row.imap)
    secret = harbor(lambda session: session.scalars(select(StoreSecret)).one())
    assert (secret.name, secret.secret_hint) == (f"imap:{row.id}", "9d1e")
    assert "mail.sync" in harbor(lambda session: session.scalars(select(Job.name)).all())
    event = harbor(lambda session: session.scalars(select(AuditEvent)).one())
    assert (event.action, PASSWORD in str(event.after)) == ("mailbox.saved", False)
    page = ada.get(where)
    assert "Saved. Leave empty to keep it." in words(page)
    assert PASSWORD not in page.text


def test_the_ledger_is_on_the_page_and_folders_can_be_chosen(
    ada: FlaskClient, server: ImapServer
) -> None:
    with server.imap(HELP) as link:
        link.create("B&APw-cher")
    server.deliver(HELP, b"From: nils@mail.example\r\nSubject: Tea\r\n\r\nTea?\r\n")
    where = connected(ada, server)
    worker.drain(ada.application)
    page = ada.get(where)
    assert "On the server 1" in words(page)
    assert "Bücher" in words(page)
    ada.post(f"{where}/folders", data={"folder": "B&APw-cher", "read": "1"})
    worker.drain(ada.application)
    assert "Bücher" in by_id(parsed(ada.get(where)), "ledger").find("table").get_text()
    assert ada.post(f"{where}/folders", data={"folder": "none"}).status_code == 422


def test_a_failing_mailbox_says_since_when_on_the_list(
    ada: FlaskClient, server: ImapServer
) -> None:
    where = connected(ada, server)
    server.add_user(HELP, "another")
    ada.post(f"{where}/reading", data={"all": "1"})
    worker.drain(ada.application)
    assert f"{HELP} cannot be read since" in words(ada.get(PAGE))
    assert "refused the user name or password" in words(ada.get(where))
    assert f"Incoming mail of {HELP} does not work" in words(ada.get("/harbor/"))
    ada.post(f"{where}/removal")
    assert f"Incoming mail of {HELP} does not work" not in words(ada.get("/harbor/"))


def test_the_saved_password_goes_to_no_other_server(ada: FlaskClient, server: ImapServer) -> None:
    where = connected(ada, server)
    kept = typed(server, imap_password="", days="kept")
    assert ada.post(where, data=kept).status_code == 303
    other = ada.post(f"{where}/tests", data=kept | {"imap_host": "127.0.0.2"})
    assert other.status_code == 422
    assert "Enter the password again" in words(other)


def test_disconnecting_forgets_the_password_and_keeps_the_mailbox(
    ada: FlaskClient, server: ImapServer, harbor: Harbor
) -> None:
    where = connected(ada, server)
    assert ada.post(f"{where}/removal").status_code == 303
    row = harbor(lambda session: session.scalars(select(Mailbox)).one())
    assert (row.imap, row.address) == (None, HELP)
    assert harbor(lambda session: session.scalars(select(StoreSecret)).all()) == []
    assert "This mailbox is not connected." in words(ada.get(where))


def test_google_takes_no_password_and_is_connected_instead(
    ada: FlaskClient, server: ImapServer, harbor: Harbor
) -> None:
    page = ada.get(f"{PAGE}/new?address=tea@gmail.com")
    assert "Google takes no password from other programs." in words(page)
    assert by_id(parsed(page), "connect").get_text(strip=True) == "Connect Google"
    assert "imap_host" not in filled(parsed(page), "mailbox")
    refused = ada.post(PAGE, data=typed(server, imap_host="imap.gmail.com"), headers=PARTIAL)
    assert refused.status_code == 422
    assert "Google takes no password here: use Connect Google" in words(refused)
    assert by_id(parsed(refused), "connect-google").get_text(strip=True) == "Connect Google"
    unknown = ada.post(f"{PAGE}/consent/google", data=OWN | {"address": "tea@gmail.com"})
    assert unknown.status_code == 422
    assert "GOOGLE_CLIENT_ID" in words(unknown)
    assert harbor(lambda session: session.scalars(select(Mailbox)).all()) == []


def test_a_mailbox_without_a_server_has_a_signature_and_can_be_the_default(
    ada: FlaskClient, harbor: Harbor, server: ImapServer
) -> None:
    def add(session: Session) -> str:
        session.add(row := Mailbox(address="sales@harbor.example"))
        session.flush()
        return row.id

    page = f"{PAGE}/{harbor(add)}"
    own = {"address": "sales@harbor.example", "imap_host": "", "imap_password": ""}
    data = typed(server, signature="Ben, Sales", **own)
    assert ada.post(page, data=data).status_code == 303
    row = harbor(lambda session: session.scalars(select(Mailbox)).one())
    assert (row.signature, row.is_default, row.imap) == ("Ben, Sales", True, None)
    refused = ada.post(f"{page}/tests", data=data, headers=PARTIAL)
    assert (refused.status_code, "Enter the mail server" in words(refused)) == (422, True)
    assert ada.post(PAGE, data=data | {"address": "new@harbor.example"}).status_code == 422


def test_a_consented_mailbox_keeps_its_servers_and_its_address(
    ada: FlaskClient, harbor: Harbor
) -> None:
    imap = {"host": "imap.gmail.com", "port": 993, "security": "tls", "username": HELP, "since": ""}

    def add(session: Session) -> str:
        session.add(row := Mailbox(address=HELP, sign_in=SignIn.GOOGLE, imap=imap, smtp=imap))
        session.flush()
        health.note_failure(session, row.id, ConsentWithdrawn("Gone."))
        return row.id

    page = f"{PAGE}/{harbor(add)}"
    shown = ada.get(page)
    assert "imap_host" not in filled(parsed(shown), "mailbox")
    assert "Google’s consent was withdrawn: connect again." in words(shown)
    assert "Reconnect Google" in words(ada.get(by_id(parsed(shown), "to-sign-in")["href"]))
    data = OWN | {"address": "else@harbor.example", "signature": "Ada"}
    assert ada.post(page, data=data).status_code == 303
    row = harbor(lambda session: session.scalars(select(Mailbox)).one())
    assert (row.address, row.signature, row.imap, row.smtp) == (HELP, "Ada", imap, imap)
    assert ada.post(f"{page}/removal").status_code == 303
    row = harbor(lambda session: session.scalars(select(Mailbox)).one())
    assert (row.sign_in, row.imap, row.smtp) == (SignIn.PASSWORD, None, None)


@pytest.mark.parametrize(
    "path",
    [
        "settings/mailboxes/{}",
        "inbox/setup/{}",
        "inbox/setup/{}/domain",
        "inbox/setup/{}/shadow",
        "settings/mail-hooks?mailbox={}",
    ],
)
def test_each_page_of_a_mailbox_stands_under_settings_and_leads_to_the_others(
    ada: FlaskClient, harbor: Harbor, path: str
) -> None:
    def add(session: Session) -> str:
        session.add(row := Mailbox(address=HELP))
        session.flush()
        return row.id

    box = harbor(add)
    page = parsed(ada.get(f"/harbor/{path.format(box)}"))
    current = [each.get_text(strip=True) for each in page.select("nav a[aria-current=page]")]
    assert current[0] == "Settings"
    assert "Mailboxes" in current
    tabs = page.select("nav[aria-label=Mailbox] a")
    assert len(tabs) == 5
    assert sum(each.get("aria-current") == "page" for each in tabs) == 1
