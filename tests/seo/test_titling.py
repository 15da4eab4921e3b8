"""A better title: the product's name with what is true of it, approved by a person and kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.catalog.models import Product
from shopapp.drafts.grounding import BrandVoice, Packet
from shopapp.drafts.matters import PageFacts, Searched
from shopapp.drafts.models import AiDraft, DraftState
from shopapp.drafts.proposals import NothingFits, Proposal
from shopapp.seo import titles
from shopapp.seo.models import SeoInsight
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.seo import desk

FACTS = PageFacts("Sencha", "", "green loose leaf tea from Uji")


def proposed(facts: PageFacts) -> NothingFits | Proposal:
    return titles.proposal(titles.Page(facts, "Harbor Tea"), Packet(BrandVoice(""), page=facts))


@pytest.mark.parametrize(
    ("queries", "expected"),
    [
        (["green tea"], "Sencha – Green tea | Harbor Tea"),
        (["sencha"], "Sencha | Harbor Tea"),
        (["cheapest tea in town"], "Sencha | Harbor Tea"),
        (["cheapest tea", "loose leaf tea"], "Sencha – Loose leaf tea | Harbor Tea"),
    ],
)
def test_a_title_says_only_what_the_catalogue_supports(queries: list[str], expected: str) -> None:
    found = proposed(replace(FACTS, searched=tuple(map(Searched, queries))))
    assert isinstance(found, Proposal)
    assert found.text == expected
    assert len(found.text) <= titles.LIMIT


def test_a_title_that_cannot_be_bettered_is_left() -> None:
    facts = PageFacts("Sencha", "Sencha | Harbor Tea")
    assert isinstance(proposed(facts), NothingFits)


@pytest.fixture
def insight(store_session: OpenStore) -> str:
    """The id of an insight about 'green tea', which the shop sells as Sencha green tea."""
    with store_session("harbor") as session:
        product = Product(shopify_id="p1", handle="sencha", title="Sencha green tea")
        product.product_type = "Loose leaf"
        session.add(product)
        desk.checked(session, desk.FIRST, desk.GREEN)
        found = desk.about(session, "green tea").id
        session.commit()
    return found


@pytest.fixture
def ben(sign_in: SignIn) -> FlaskClient:
    return sign_in(cast.BEN)


def one(store_session: OpenStore, model: Any) -> Any:
    with store_session("harbor") as session:
        session.reading = True
        return session.scalars(select(model)).one()


def test_an_approved_title_is_kept_with_the_insight(
    ben: FlaskClient, insight: str, store_session: OpenStore
) -> None:
    editor = ben.post(f"/harbor/seo/insights/{insight}/titles").headers["Location"]
    assert "of 60 characters" in ben.get(editor).text
    form = {"body": "Sencha green tea – for quiet mornings", "version": "1"}
    assert ben.post(f"{editor}/approval", data=form).status_code == 303
    assert one(store_session, AiDraft).state is DraftState.SENT
    page = ben.get(f"/harbor/seo/insights/{insight}").text
    assert "Sencha green tea – for quiet mornings" in page
    assert "Not in the shop yet" in page


@pytest.mark.parametrize(
    ("title", "refusal"),
    [("Our finest", "Keep the product"), ("Sencha green tea " * 6, "60 characters")],
)
def test_a_title_keeps_the_products_name_and_fits(
    ben: FlaskClient, insight: str, title: str, refusal: str, store_session: OpenStore
) -> None:
    editor = ben.post(f"/harbor/seo/insights/{insight}/titles").headers["Location"]
    refused = ben.post(f"{editor}/approval", data={"body": title, "version": "1"})
    assert refused.status_code == 422
    assert refusal in refused.text
    with store_session("harbor") as session:
        session.reading = True
        assert session.get_one(SeoInsight, insight).approved_title is None


def test_an_insight_without_a_product_is_refused(
    ben: FlaskClient, store_session: OpenStore
) -> None:
    with store_session("harbor") as session:
        desk.checked(session, desk.FIRST, desk.WHITE)
        found = desk.about(session, "white tea").id
        session.commit()
    assert ben.post(f"/harbor/seo/insights/{found}/titles").status_code == 422
