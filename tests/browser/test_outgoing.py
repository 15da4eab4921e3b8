"""In a browser: copies, files, a later time, and what comes back to the composer."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import expect

from shopapp.inbox.models import TicketMessage
from shopapp.mail.models import OutboundMail, OutboundState
from tests.browser.conftest import Enter
from tests.browser.person import Person
from tests.browser.shop import Shop, words
from tests.servers.smtp import Fault

WORDS = "Hi Nils,\n\nit swims past Greenland."
DROP = """([type, name]) => {
  const files = new DataTransfer();
  files.items.add(new File(["a picture"], name, { type: "text/plain" }));
  const text = document.querySelector("#draft-body");
  const event = type === "paste"
    ? new ClipboardEvent("paste", { clipboardData: files, bubbles: true, cancelable: true })
    : new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true });
  text.dispatchEvent(event);
}"""


def test_a_reply_with_a_copy_and_files_is_taken_back_and_sent(
    shop: Shop, ben: Person, tmp_path: Path
) -> None:
    shop.set_limits(undo_seconds=60)
    (ticket,) = shop.receive()
    page = ben.open(ticket)
    ben.write(WORDS)
    page.get_by_role("link", name="To, files, later").click()
    page.get_by_label("Cc", exact=True).fill(shop.address("mona"))
    bring_files(ben, tmp_path)
    ben.send()
    ben.shows("Sending in", f"cc {shop.address('mona')}", "approved by Ben", "label.pdf")
    page.get_by_role("button", name="Undo").click()
    expect(ben.text).to_have_value(WORDS)
    page.reload()
    expect(page.locator("#draft-files")).to_contain_text("label.pdf")
    expect(page.locator("#composer header")).to_contain_text(shop.address("mona"))
    shop.set_limits(undo_seconds=0)
    ben.send()
    ben.shows("Sent")
    (mail,) = shop.arrived()
    assert mail.recipients == (shop.address("nils"), shop.address("mona"))
    assert WORDS in words(mail)
    names = [part.get_filename() for part in mail.message.iter_attachments()]
    assert sorted(map(str, names)) == ["label.pdf", "pasted.txt"]


def test_a_reply_planned_for_later_comes_back_when_the_customer_writes(
    shop: Shop, ben: Person
) -> None:
    (ticket,) = shop.receive()
    page = ben.open(ticket)
    ben.write(WORDS)
    page.get_by_role("link", name="To, files, later").click()
    page.get_by_role("button", name="Tomorrow 9:00").click()
    ben.shows("Scheduled for", "If the customer writes first")
    ben.open(f"{shop.inbox}?view=waiting")
    expect(page.locator("#tickets .row")).to_contain_text("Scheduled")
    shop.receive(answer(shop))
    ben.open(ticket)
    ben.shows("The customer wrote before this was to leave.")
    expect(ben.text).to_have_value(WORDS)
    expect(page.locator("#thread")).to_contain_text("Found it!")
    (mail,) = shop.rows(OutboundMail)
    assert mail.state is OutboundState.CANCELLED


def test_a_planned_reply_leaves_at_once_when_told(shop: Shop, ben: Person) -> None:
    (ticket,) = shop.receive()
    page = ben.open(ticket)
    page.get_by_role("link", name="To, files, later").click()
    page.get_by_role("button", name="Monday 9:00").click()
    ben.shows("Scheduled for")
    page.get_by_role("button", name="Send now").click()
    ben.shows("Sent")
    assert len(shop.arrived()) == 1


def test_a_bad_address_is_named_and_a_refused_mail_returns_with_its_files(
    shop: Shop, ben: Person, tmp_path: Path
) -> None:
    shop.set_limits(undo_seconds=0)
    (ticket,) = shop.receive()
    page = ben.open(ticket)
    ben.write(WORDS)
    page.get_by_role("link", name="To, files, later").click()
    (tmp_path / "a.txt").write_text("a")
    page.get_by_label("Files").set_input_files(tmp_path / "a.txt")
    expect(page.locator("#draft-files")).to_contain_text("a.txt")
    page.get_by_label("Bcc").fill("mona")
    ben.watch.expected.add(422)
    ben.send()
    ben.shows("'mona' is not an e-mail address.")
    expect(page.get_by_label("Bcc")).to_have_value("mona")
    page.get_by_label("Bcc").fill("")
    shop.smtp.fault = Fault.REFUSE_RECIPIENT
    ben.send()
    ben.shows("This reply was not delivered.", "No such recipient here", "a.txt")
    expect(ben.text).to_have_value(WORDS)
    shop.smtp.fault = Fault.NONE
    ben.send()
    ben.shows("Sent")
    assert len(shop.arrived()) == 1


def test_the_keyboard_alone_writes_a_copy_and_sends(shop: Shop, ben: Person) -> None:
    shop.set_limits(undo_seconds=0)
    (ticket,) = shop.receive()
    page = ben.open(ticket)
    page.keyboard.press("r")
    expect(ben.text).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("It swims.")
    page.locator("#options a").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Cc", exact=True).focus()
    page.keyboard.type(shop.address("mona"))
    page.keyboard.press("Control+Enter")
    ben.shows("Sent")
    (mail,) = shop.arrived()
    assert shop.address("mona") in mail.recipients
    assert words(mail).startswith("It swims.")


def test_the_composer_fits_a_phone(shop: Shop, enter: Enter) -> None:
    (ticket,) = shop.receive()
    ben = enter("ben", viewport={"width": 390, "height": 844})
    page = ben.open(ticket)
    ben.text.focus()
    page.get_by_role("link", name="To, files, later").click()
    expect(page.get_by_role("button", name="Schedule")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_new_message_opens_a_ticket(shop: Shop, enter: Enter, tmp_path: Path) -> None:
    shop.set_limits(undo_seconds=0)
    ben = enter("ben", java_script_enabled=False)
    page = ben.open(shop.inbox)
    page.get_by_role("link", name="New message").click()
    page.get_by_label("To", exact=True).fill(shop.address("nils"))
    page.get_by_label("Subject").fill("Your tea is ready")
    page.get_by_label("Message", exact=True).fill(WORDS)
    (tmp_path / "a.txt").write_text("a")
    page.get_by_label("Files").set_input_files(tmp_path / "a.txt")
    page.get_by_role("button", name="Send message").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your tea is ready")
    (mail,) = shop.arrived()
    assert mail.message["Subject"] == "Your tea is ready"
    assert WORDS in words(mail)


def bring_files(ben: Person, folder: Path) -> None:
    """One is chosen, one dropped and removed again, one pasted."""
    page, files = ben.page, ben.page.locator("#draft-files")
    (folder / "label.pdf").write_bytes(b"%PDF-1.4 a label")
    page.get_by_label("Files").set_input_files(folder / "label.pdf")
    expect(files).to_contain_text("label.pdf · 16 B")
    page.evaluate(DROP, ["drop", "dropped.txt"])
    expect(files).to_contain_text("dropped.txt")
    page.evaluate(DROP, ["paste", "pasted.txt"])
    expect(files).to_contain_text("pasted.txt")
    page.get_by_role("button", name="Remove dropped.txt").click()
    expect(files).not_to_contain_text("dropped.txt")


def answer(shop: Shop) -> bytes:
    """Nils writes once more in the same conversation."""
    first = shop.rows(TicketMessage)[0].message_id
    mail = EmailMessage()
    mail["From"], mail["To"] = shop.address("nils"), shop.address("help")
    mail["Subject"], mail["In-Reply-To"] = "Re: Where is my parcel?", f"<{first}>"
    mail["Message-ID"] = f"<again-{first}>"
    mail.set_content("Found it!")
    return mail.as_bytes()
