"""A language model drafts over HTTP: its text grows on the page while a person goes on typing."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from shopapp import clock
from shopapp.drafts.models import AiDraft, DraftState, ModelService, ServiceKind
from shopapp.drafts.queries.making import key
from shopapp.inbox.actions.drafting import DRAFT
from shopapp.inbox.models import DeliveryState, TicketMessage
from shopapp.jobs.models import Job, JobState
from tests.browser.conftest import Enter
from tests.browser.person import Person
from tests.browser.shop import Shop
from tests.servers.llm import Act, LlmServer

ANSWER = "Hi Nils, your order #1001 left with Snail & Sons."
WARM = "Dear Nils, your order #1001 left happily and will soon be with you."
TYPED = "I type while it is written."


def said(text: str) -> Act:
    sentences = [{"opens": "none", "text": text, "sources": ["order"]}]
    return Act(json.dumps({"language": "en", "sentences": sentences, "missing": []}))


@dataclass
class Gated(LlmServer):
    """A service that stops in the middle of each answer until `gate` is open."""

    gate: threading.Event = field(default_factory=threading.Event)

    def chunks(self, act: Act, asked: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        whole = list(super().chunks(act, asked))
        yield from whole[: len(whole) * 2 // 3]
        assert self.gate.wait(60)
        yield from whole[len(whole) * 2 // 3 :]


@pytest.fixture
def model(shop: Shop) -> Iterator[Gated]:
    """The store's language model; its gate is open."""
    server = Gated(key="", usual=said(ANSWER))
    server.gate.set()
    server.start()
    with shop.session() as session:
        session.add(ModelService(kind=ServiceKind.OPENAI, base_url=server.url, model="small-model"))
    yield server
    server.gate.set()
    server.stop()
    assert server.violations == []


def test_a_draft_grows_on_the_page_and_a_rework_beside_what_is_typed(
    shop: Shop, ben: Person, model: Gated
) -> None:
    (ticket,) = shop.receive()
    page = ben.open(ticket)
    expect(ben.text).to_have_value(ANSWER)
    model.gate.clear()
    model.fail(said(WARM))
    page.get_by_role("button", name="Draft", exact=True).click()
    page.get_by_role("button", name="Warmer").click()
    expect(page.locator("#rework")).to_contain_text("Dear Nils,")
    ben.write(TYPED)
    model.gate.set()
    expect(page.locator("#rework ins").first).to_be_visible()
    expect(ben.text).to_have_value(TYPED)
    expect(page.locator("#rework")).to_contain_text("You changed your text after this")
    page.get_by_role("button", name="Replace my text").click()
    expect(ben.text).to_have_value(WARM)
    page.get_by_role("button", name="Discard").click()
    page.get_by_role("button", name="The tone is wrong").click()
    model.gate.clear()
    page.get_by_role("button", name="Draft it for me").click()
    ben.shows("Writing a draft…", "Hi Nils,")
    model.gate.set()
    expect(ben.text).to_have_value(ANSWER)
    page.get_by_role("button", name="Draft", exact=True).click()
    page.get_by_role("link", name="What leaves for this draft").click()
    expect(page.locator("main")).to_contain_text("[NAME_1]")
    expect(page.locator("pre.leaving").filter(has_text="Nils")).to_have_count(0)


def test_a_service_that_is_down_leaves_a_draft_a_word_and_a_composer_that_works(
    shop: Shop, ben: Person, model: Gated
) -> None:
    model.stop()
    (ticket,) = shop.receive()
    ben.open(ticket)
    ben.shows("the language model did not answer")
    expect(ben.text).to_have_value(re.compile("SNAIL1"))
    ben.write(TYPED)
    assert [draft.state for draft in shop.rows(AiDraft)] == [DraftState.EDITED]
    model.start()


def test_a_draft_that_is_given_up_says_so_by_itself_and_is_there_when_tried_again(
    shop: Shop, ben: Person
) -> None:
    (ticket,) = shop.receive()
    with shop.session() as session:
        draft = session.scalars(select(AiDraft)).one()
        session.get_one(TicketMessage, draft.reply_id).delivery_state = DeliveryState.DISCARDED
        draft.state, draft.reply_id = DraftState.DRAFTING, None
        asked = {"ticket_id": draft.subject_id, "draft_id": draft.id}
        later = clock.now() + timedelta(hours=1)
        job = Job(name=DRAFT, store_id=shop.store_id, arguments=asked, run_at=later)
        job.dedupe_key = key(DRAFT, draft.id)
        session.add(job)
    page = ben.open(ticket)
    ben.shows("Writing a draft…")
    with shop.session() as session:
        held = session.scalars(select(Job).where(Job.run_at == later)).one()
        held.state, held.last_error = JobState.DEAD, "The disk is full."
    ben.shows("The draft could not be written: The disk is full.")
    page.get_by_role("link", name="Write it myself").click()
    expect(ben.text).to_be_focused()
    page.get_by_role("button", name="Try again").click()
    expect(ben.text).to_have_value(re.compile("SNAIL1"))


def test_a_rework_works_without_javascript(shop: Shop, enter: Enter, model: Gated) -> None:
    (ticket,) = shop.receive()
    ben = enter("ben", java_script_enabled=False)
    page = ben.open(f"{ticket}/reply/tools")
    model.fail(said(WARM))
    page.get_by_role("button", name="Warmer").click()
    for _ in range(60):
        if page.get_by_role("button", name="Replace my text").count():
            break
        page.get_by_role("link", name="Refresh").click()
    page.get_by_role("button", name="Replace my text").click()
    expect(ben.text).to_have_value(WARM)
