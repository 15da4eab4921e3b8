"""Scenarios: what a planting puts into the demo stores."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from seeds import catalogue, figures, findings, flagging, history, library, story
from seeds.letters import (
    harbor_orders,
    harbor_others,
    harbor_parcels,
    harbor_questions,
    harbor_returns,
    hill,
)
from seeds.stage import Stage
from seeds.strain import strain
from seeds.trouble import trouble
from shopapp.inbox.models import KnowledgeArticle, Macro

Scenario = Callable[[Stage, datetime], None]

_STORIES = {
    "harbor": (
        *harbor_parcels.STORIES,
        *harbor_orders.STORIES,
        *harbor_returns.STORIES,
        *harbor_questions.STORIES,
        *harbor_others.STORIES,
        *flagging.HARBOR,
    ),
    "hill": (*hill.STORIES, *flagging.HILL),
}


def empty(_stage: Stage, _now: datetime) -> None:
    """The stores with their people, settings and mailbox, and nothing else."""


def base(stage: Stage, now: datetime) -> None:
    """Two shops in the middle of an ordinary week."""
    _shelve(stage)
    mirrored = catalogue.plant(stage.session, stage.shop, now)
    has_past = stage.shop.handle == "harbor"
    if has_past:
        stage.store.ticket_count = history.COUNT
    story.play(stage, _STORIES[stage.shop.handle], now)
    stage.time.move_to(now)
    if has_past:
        history.plant(stage, now)
    figures.plant(stage.session, stage.shop, mirrored, now)
    findings.plant(stage.session, stage.shop, now)
    stage.store.last_synced_at = now


def warning(stage: Stage, now: datetime) -> None:
    """The same week with much that is late, stale, low or left half done."""
    base(stage, now)
    strain(stage, now)


def error(stage: Stage, now: datetime) -> None:
    """The same week with much that was refused, lost or never arrived."""
    base(stage, now)
    trouble(stage, now)


def _shelve(stage: Stage) -> None:
    """The store's macros and articles."""
    macros, articles = library.OF[stage.shop.handle]
    stage.session.add_all(
        Macro(title=each.title, body=each.body, intents=list(each.tags)) for each in macros
    )
    stage.session.add_all(
        KnowledgeArticle(title=each.title, body=each.body, url=each.url) for each in articles
    )
    stage.session.flush()


SCENARIOS: dict[str, Scenario] = {
    "base": base,
    "empty": empty,
    "warning": warning,
    "error": error,
}
