"""Passages: the texts that may answer a mail, with what is left of each one's weight."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from shopapp import clock
from shopapp.db import Session
from shopapp.drafts.grounding import Passage, PassageKind
from shopapp.drafts.learning.reward import MODERATE
from shopapp.drafts.models import Verdict
from shopapp.drafts.retrieving.library import STORES
from shopapp.drafts.retrieving.tracing import Traces, traces
from shopapp.inbox.queries import sources
from shopapp.inbox.sanitising import visible_plain

READ = 4_000
"""Characters of a mail whose words are looked for; what is asked stands at its beginning."""
AGES = ((90, 1.0), (365, 0.9))
"""Up to how many days old a reply weighs what; an older one OLD."""
OLD = 0.8
_AGAINST = {Verdict.NOT_USEFUL: 1, Verdict.OUTDATED: 2, Verdict.WRONG: 2}
_PRIOR = 2
_Text = tuple[PassageKind, str, str, str, tuple[str, ...]]


def passages(session: Session, text: str, *, learns: bool) -> tuple[Passage, ...]:
    """The store's macros and articles and, when it learns from them, replies to mails like `text`.

    Macros and articles are all read: up to `sources.MOST` of each that costs less than an index.
    Of past replies the database finds the few that share words with the mail. What a text hides is
    left out of it: texts are imported, and replies quote what came in.
    """
    trusted = standings(session)
    written = _written(_texts(session), frozenset(trusted.items()))
    past = sources.precedents(session, text[:READ]) if learns else ()
    now, macros = clock.now(), traces(written)
    return (*written, *(_reply(each, macros, trusted, now) for each in past))


def standings(session: Session) -> dict[str, float]:
    """For each source people spoke of, the share of verdicts for it, with two more for it."""
    counts: dict[str, dict[Verdict, int]] = {}
    for source_id, verdict, number in sources.verdicts(session):
        counts.setdefault(source_id, {})[verdict] = number
    return {key: standing(said) for key, said in counts.items()}


def standing(said: Mapping[Verdict, int]) -> float:
    """(2 + useful) / (2 + useful + against), from 0 to 1; wrong and outdated weigh double."""
    useful = _PRIOR + said.get(Verdict.USEFUL, 0)
    against = sum(weight * said.get(verdict, 0) for verdict, weight in _AGAINST.items())
    return round(useful / (useful + against), 3)


def _texts(session: Session) -> tuple[_Text, ...]:
    macros = (
        (PassageKind.MACRO, key, title, body, tuple(tags))
        for key, title, body, tags in sources.macro_texts(session)
    )
    articles = (
        (PassageKind(kind.value), key, title, body, ())
        for key, title, body, kind in sources.article_texts(session)
    )
    return (*macros, *articles)


@lru_cache(maxsize=STORES)
def _written(
    texts: tuple[_Text, ...], trusted: frozenset[tuple[str, float]]
) -> tuple[Passage, ...]:
    """The texts as passages: the same objects as long as nothing was changed."""
    standing = dict(trusted)
    return tuple(
        Passage(
            *(kind, key, visible_plain(title), visible_plain(body), tags),
            standing=standing.get(key, 1.0),
        )
        for kind, key, title, body, tags in texts
    )


def _reply(
    past: sources.Precedent, macros: Traces, trusted: Mapping[str, float], now: datetime
) -> Passage:
    private = (*past.author, *past.author[0].split(), *past.private)
    body, age = visible_plain(past.body), _aged((now - past.sent_at).days)
    return Passage(
        PassageKind.APPROVED_REPLY,
        past.id,
        visible_plain(past.subject),
        body,
        question=visible_plain(past.question),
        private=tuple(word for word in dict.fromkeys(private) if word),
        rests_on=_root(past, body, macros),
        standing=round((1 - past.ned) * age * trusted.get(past.id, 1.0), 3),
    )


def _root(past: sources.Precedent, body: str, macros: Traces) -> str:
    """What a reply was made of: its draft's source unless it was rewritten, else what it shows."""
    drawn = past.drawn_from[0] if past.drawn_from and past.ned <= MODERATE else ""
    return drawn or macros.of(body)


def _aged(days: int) -> float:
    return next((weight for most, weight in AGES if days <= most), OLD)
