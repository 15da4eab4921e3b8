"""The vendor's mail reworked in the shared editor: beside what is typed, taken, added or left."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.drafts.models import AiDraft, AiDraftRevision, DraftState
from shopapp.jobs import worker
from tests.conftest import OpenStore
from tests.drafts.elsewhere import PARTIAL, Model, model, said, typed
from tests.purchasing.goods import soup
from tests.purchasing.test_mailing import order
from tests.purchasing.test_mailing_model import MAIL, NUMBER, begun, ben, states

__all__ = ["ben", "model", "order"]
WARM = ("Dear friends,", f"with pleasure we send our order {NUMBER}.", "24 × Tea earl: €98.40")


def test_a_rework_stands_beside_the_mail_until_it_is_taken(
    ben: FlaskClient, order: str, app: Flask, model: Model, store_session: OpenStore
) -> None:
    model(said(*MAIL))
    editor = begun(ben, order)
    worker.drain(app)
    asked = model(said(*WARM))
    form = typed(ben, editor, rework="warmer", instruction="Thank them for the last delivery")
    form["body"] = "Hello, our order is attached."
    panel = ben.post(f"{editor}/reworking", data=form, headers=PARTIAL).text
    assert "writing…" in panel
    assert soup(panel).select_one("#draft-version")["value"] == "2"  # type: ignore[index]
    worker.drain(app)
    told = asked.questions[0].messages[1].content
    assert "Hello, our order is attached." in told
    assert "Thank them for the last delivery" in told
    assert typed(ben, editor)["body"] == "Hello, our order is attached."
    assert soup(ben.get(f"{editor}/reworking", headers=PARTIAL).text).select(".diff ins")
    taken = ben.post(f"{editor}/reworking/replacing", data=typed(ben, editor))
    anew = taken.headers["Location"]
    assert typed(ben, anew)["body"] == "\n\n".join(WARM)
    assert ben.get(editor).headers["Location"] == anew
    assert states(store_session) == [DraftState.STALE, DraftState.EDITED]
    with store_session("harbor") as session:
        old, new = session.scalars(select(AiDraft).order_by(AiDraft.id)).all()
        kept = select(AiDraftRevision.body).where(AiDraftRevision.ai_draft_id == new.id)
        assert "Hello, our order is attached." in session.scalars(kept).all()
        assert new.parent_id == old.id
    assert ben.post(f"{anew}/approval", data=typed(ben, anew)).status_code == 303


def test_a_rework_works_without_scripts_and_can_be_added_or_left(
    ben: FlaskClient, order: str, app: Flask, model: Model, store_session: OpenStore
) -> None:
    model(said(*MAIL))
    editor = begun(ben, order)
    worker.drain(app)
    tools = soup(ben.get(f"{editor}/tools").text)
    assert [each["value"] for each in tools.select("button[name=rework]")] == [
        *("again", "shorter", "longer", "warmer", "formal", "translate", "again"),
    ]
    model(said("Thank you."))
    asked = ben.post(f"{editor}/reworking", data={"rework": "translate", "language": "de"})
    assert asked.headers["Location"] == f"{editor}/reworking"
    worker.drain(app)
    assert "Add below mine" in ben.get(f"{editor}/reworking").text
    ben.post(f"{editor}/reworking/inserting")
    assert typed(ben, editor)["body"].endswith("€98.40\n\nThank you.")
    ben.post(f"{editor}/reworking", data={"rework": "shorter"})
    ben.post(f"{editor}/reworking/keeping")
    worker.drain(app)
    assert states(store_session)[1:] == [DraftState.SET_ASIDE, DraftState.SET_ASIDE]
    gone = ben.post(f"{editor}/reworking/replacing")
    assert gone.status_code == 409
    assert "There is no reworked draft any more." in gone.text


def test_without_a_model_a_mail_is_drafted_at_once_and_shortened_no_more(
    ben: FlaskClient, order: str, app: Flask
) -> None:
    editor = begun(ben, order)
    tools = soup(ben.get(f"{editor}/tools").text)
    assert [each["value"] for each in tools.select("button[name=rework]")] == ["again", "shorter"]
    ben.post(f"{editor}/reworking", data={"rework": "warmer"})
    worker.drain(app)
    assert "Connect a language model" in ben.get(f"{editor}/reworking").text
    ben.post(f"{editor}/reworking", data={"rework": "again"})
    worker.drain(app)
    assert "no other words for it" in ben.get(f"{editor}/reworking").text


@pytest.mark.parametrize("posted", [{"rework": "ruder"}, {"rework": "translate", "language": "x"}])
def test_a_wish_nobody_offered_is_refused_with_the_text_kept(
    ben: FlaskClient, order: str, posted: dict[str, str]
) -> None:
    editor = begun(ben, order)
    data = typed(ben, editor, body="Typed") | posted
    refused = ben.post(f"{editor}/reworking", data=data)
    assert refused.status_code == 422
    assert "Typed</textarea>" in refused.text
