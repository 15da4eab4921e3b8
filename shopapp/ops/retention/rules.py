"""Every retention rule: one line each, with what goes, why, and between which bounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement

from shopapp.audit.models import AuditEvent
from shopapp.config import Config
from shopapp.connections.models import ConnectionEvent
from shopapp.db import Session
from shopapp.drafts.models import KEPT_DAYS, AiDraft, AiDraftRevision, DraftExport, ModelCall
from shopapp.flags.models import OrderFlag
from shopapp.inbox.models import Ticket
from shopapp.mail.models import RawMail
from shopapp.metrics.models import KpiCache
from shopapp.ops.retention import due, forgetting
from shopapp.refusals import Invalid
from shopapp.stores.models import StoreSettings

Conditions = Sequence[ColumnElement[bool]]
FOREVER = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """What goes after how many days. Where the default is FOREVER, 0 may be chosen as well.

    `due` gives the conditions of the rows that are older than a moment; `forget` takes their ids.
    """

    key: str
    label: str
    deletes: str
    why: str
    default: int
    floor: int
    ceiling: int
    model: Any
    due: Callable[[datetime], Conditions]
    forget: Callable[[Session, Sequence[str], Config], None]

    @property
    def may_be_forever(self) -> bool:
        return self.default == FOREVER

    def days(self, settings: StoreSettings) -> int:
        """The store's number of days, FOREVER for never."""
        return settings.retention_overrides.get(self.key, self.default)

    def conditions(self, settings: StoreSettings, now: datetime) -> Conditions | None:
        """Which rows are over their time at `now`, None where they are kept forever."""
        days = self.days(settings)
        if self.may_be_forever and days == FOREVER:
            return None
        return self.due(now - timedelta(days=days))


RULES = (
    Rule(
        "keep_drafts",
        "AI drafts",
        "Drafts that were sent, discarded or overtaken. Rewarded ones are kept for tuning.",
        "They quote customers and are of no use once nobody learns from them.",
        90,
        7,
        3650,
        AiDraft,
        due.drafts,
        forgetting.drafts,
    ),
    Rule(
        "keep_revisions",
        "Saved versions of replies",
        "What was saved while a reply was written that has been sent or discarded since.",
        "The sent text and the draft stay; who typed what on the way is of no use after a while.",
        180,
        30,
        3650,
        AiDraftRevision,
        due.revisions,
        forgetting.rows_of(AiDraftRevision),
    ),
    Rule(
        "keep_exports",
        "Exports of drafts",
        "Files of training data, with their line in the list. The audit log keeps who had them.",
        "They quote customers, if without names, and can be written again.",
        KEPT_DAYS,
        1,
        365,
        DraftExport,
        due.exports,
        forgetting.exports,
    ),
    Rule(
        "keep_calls",
        "Calls of the language model",
        "What each call took and cost, once it is over. What a month came to stays.",
        "This month’s are counted in Settings, AI drafts; of older ones the month’s sum is enough.",
        90,
        35,
        3650,
        ModelCall,
        due.calls,
        forgetting.rows_of(ModelCall),
    ),
    Rule(
        "keep_checks",
        "Connection checks",
        "Checks and incidents, but never a connection's last success and last failure.",
        "A month shows a pattern; more is noise.",
        30,
        7,
        730,
        ConnectionEvent,
        due.checks,
        forgetting.rows_of(ConnectionEvent),
    ),
    Rule(
        "keep_figures",
        "Cached key figures",
        "Figures of ranges nobody looks at any more, counted from when they went stale.",
        "They are calculated again when somebody asks.",
        1,
        0,
        30,
        KpiCache,
        due.figures,
        forgetting.rows_of(KpiCache),
    ),
    Rule(
        "keep_mail",
        "Mail as it came",
        "The bytes of mail that was read. Messages, attachments and the ledger's line stay.",
        "Everything in it is in the ticket; the original is only needed to look for a mistake.",
        30,
        1,
        3650,
        RawMail,
        due.mail,
        forgetting.mail,
    ),
    Rule(
        "keep_tickets",
        "Closed tickets",
        "Closed tickets with messages, files, drafts and sent mail, counted from the last message.",
        "They are the archive, and what drafts learn from: nothing goes unless you say so.",
        FOREVER,
        30,
        3650,
        Ticket,
        due.tickets,
        forgetting.tickets,
    ),
    Rule(
        "keep_flags",
        "Closed order flags",
        "Resolved and dismissed flags with their notes.",
        "They are the archive of what went wrong: nothing goes unless you say so.",
        FOREVER,
        30,
        3650,
        OrderFlag,
        due.flags,
        forgetting.rows_of(OrderFlag),
    ),
    Rule(
        "keep_audit",
        "Audit log",
        "Lines of the audit log.",
        "Thirteen months cover a business year and its audit.",
        400,
        90,
        3650,
        AuditEvent,
        due.audit,
        forgetting.audit,
    ),
)
_RULES = {rule.key: rule for rule in RULES}


def rule(key: str) -> Rule | None:
    """The rule with this key."""
    return _RULES.get(key)


def values(settings: StoreSettings) -> dict[str, int]:
    """Every rule's days in the store, by key."""
    return {each.key: each.days(settings) for each in RULES}


def read(rule: Rule, typed: str) -> int:
    """The days somebody typed; raises Invalid saying what is expected."""
    text = typed.strip()
    days = int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else -1
    if rule.floor <= days <= rule.ceiling or (rule.may_be_forever and days == FOREVER):
        return days
    forever = ", or 0 to keep them" if rule.may_be_forever else ""
    message = (
        f"{rule.label}: enter a whole number of days from {rule.floor:,} to {rule.ceiling:,}"
        f"{forever}."
    )
    raise Invalid(message, rule.key)
