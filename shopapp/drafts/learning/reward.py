"""Reward: what a person's edit says about a draft, from 0 (useless) to 1 (sent as it was)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import LCSseq, Levenshtein

from shopapp.drafts.reading.facts import FactKind, facts
from shopapp.drafts.reading.letters import body_of
from shopapp.drafts.reading.tokens import numbered, tokens

LIGHT, MODERATE = 0.10, 0.40


class EditClass(StrEnum):
    """How much of a draft survived."""

    AS_IS = "as_is"
    LIGHT = "light"
    MODERATE = "moderate"
    REWRITE = "rewrite"
    DISCARDED = "discarded"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Score:
    """The measures of one edit; all but `edit_cost` (tokens) are shares from 0 to 1."""

    edit_cost: int
    ned: float
    kept: float
    facts_changed: float
    reward: float
    edit_class: EditClass


def score(draft: str, final: str, *, sent: bool, stale: bool = False) -> Score:
    """Compare the bodies of `draft` (y) and `final` (y'), token by token.

    Edit cost c = Levenshtein(y, y') over tokens, as in PRELUDE/CIPHER (arXiv 2404.15269);
    NED = c / max(|y|, |y'|), 0 when both are empty; kept = LCS(y, y') / |y|, 1 when y is empty
    (kept, deleted and inserted tokens are what SALT, arXiv 2310.05857, learns from). Reward R =
    s·(1 − NED)·(1 − κ), where κ is `facts_changed`. A discarded draft is compared with the empty
    text if nothing else was written.
    """
    old, new = body_of(draft), body_of(final)
    y, y_sent = numbered(tokens(old), tokens(new))
    cost = Levenshtein.distance(y, y_sent)
    ned = cost / max(len(y), len(y_sent), 1)
    kappa = facts_changed(old, new) if cost else 0.0
    return Score(
        edit_cost=cost,
        ned=ned,
        kept=LCSseq.similarity(y, y_sent) / len(y) if y else 1.0,
        facts_changed=kappa,
        reward=reward(ned, kappa, sent=sent),
        edit_class=edit_class(ned, sent=sent, stale=stale),
    )


def reward(ned: float, kappa: float, *, sent: bool) -> float:
    """R = s·(1 − NED)·(1 − κ), with s = 1 if the draft was sent and 0 if it was discarded."""
    return float(sent) * (1 - ned) * (1 - kappa)


def facts_changed(old: str, new: str) -> float:
    """κ: the share of critical facts that differ between two texts; 0 when neither has any.

    (m − |shared|) / m with m the larger number of facts, so replacing one of two facts is 0.5 and
    the order of the texts does not matter. A fact counts once however often it is repeated and
    however it is written; negations count each time.
    """
    before, after = _critical(old), _critical(new)
    most = max(before.total(), after.total())
    return (most - (before & after).total()) / most if most else 0.0


def facts_differing(draft: str, final: str) -> int:
    """How many critical facts of the two bodies differ: κ without its denominator."""
    before, after = _critical(body_of(draft)), _critical(body_of(final))
    return max(before.total(), after.total()) - (before & after).total()


def edit_class(ned: float, *, sent: bool, stale: bool = False) -> EditClass:
    """The class of an edit: stale and discarded first, then by NED (0, ≤ 0.10, ≤ 0.40, more)."""
    if stale:
        return EditClass.STALE
    if not sent:
        return EditClass.DISCARDED
    if ned == 0:
        return EditClass.AS_IS
    if ned <= LIGHT:
        return EditClass.LIGHT
    return EditClass.MODERATE if ned <= MODERATE else EditClass.REWRITE


def _critical(text: str) -> Counter[tuple[str, str]]:
    counted = Counter((fact.family, fact.value) for fact in facts(text))
    for key in counted:
        if key[0] != FactKind.NEGATION:
            counted[key] = 1
    return counted
