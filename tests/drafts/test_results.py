"""What became of drafts, counted in the database: the same on both dialects."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random
from statistics import mean, median

import pytest
from sqlalchemy import event, select

from shopapp.db import Session
from shopapp.drafts.learning.reward import EditClass
from shopapp.drafts.measuring.tally import After, Result
from shopapp.drafts.models import ASIDE, AiDraft, DraftState
from shopapp.drafts.queries.results import Asked, By, headline, tally
from tests import cast
from tests.conftest import OpenStore
from tests.drafts import past

WEEK = timedelta(days=7)
ASKED = Asked(past.AT - WEEK, past.AT + WEEK, cast.NOON, (past.AT - WEEK, past.AT))
LIGHT = past.DRAFT.replace("ten", "10")
WORKING = (DraftState.DRAFTING, DraftState.PROPOSED, DraftState.EDITED, DraftState.QUEUED)
REWRITTEN = "entirely other words were sent in the end to them"


@pytest.fixture
def session(store_session: OpenStore) -> Session:
    """A session of Harbor's."""
    return store_session("harbor")


def total(session: Session, asked: Asked = ASKED) -> Result:
    return tally(session, By.MODEL, asked).total()


def by_key(session: Session, by: By, asked: Asked = ASKED) -> dict[str, Result]:
    return {row.key: row for row in tally(session, by, asked).groups()}


def test_all_classes_are_counted_and_shares_are_of_what_ended(session: Session) -> None:
    past.sent(session)
    past.sent(session, LIGHT)
    past.sent(session, REWRITTEN)
    past.discarded(session)
    past.draft(session, state=DraftState.STALE)
    past.draft(session, state=DraftState.FAILED)
    past.draft(session, state=DraftState.PROPOSED)
    session.flush()
    found = total(session)
    counts = {each: count for each, count in found.classes.items() if count}
    assert counts == {
        EditClass.AS_IS: 1,
        EditClass.LIGHT: 1,
        EditClass.REWRITE: 1,
        EditClass.DISCARDED: 1,
        EditClass.STALE: 1,
    }
    assert (found.made, found.failed, found.waiting, found.sent, found.ended) == (6, 1, 1, 3, 5)
    assert found.share(EditClass.STALE) == 0.2
    assert sum(map(found.share, EditClass)) == pytest.approx(1)


def test_the_mean_reward_is_over_what_was_sent_or_discarded(session: Session) -> None:
    past.sent(session)
    past.discarded(session)
    past.draft(session, state=DraftState.STALE)
    session.flush()
    found = total(session)
    assert (found.reward, found.scored) == (0.5, 2)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8])
def test_medians_are_those_of_the_statistics_module(session: Session, count: int) -> None:
    words = past.DRAFT.split()
    rows = [
        past.sent(session, " ".join([*words[:-at], *("x" * at)]) if at else past.DRAFT)
        for at in range(count)
    ]
    past.discarded(session)
    found = total(session)
    assert found.ned == pytest.approx(median(row.ned or 0 for row in rows))
    assert found.kept == pytest.approx(median(row.kept or 0 for row in rows))


def test_a_group_without_anything_sent_has_no_median(session: Session) -> None:
    past.discarded(session, model="other")
    found = by_key(session, By.MODEL)["other"]
    assert (found.ned, found.kept, found.reward) == (None, None, 0)


@pytest.mark.parametrize(
    ("by", "values"),
    [
        (By.MODEL, {"model": "large"}),
        (By.VERSION, {"version": "2"}),
        (By.PROMPT, {"prompt_version": "reply/2"}),
        (By.INTENT, {"intent": "cancel"}),
    ],
)
def test_groups_are_told_apart(session: Session, by: By, values: dict[str, str]) -> None:
    past.sent(session)
    past.sent(session, LIGHT, **values)
    past.sent(session, LIGHT, **values)
    found = tally(session, by, ASKED).groups()
    assert [row.made for row in found] == [2, 1]
    assert found[0].key == next(iter(values.values()))


def test_agents_are_told_apart(session: Session) -> None:
    past.sent(session, by=cast.ADA)
    past.discarded(session, by=cast.BEN)
    assert by_key(session, By.AGENT).keys() == {cast.ADA.id, cast.BEN.id}


def test_weeks_begin_when_they_are_said_to(session: Session) -> None:
    second = timedelta(seconds=1)
    for at in (past.AT - WEEK, past.AT - second, past.AT):
        past.sent(session, at=at)
    past.sent(session, at=past.AT - WEEK - second)
    past.sent(session, at=past.AT + WEEK)
    for found in (tally(session, By.WEEK, ASKED).groups(), tally(session, By.MODEL, ASKED).weeks()):
        assert [(row.key, row.made) for row in found] == [("0", 2), ("1", 1)]


def test_tokens_and_cost_add_up(session: Session) -> None:
    for cost in ("0.0031", "0.0009"):
        past.sent(session, tokens_in=100, tokens_out=20, cost=Decimal(cost), latency_ms=400)
    found = total(session)
    assert (found.tokens_in, found.tokens_out, found.cost) == (200, 40, Decimal("0.0040"))
    assert found.latency == 400


def test_outcomes_count_once_their_time_is_over(session: Session) -> None:
    for days, back in ((20, True), (20, False), (3, True)):
        at = cast.NOON - timedelta(days=days)
        row = past.sent(session, at=at)
        past.outcome(session, row, at, reopened=back, rating=1 if back else None, refunded=back)
    asked = Asked(cast.NOON - timedelta(days=40), cast.NOON, cast.NOON)
    found = total(session, asked)
    assert (found.reopened, found.refunded) == (After(1, 2), After(1, 2))
    assert found.good == After(2, 2)
    assert found.reward == 1  # beside, never mixed in


def test_nothing_is_nothing(session: Session) -> None:
    assert total(session) == Result("")
    assert tally(session, By.MODEL, ASKED).groups() == []


def test_a_headline_is_the_total_without_latency_and_what_came_after(session: Session) -> None:
    past.sent(session, LIGHT, latency_ms=300)
    past.sent(session, model="other")
    past.discarded(session)
    found = total(session)
    assert found.latency == 300
    assert headline(session, ASKED) == replace(found, latency=None)


def test_a_class_is_told_with_what_came_after(session: Session) -> None:
    for final in (past.DRAFT, LIGHT, LIGHT):
        past.outcome(session, past.sent(session, final), reopened=final == LIGHT)
    found = {row.key: row for row in tally(session, By.AGENT, ASKED).classes()}
    assert {key: (row.sent, row.reopened) for key, row in found.items()} == {
        "as_is": (1, After(0, 1)),
        "light": (2, After(2, 2)),
    }


COLUMNS = {By.MODEL: "model", By.INTENT: "intent", By.SUBJECT: "subject_type", By.AGENT: "agent_id"}


def planted(session: Session) -> list[AiDraft]:
    """Sixty drafts of every state, with and without figures; and some beside the composer."""
    chance = Random(3)
    for number in range(60):
        state = chance.choice(list(DraftState))
        is_scored = state in (DraftState.SENT, DraftState.DISCARDED)
        past.draft(
            session,
            at=past.AT + timedelta(hours=chance.randrange(-160, 160)),
            state=DraftState.STALE if state in WORKING else state,
            model=chance.choice("xyz"),
            intent=chance.choice(("return", None)),
            agent_id=chance.choice((cast.ADA.id, cast.BEN.id, None)),
            ned=chance.randrange(1001) / 1000 if is_scored else None,
            kept=chance.randrange(1001) / 1000 if is_scored else None,
            reward_score=chance.random() if is_scored else None,
            latency_ms=chance.choice((None, number, 1000 + 10 * number)),
            cost=chance.choice((None, Decimal(number) / 10_000)),
        )
    session.flush()
    return list(session.scalars(select(AiDraft).where(AiDraft.state.not_in(ASIDE))))


@pytest.mark.parametrize("by", COLUMNS)
def test_every_figure_is_that_of_the_drafts_themselves(session: Session, by: By) -> None:
    groups: dict[str, list[AiDraft]] = defaultdict(list)
    for row in planted(session):
        groups[getattr(row, COLUMNS[by]) or ""].append(row)
    found = by_key(session, by)
    assert found.keys() == groups.keys()
    for key, rows in groups.items():
        told, sent = found[key], [row for row in rows if row.state is DraftState.SENT]
        rewards = [row.reward_score for row in rows if row.reward_score is not None]
        costs = [row.cost for row in rows if row.cost is not None]
        times = [row.latency_ms for row in rows if row.latency_ms is not None]
        assert told.failed == sum(row.state is DraftState.FAILED for row in rows)
        assert told.made == len(rows) - told.failed
        assert (told.cost, told.scored) == (sum(costs) if costs else None, len(rewards))
        assert told.reward == (pytest.approx(mean(rewards)) if rewards else None)
        assert told.latency == (median(times) if times else None)
        for name in ("ned", "kept"):
            values = [getattr(row, name) for row in sent]
            assert getattr(told, name) == (pytest.approx(median(values)) if values else None)


def test_another_stores_drafts_are_in_no_figure(session: Session, store_session: OpenStore) -> None:
    hill = store_session("hill")
    past.outcome(hill, past.sent(hill, LIGHT, by=cast.DORA, latency_ms=9), reopened=True)
    hill.commit()
    for by in By:
        assert tally(session, by, ASKED).parts == ()
        assert tally(session, by, ASKED).points == []


@pytest.mark.dialects("sqlite")
@pytest.mark.parametrize("by", [By.MODEL, By.WEEK, By.CLASS])
def test_no_wide_row_is_read(session: Session, by: By) -> None:
    past.outcome(session, past.sent(session))
    session.commit()
    seen: list[tuple[str, object]] = []
    event.listen(
        session.get_bind(),
        "before_cursor_execute",
        lambda _c, _cursor, statement, parameters, *_: seen.append((statement, parameters)),
    )
    tally(session, by, ASKED)
    asked = [each for each in seen if "ai_draft" in each[0]]
    assert len(asked) == 3
    connection = session.connection()
    for statement, parameters in asked:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        read = [
            str(row[-1])
            for row in plan
            if " ai_draft " in str(row[-1]) or " draft_" in str(row[-1])
        ]
        assert read
        assert all(" USING COVERING INDEX " in line and "_results (" in line for line in read), read
