"""Somebody at a browser: signing in, opening a ticket, writing in the composer."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.browser.shop import PASSWORD, Shop
from tests.browser.watch import Watch


@dataclass(frozen=True)
class Person:
    """One person's browser at a store; `watch` sees what goes wrong in it."""

    shop: Shop
    page: Page
    watch: Watch

    def sign_in(self, name: str, to: str = "") -> None:
        """Through the form, with the password."""
        if not self.page.url.startswith("http"):
            self.page.goto(f"/login?next={to or self.shop.inbox}")
        self.page.get_by_label("E-mail").fill(self.shop.address(name))
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"**{self.shop.handle}/**")

    def open(self, path: str) -> Page:
        """Go to a page of the site."""
        self.page.goto(path)
        return self.page

    @property
    def text(self) -> Locator:
        """The composer's text."""
        return self.page.locator("#draft-body")

    @property
    def composer(self) -> Locator:
        return self.page.locator("#composer")

    def write(self, text: str) -> None:
        """Type over the composer's text and wait until the server has it."""
        self.text.fill(text)
        expect(self.page.locator("#draft-state")).to_contain_text("Saved just now")

    def send(self) -> None:
        """Click on Send."""
        self.page.get_by_role("button", name="Send reply").click()

    def shows(self, *texts: str) -> None:
        """Wait until the composer shows each of the texts."""
        for text in texts:
            expect(self.composer).to_contain_text(text)
