"""Where drafts hurt, in words: how sure that is, what to do, the newest examples."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from shopapp.drafts.measuring.harms import Harm, Place, Sign
from shopapp.drafts.views.asking import Question
from shopapp.drafts.views.wording import Names, day, percent, request, seconds


@dataclass(frozen=True, slots=True)
class Finding:
    """Where drafts hurt, how sure that is, what to do, and the newest examples."""

    what: str
    where: str
    measure: str
    interval: str
    advice: str
    action: str
    url: str
    harm: Harm
    examples: tuple[tuple[str, str], ...]


def finding(harm: Harm, question: Question, mailboxes: Names) -> Finding:
    """A harm in words with its way out."""
    what, where = _place(harm, mailboxes)
    advice, action, url = _advice(harm)
    if harm.place is Place.MAILBOX and question.own_id is not None:
        url = ""  # only admins change mailboxes
    return Finding(
        what,
        where,
        _measure(harm),
        _interval(harm),
        advice,
        action,
        url,
        harm,
        tuple(
            (url_for("inbox.ticket", ticket_id=each.ticket_id), day(each.made_at, question))
            for each in harm.examples
        ),
    )


def _place(harm: Harm, mailboxes: Names) -> tuple[str, str]:
    if harm.place is Place.REQUEST:
        return "Request", " · ".join((request(harm.key[0]), *harm.key[1:]))
    if harm.place is Place.MAILBOX:
        return "Mailbox", mailboxes.of(harm.key[0])
    return harm.place.value.capitalize(), harm.title


def _measure(harm: Harm) -> str:
    if harm.sign is Sign.UNDONE:
        return f"{percent(harm.value)} of {harm.n} rewritten or discarded"
    if harm.sign is Sign.SLOWER:
        return f"{seconds(harm.value)} slower than without a draft"
    return f"reopened {100 * harm.value:.0f} points more often than without a draft"


def _interval(harm: Harm) -> str:
    if harm.sign is Sign.SLOWER:
        return f"{seconds(harm.low)} to {seconds(harm.high)}"
    usual = f"; all drafts {percent(harm.usual)}" if harm.sign is Sign.UNDONE else ""
    return f"{percent(harm.low)} to {percent(harm.high)}{usual}"


def _advice(harm: Harm) -> tuple[str, str, str]:
    if harm.place is Place.MAILBOX:
        advice = "Drafts for this mailbox are mostly written anew: switch them off there."
        return advice, "Open the mailbox", url_for("settings.mailbox", mailbox_id=harm.key[0])
    if harm.place is Place.MACRO:
        advice = "Edit the macro: what the team changes in its drafts is what it should say."
        return advice, "Edit the macro", url_for("inbox.macro", macro_id=harm.key[0])
    if harm.place is Place.REQUEST:
        advice = "Write a macro for this request, or an article that answers it."
        return advice, "Write a macro", url_for("inbox.macro_new")
    return "Bring the text up to date: drafts that rest on it are mostly undone.", "", ""
