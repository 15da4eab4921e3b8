"""Mail brought as a file becomes tickets; a picture is looked at, a file downloaded."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import expect

from shopapp.inbox.models import Ticket
from tests.browser.conftest import Enter
from tests.browser.look import flaws
from tests.browser.person import Person
from tests.browser.shop import PIXEL, Shop


def mbox(shop: Shop, folder: Path) -> Path:
    """Two mails, one with a picture and a text."""
    first = shop.letter("Hello from the old help desk", subject="An old question")
    line = b"From old@mail.example Sat Mar  1 08:00:00 2025\n"
    second = _with_files(shop.letter("Look", subject="A broken cup"))
    path = folder / "old.mbox"
    path.write_bytes(line + first + b"\n" + line + second + b"\n")
    return path


def test_an_mbox_is_imported_its_picture_shown_and_its_file_downloaded(
    shop: Shop, ben: Person, tmp_path: Path
) -> None:
    page = ben.open(f"{shop.inbox}/mail")
    page.get_by_role("link", name="Import mail from a file").click()
    assert flaws(page) == []
    page.get_by_label("Mail file").set_input_files(mbox(shop, tmp_path))
    page.get_by_role("button", name="Import").click()
    expect(page.locator("#upload")).to_contain_text("2 mails are tickets now")
    assert flaws(page) == []
    (ticket,) = [each for each in shop.rows(Ticket) if each.subject == "A broken cup"]
    page = ben.open(f"{shop.inbox}/tickets/{ticket.id}")
    picture = page.get_by_role("img", name="cup.png")
    expect(picture).to_be_visible()
    assert picture.evaluate("each => each.decode().then(() => each.naturalWidth)") > 0
    assert flaws(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="leaf.txt").click()
    assert Path(download.value.path()).read_bytes() == b"a leaf"


def test_a_hook_is_made_and_its_secret_shown_once(shop: Shop, enter: Enter) -> None:
    page = enter("ada").open(f"/{shop.handle}/settings/mail-hooks")
    assert flaws(page) == []
    page.get_by_role("button", name="Create the hook").click()
    secret = page.locator("#hook-secret").text_content() or ""
    assert len(secret) > 30
    assert flaws(page) == []
    page = enter("ada").open(f"/{shop.handle}/settings/mail-hooks")
    expect(page.get_by_text("None yet")).to_be_visible()
    expect(page.get_by_text(secret)).to_have_count(0)


def _with_files(raw: bytes) -> bytes:

    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    mail.add_attachment(PIXEL, "image", "png", filename="cup.png")
    mail.add_attachment(b"a leaf", "text", "plain", filename="leaf.txt")
    return mail.as_bytes()
