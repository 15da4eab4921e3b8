"""The page of style rules: examples are shown, a person accepts, edits, scopes, reverts."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp import clock
from shopapp.drafts.actions.learning import LEARN
from shopapp.drafts.models import AiDraft, DraftSubject, StyleExample, StyleRule
from shopapp.drafts.queries.rules import style_rules
from shopapp.jobs.models import Job, JobState
from tests import cast
from tests.conftest import OpenStore, SignIn

RULES = "/harbor/drafts/rules"
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
RULE = "Write “package” instead of “parcel”."


def put(open_store: OpenStore) -> tuple[str, str]:
    with open_store("harbor") as session:
        row = StyleRule(origin=RULE, text=RULE, seen=3, chances=4)
        draft = AiDraft(
            subject_type=DraftSubject.TICKET, subject_id="any", model="embedded", version="1"
        )
        session.add_all([row, draft])
        session.flush()
        session.add(
            StyleExample(
                style_rule_id=row.id, ai_draft_id=draft.id, before="a parcel", after="a package"
            )
        )
        session.commit()
        return row.id, str(row.version)


def version_of(open_store: OpenStore, rule_id: str) -> str:
    with open_store("harbor") as session:
        return str(session.get_one(StyleRule, rule_id).version)


def test_a_rule_is_accepted_edited_scoped_and_reverted(
    sign_in: SignIn, store_session: OpenStore
) -> None:
    ben: FlaskClient = sign_in(cast.BEN)
    rule_id, version = put(store_session)
    page = ben.get(RULES).text
    assert RULE in page
    assert '<span class="sr">added: </span>package' in page
    assert "3 of 4 tickets" in page
    typed = {"text": "Be kind.", "intent": "refund", "mailbox": "nobody", "version": version}
    assert ben.post(f"{RULES}/{rule_id}/acceptance", data=typed).status_code == 303
    with store_session("harbor") as session:
        assert style_rules(session, None, "refund") == ("Be kind.",)
        assert style_rules(session, None, "cancel") == ()
    assert "A language model follows it" in ben.get(RULES).text
    stale = ben.post(f"{RULES}/{rule_id}/reversal", data={"version": version})
    assert stale.status_code == 409
    assert "meanwhile" in stale.text
    now = version_of(store_session, rule_id)
    assert ben.post(f"{RULES}/{rule_id}/reversal", data={"version": now}).status_code == 303
    assert "Reverted" in ben.get(RULES).text


def test_an_empty_rule_is_refused_beside_its_field(
    sign_in: SignIn, store_session: OpenStore
) -> None:
    ben = sign_in(cast.BEN)
    rule_id, version = put(store_session)
    refused = ben.post(f"{RULES}/{rule_id}/acceptance", data={"text": " ", "version": version})
    assert refused.status_code == 422
    assert "Write the rule as a sentence." in refused.text


def test_an_empty_page_says_what_will_come_and_offers_to_look(sign_in: SignIn) -> None:
    ben = sign_in(cast.BEN)
    assert "No habit yet" in ben.get(RULES).text
    assert ben.post(RULES).status_code == 303


def test_another_stores_rule_is_not_found(sign_in: SignIn, store_session: OpenStore) -> None:
    ben = sign_in(cast.BEN)
    rule_id, version = put(store_session)
    answer = ben.post(f"/hill/drafts/rules/{rule_id}/rejection", data={"version": version})
    assert answer.status_code == 404


def test_reading_now_is_watched_beside_the_rules_until_it_is_over(
    sign_in: SignIn, store_session: OpenStore
) -> None:
    ben: FlaskClient = sign_in(cast.BEN)
    put(store_session)  # the button is there with rules as well
    assert "Read the edits now" in ben.get(RULES).text
    under_way = ben.post(RULES, headers=PARTIAL).text
    assert "Reading the edits" in under_way
    assert RULE not in under_way  # what is typed into a rule stays
    watched = f"{RULES}?part=reading"
    assert "load delay:1s" in ben.get(watched, headers=PARTIAL).text
    with store_session("harbor") as session:
        job = session.scalars(select(Job).where(Job.name == LEARN)).one()
        job.state, job.finished_at = JobState.DONE, clock.now()
        session.commit()
    over = ben.get(watched, headers=PARTIAL).text
    assert "Show what was found" in over
    assert "hx-trigger" not in over
    assert "Show what was found" not in ben.get(RULES).text
