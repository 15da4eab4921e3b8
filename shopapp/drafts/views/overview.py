"""Results: how near drafts came, what came after, what time they save, where they hurt."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from shopapp.drafts.measuring import ranges
from shopapp.drafts.measuring.harms import harms
from shopapp.drafts.measuring.savings import savings
from shopapp.drafts.measuring.tally import Result
from shopapp.drafts.queries import comparison, holding, results
from shopapp.drafts.queries.results import By
from shopapp.drafts.views import asking, drafts, findings, panels, wording
from shopapp.drafts.views.asking import GROUPS, Question
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import show


@drafts.get("")
@allow(*EVERYONE)
def overview() -> Response:
    """The drafts of some days, grouped as the address says."""
    here = scope()
    return show("drafts/overview.html", **page(here, asking.question(here)))


def page(here: Scope, question: Question) -> dict[str, Any]:
    """What the page's templates need."""
    session, asked = here.session, question.asked()
    tally = results.tally(session, question.by, asked)
    before = results.headline(session, question.asked(question.days.before))
    now, weeks = tally.total(), panels.by_week(tally.weeks(), question)
    names = wording.names(here, question)
    return {
        **_asked(question),
        **_experiment(here, question),
        "is_empty": not now.ended and not now.waiting,
        "cards": panels.cards(now, before, question.days.days),
        "shares": panels.shares(now),
        "ended": now.ended,
        "failed": now.failed,
        "in_hand": now.waiting,
        "classes": wording.CLASSES,
        "meanings": wording.MEANINGS,
        "week_names": [wording.week(each) for each in question.days.weeks()],
        "week_shares": [panels.shares(each or Result("")) for each in weeks],
        "trends": panels.trends(weeks),
        "rows": [panels.row(each, names) for each in tally.groups(question.only)],
        "few": panels.FEW,
        "afterwards": panels.afterwards(tally.classes()),
    }


def _asked(question: Question) -> dict[str, Any]:
    days = question.days
    return {
        "ranges": [
            (
                f"{each} days",
                question.url(range=str(each)),
                days.days == each and not days.is_own,
            )
            for each in ranges.CHOICES
        ],
        "days": days,
        "by": question.by,
        "groups": [
            (text, question.url(by=each.value), each is question.by)
            for each, text in GROUPS.items()
        ],
        "only_own": question.only is not None,
        "export": lambda table: question.url("drafts.overview_export", table=table),
    }


def _experiment(here: Scope, question: Question) -> dict[str, Any]:
    """The comparison with tickets that got no draft, and where drafts hurt."""
    asked = question.asked()
    rows = savings(comparison.compared(here.session, asked))
    listed = harms(comparison.fates(here.session, asked), rows)
    mailboxes = wording.names(here, question, By.MAILBOX)
    return {
        "hold_out": holding.share(here.session),
        "saved": [panels.saved(each) for each in rows],
        "findings": [findings.finding(each, question, mailboxes) for each in listed],
    }
