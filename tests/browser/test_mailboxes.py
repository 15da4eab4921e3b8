"""The whole way in a browser: a real server's mail is read, answered, and answered again."""

from __future__ import annotations

from email.message import EmailMessage

from playwright.sync_api import expect

from shopapp.inbox.models import Ticket, TicketMessage
from tests.browser.conftest import Enter
from tests.browser.person import Person
from tests.browser.shop import Shop
from tests.browser.site import until
from tests.servers.dovecot import ImapServer

PASSWORD = "a kettle of brass"


def test_a_mail_is_read_from_its_server_answered_once_and_the_answer_finds_its_ticket(
    shop: Shop, enter: Enter, imap_server: ImapServer
) -> None:
    ours = shop.address("help")
    imap_server.add_user(ours, PASSWORD)
    imap_server.deliver(ours, shop.letter())
    shop.set_limits(undo_seconds=0)
    ada = enter("ada")
    connect(ada, shop, imap_server)
    stored = ada.page.locator("#ledger tr", has_text="INBOX").locator("td").nth(2)
    expect(stored).to_have_text("1")

    ben = enter("ben")
    ben.open(shop.inbox).get_by_role("link", name="Where is my parcel?").click()
    ben.write("It swims past Greenland.")
    ben.send()
    (mail,) = shop.arrived()
    (question,) = came_in(shop)
    assert str(mail.message["In-Reply-To"]).strip("<>") == str(question.message_id).strip("<>")

    imap_server.deliver(ours, mail.raw, "Sent")
    imap_server.deliver(ours, answer(shop, mail.message))
    ada.page.get_by_role("button", name="Read now").click()
    expect(stored).to_have_text("2")
    until(lambda: len(came_in(shop)) == 2)
    assert len(shop.rows(Ticket)) == 1
    ben.page.reload()
    expect(ben.page.locator("#thread")).to_contain_text("Thanks, I wave to it.")
    expect(ben.page.locator("#thread article")).to_have_count(3)
    assert len(shop.arrived()) == 1


def connect(ada: Person, shop: Shop, server: ImapServer) -> None:
    """Ada connects the store's mailbox, with a wrong password first."""
    ada.watch.expected.add(422)
    page = ada.open(f"/{shop.handle}/settings/mailboxes")
    page.get_by_role("main").get_by_role("link", name=shop.address("help"), exact=True).click()
    form = page.locator("#mailbox")
    form.get_by_label("Server").first.fill(server.host)
    form.get_by_label("Port").first.fill(str(server.port))
    form.get_by_label("Encryption").first.select_option("none")
    for password, said in (
        ("not this one", "refused the user name or password"),
        (PASSWORD, "Incoming mail: it works."),
    ):
        form.get_by_label("Password", exact=True).first.fill(password)
        page.get_by_role("button", name="Test connection").click()
        expect(form).to_contain_text(said)
    form.get_by_label("Password", exact=True).first.fill(PASSWORD)
    page.get_by_role("button", name="Save").click()


def came_in(shop: Shop) -> list[TicketMessage]:
    """What came in as mail."""
    return [each for each in shop.rows(TicketMessage) if each.raw_mail_id]


def answer(shop: Shop, reply: EmailMessage) -> bytes:
    """Nils answers."""
    mail = EmailMessage()
    mail["From"], mail["To"] = f"Nils <{shop.address('nils')}>", shop.address("help")
    mail["Subject"] = f"Re: {reply['Subject']}"
    mail["Message-ID"] = f"<answer@{shop.handle}.example>"
    mail["In-Reply-To"] = reply["Message-ID"]
    mail.set_content("Thanks, I wave to it.")
    return mail.as_bytes()
