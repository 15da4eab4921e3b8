"""A title or a vendor's mail that nobody writes any more says so, and can be had all the same."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from shopapp.accounts.models import User
from shopapp.catalog.models import Product
from shopapp.drafts.actions.altering import ALTER
from shopapp.drafts.actions.commissioning import WRITE
from shopapp.drafts.models import AiDraft, DraftState
from shopapp.jobs.models import Job
from shopapp.seo.actions import titling
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.inbox.modelled import serving
from tests.inbox.reading import PARTIAL, one, soup
from tests.seo import desk


@pytest.fixture
def draft(store_session: OpenStore) -> str:
    """The id of a title that a language model is asked for, and whose job is gone."""
    with store_session("harbor") as session:
        session.add(serving())
        session.add(Product(shopify_id="p1", handle="sencha", title="Sencha green tea"))
        desk.checked(session, desk.FIRST, desk.GREEN)
        ben = session.get_one(User, cast.BEN.id)
        made = titling.draft_title(session, desk.about(session, "green tea"), by=ben).id
        session.execute(delete(Job).where(Job.name == WRITE))
        session.commit()
    return f"/harbor/drafts/{made}/editor"


@pytest.fixture
def ben(sign_in: SignIn) -> FlaskClient:
    return sign_in(cast.BEN)


def jobs(store_session: OpenStore, name: str) -> int:
    with store_session("harbor") as session:
        return len(session.scalars(select(Job).where(Job.name == name)).all())


def test_the_polled_part_ends_in_words_and_tries_again(
    draft: str, ben: FlaskClient, store_session: OpenStore
) -> None:
    shown = one(soup(ben.get(f"{draft}/writing", headers=PARTIAL).text), "#draft-writing")
    assert "could not be written: the work on it was stopped" in one(shown, "[role=alert]").text
    assert "hx-trigger" not in shown.attrs
    assert ben.post(f"{draft}/redrafting").status_code == 303
    assert jobs(store_session, WRITE) == 1
    again = one(soup(ben.get(f"{draft}/writing", headers=PARTIAL).text), "#draft-writing")
    assert again["hx-trigger"] == "load delay:1s"


def test_it_is_drafted_without_the_model_where_somebody_wants_that(
    draft: str, ben: FlaskClient, store_session: OpenStore
) -> None:
    ben.post(f"{draft}/stopping")
    with store_session("harbor") as session:
        row = session.scalars(select(AiDraft)).one()
        assert (row.state, row.model) == (DraftState.PROPOSED, "embedded")


def test_a_rework_of_it_that_is_given_up_is_wished_again(
    draft: str, ben: FlaskClient, store_session: OpenStore
) -> None:
    ben.post(f"{draft}/stopping")
    ben.post(f"{draft}/reworking", data={"rework": "again", "instruction": "Name the mill"})
    with store_session("harbor") as session:
        session.execute(delete(Job).where(Job.name == ALTER))
        session.commit()
    panel = one(soup(ben.get(f"{draft}/reworking").text), "#rework")
    assert "could not be written" in one(panel, "[role=alert]").text
    assert ben.post(str(one(panel, "#rework-repeat")["formaction"])).status_code == 303
    assert jobs(store_session, ALTER) == 1
    with store_session("harbor") as session:
        wishes = [row.wish for row in session.scalars(select(AiDraft).order_by(AiDraft.id))][1:]
    assert [wish and wish["instruction"] for wish in wishes] == ["Name the mill"] * 2
