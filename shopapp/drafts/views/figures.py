"""The tables of the results page as CSV files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from werkzeug.wrappers import Response

from shopapp.db import Session
from shopapp.drafts.learning.reward import EditClass
from shopapp.drafts.measuring.harms import harms
from shopapp.drafts.measuring.savings import savings
from shopapp.drafts.measuring.tally import Result
from shopapp.drafts.queries import comparison, results
from shopapp.drafts.queries.results import Asked, By
from shopapp.drafts.views import asking, drafts, wording
from shopapp.drafts.views.wording import Names
from shopapp.web.access import EVERYONE, allow, scope
from shopapp.web.exports import streamed

Line = Sequence[object]
_HEADER = (
    "group,name,drafts,nothing fitted,waiting,as is,light,moderate,rewrite,discarded,stale,"
    "median edit (NED),median kept,mean facts changed (kappa),mean reward (R),scored,tokens in,"
    "tokens out,cost,median latency (ms),reopened,reopened of,rated good,rated,refunded,refunded of"
).split(",")
_SAVED = (
    "request,held out,drafted,held out median (s),drafted median (s),saved (s),low (s),high (s),"
    "held out reopened,held out reopened of,drafted reopened,drafted reopened of"
).split(",")
_HARMS = "place,key,title,sign,drafts,value,low,high,all drafts".split(",")


@drafts.get("/export/<any(groups,weeks,classes,savings,harms):table>")
@allow(*EVERYONE)
def overview_export(table: str) -> Response:
    """A table of the page, for the days and the grouping of the address."""
    here = scope()
    question = asking.question(here)
    days = question.days
    by = {"weeks": By.WEEK, "classes": By.CLASS}.get(table, question.by)
    names = wording.names(here, question, by)
    asked, only = question.asked(), question.only if table == "groups" else None
    header, lines = _TABLES.get(table, (_HEADER, _grouped(by, names, only)))
    name = f"drafts-{by if table == 'groups' else table}-{days.first}-{days.last}.csv"
    return streamed(name, header, lambda session: lines(session, asked))


def _grouped(by: By, names: Names, only: str | None) -> Callable[[Session, Asked], Iterator[Line]]:
    def lines(session: Session, asked: Asked) -> Iterator[Line]:
        for row in results.tally(session, by, asked).groups(only):
            yield (row.key, names.of(row.key), *_figures(row))

    return lines


def _figures(row: Result) -> Line:
    return (
        *(row.made, row.failed, row.waiting),
        *(row.classes.get(each, 0) for each in EditClass),
        *(_rounded(value) for value in (row.ned, row.kept, row.facts_changed, row.reward)),
        *(row.scored, row.tokens_in, row.tokens_out, row.cost, _rounded(row.latency)),
        *(
            part
            for after in (row.reopened, row.good, row.refunded)
            for part in (after.count, after.n)
        ),
    )


def _saved(session: Session, asked: Asked) -> Iterator[Line]:
    for row in savings(comparison.compared(session, asked)):
        saved = row.saved
        yield (
            row.intent or "all",
            *(row.held_out, row.drafted, row.held_out_median, row.drafted_median),
            *((saved.value, saved.low, saved.high) if saved else (None, None, None)),
            *(row.held_out_reopened.count, row.held_out_reopened.n),
            *(row.drafted_reopened.count, row.drafted_reopened.n),
        )


def _harmed(session: Session, asked: Asked) -> Iterator[Line]:
    for row in harms(
        comparison.fates(session, asked), savings(comparison.compared(session, asked))
    ):
        bounds = (_rounded(each) for each in (row.value, row.low, row.high, row.usual))
        yield (row.place.value, " ".join(row.key), row.title, row.sign.value, row.n, *bounds)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


_TABLES = {"savings": (_SAVED, _saved), "harms": (_HARMS, _harmed)}
