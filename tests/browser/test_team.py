"""A new colleague: invited by mail, first sign-in, a second factor, and signing in with a code."""

from __future__ import annotations

import re

from passlib.totp import TOTP
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.look import flaws
from tests.browser.person import Person
from tests.browser.shop import Shop, words

LINK = re.compile(r"http://\S+(/(?:invitations|reset)/\S+)")
NEW = "eleven words and a kettle"


def link_in_the_last_mail(shop: Shop, count: int) -> str:
    found = LINK.search(words(shop.arrived(count)[-1]))
    assert found
    return found[1]


def invited(shop: Shop, ada: Person) -> str:
    """Ada invites Fay; the path in the mail Fay gets."""
    page = ada.open(f"/{shop.handle}/settings/team")
    page.get_by_label("E-mail").fill(shop.address("fay"))
    page.get_by_label("Role", exact=True).select_option("staff")
    page.get_by_role("button", name="Invite", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("is invited")
    expect(page.get_by_role("region", name="Open invitations")).to_contain_text("fay@")
    assert flaws(page) == []
    return link_in_the_last_mail(shop, 1)


def accepted(page: Page, shop: Shop, link: str) -> None:
    page.goto(link)
    expect(page.get_by_role("heading", name="Join Harbor Tea")).to_be_visible()
    assert link.rpartition("/")[2] not in page.url
    assert flaws(page) == []
    page.get_by_label("Your name").fill("Fay")
    page.get_by_label("Password", exact=True).fill(NEW)
    page.get_by_role("button", name="Accept").click()
    page.wait_for_url(f"**/{shop.handle}/")


def set_up(page: Page) -> tuple[TOTP, list[str]]:
    """Switch the second factor on; what the phone knows, and the recovery codes."""
    page.goto("/account")
    assert flaws(page) == []
    page.get_by_role("link", name="Set up").click()
    totp = TOTP(page.locator("code.typed").inner_text().replace("-", ""))
    assert flaws(page) == []
    page.get_by_label("Code", exact=True).fill(totp.generate().token)
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator(".codes li")).to_have_count(10)
    assert flaws(page) == []
    return totp, page.locator(".codes li").all_inner_texts()


def sign_in(page: Page, email: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(NEW)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Type your code")).to_be_visible()


def next_code(totp: TOTP) -> str:
    """The code of the next half minute, which a phone whose clock is ahead shows already."""
    now = totp.generate()
    return str(totp.generate(time=now.expire_time + 1).token)


def test_from_the_invitation_to_the_second_sign_in(shop: Shop, enter: Enter) -> None:
    link = invited(shop, enter("ada"))
    fay = enter()
    accepted(fay.page, shop, link)
    totp, codes = set_up(fay.page)
    with fay.page.expect_download() as waiting:
        fay.page.get_by_role("button", name="Download as text").click()
    assert codes[0] in waiting.value.path().read_text()
    fay.page.get_by_role("link", name="Done").click()
    expect(fay.page.locator("#factor-card")).to_contain_text("10 recovery codes left")
    fay.page.goto(f"/{shop.handle}/inbox")
    fay.page.locator("[popovertarget=user-menu]:visible").click()
    fay.page.get_by_role("button", name="Log out").click()
    sign_in(fay.page, shop.address("fay"))
    assert flaws(fay.page) == []
    fay.page.get_by_label("Code of your authenticator app").fill(next_code(totp))
    fay.page.get_by_role("button", name="Sign in").click()
    fay.page.wait_for_url(f"**/{shop.handle}/")


def test_a_recovery_code_opens_the_door_without_script(shop: Shop, enter: Enter) -> None:
    link = invited(shop, enter("ada"))
    fay = enter(java_script_enabled=False)
    fay.page.goto(link)
    fay.page.get_by_label("Your name").fill("Fay")
    fay.page.get_by_label("Password", exact=True).fill(NEW)
    fay.page.get_by_role("button", name="Accept").click()
    fay.page.goto("/account/second-factor")
    totp = TOTP(fay.page.locator("code.typed").inner_text().replace("-", ""))
    fay.page.get_by_label("Code", exact=True).fill(totp.generate().token)
    fay.page.get_by_role("button", name="Switch on").click()
    code = fay.page.locator(".codes li").first.inner_text()
    fay.page.goto("/account")
    fay.page.get_by_role("button", name="Sign out everywhere").click()
    sign_in(fay.page, shop.address("fay"))
    fay.page.get_by_role("link", name="Use a recovery code").click()
    fay.page.get_by_label("Recovery code").fill(code)
    fay.page.get_by_role("button", name="Sign in").click()
    fay.page.wait_for_url(f"**/{shop.handle}/")


def test_a_forgotten_password_comes_back_by_mail(shop: Shop, enter: Enter) -> None:
    ben, old = enter(), enter("ben")
    page = ben.open("/login")
    page.get_by_role("link", name="Forgot your password?").click()
    assert flaws(page) == []
    page.get_by_label("E-mail").fill(shop.address("ben"))
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    assert flaws(page) == []
    page.goto(link_in_the_last_mail(shop, 1))
    assert flaws(page) == []
    page.get_by_label("New password").fill(NEW)
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_text("Your password is changed")).to_be_visible()
    page.get_by_label("E-mail").fill(shop.address("ben"))
    page.get_by_label("Password", exact=True).fill(NEW)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**/{shop.handle}/")
    old.page.reload()
    expect(old.page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_browser_is_signed_out_from_another(shop: Shop, enter: Enter) -> None:
    here, there = enter("ada"), enter("ada")
    page = here.open("/account")
    page.get_by_role("button", name="Sign out", exact=True).first.click()
    expect(page.get_by_text("That browser is signed out")).to_be_visible()
    there.page.reload()
    expect(there.page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_roles_are_changed_and_the_log_tells_it(shop: Shop, enter: Enter) -> None:
    ada = enter("ada")
    page = ada.open(f"/{shop.handle}/settings/team")
    page.get_by_label("Role of Cleo", exact=True).select_option("agent")
    page.get_by_role("button", name="Save the role of Cleo").click()
    expect(page.locator("#toasts")).to_contain_text("Cleo is agent now")
    ada.watch.expected.update({409, 422})
    page.get_by_label("Role of Ada", exact=True).select_option("staff")
    page.get_by_role("button", name="Save the role of Ada").click()
    asked = page.get_by_role("alertdialog")
    expect(asked).to_contain_text("Make yourself staff?")
    assert flaws(page) == []
    asked.get_by_role("button", name="Change my role").click()
    expect(page.get_by_role("alert")).to_contain_text("A store needs an admin")
    page.goto(f"/{shop.handle}/settings/audit")
    line = page.locator(".event").filter(has_text="Member role changed")
    expect(line).to_contain_text("Cleo")
    line.locator("summary").click()
    expect(line.locator("table")).to_contain_text("agent")
    assert flaws(page) == []
    page.get_by_label("Words").fill("nothing like it")
    page.get_by_role("button", name="Narrow").click()
    expect(page.locator("#audit")).to_contain_text("No changes match")
    assert flaws(page) == []
