"""Jobs in words: what they are called where people read of them, and how far they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from babel.dates import format_timedelta

from shopapp.jobs.queries import Progress

TITLES: Mapping[str, str] = {
    "account.note": "Noting a change of an account",
    "account.prune": "Forgetting old sign-ins",
    "account.reset": "Sending a link to a new password",
    "backups.look": "Looking at the backups",
    "backups.now": "Making a backup",
    "backups.turn": "Making the backup that is due",
    "drafts.release": "Looking after unfinished calls of the language model",
    "drafts.learn": "Learning style from edits",
    "drafts.export": "Writing drafts as training data",
    "drafts.rework": "Reworking a text",
    "drafts.write": "Drafting a text",
    "flags.check": "Checking orders",
    "home.figures": "Working out the inbox figures",
    "imports.check": "Checking a file",
    "imports.run": "Importing a file",
    "inbox.draft": "Drafting a reply",
    "inbox.rework": "Reworking a reply",
    "inbox.notice": "Looking for gaps in the knowledge",
    "inbox.mention": "Telling somebody of a mention",
    "inbox.read": "Reading a mail",
    "inbox.reckon": "Seeing what came of replies",
    "inbox.retime": "Working out what is due",
    "inbox.scan": "Scanning attachments",
    "inbox.sweep": "Reading mail",
    "inbox.tend": "Looking after the tickets",
    "inbox.try_rule": "Trying a rule",
    "inbox.unfile": "Removing files nobody needs",
    "inbox.upload": "Importing a file of mail",
    "inventory.snapshot": "Noting the stock",
    "jobs.prune": "Forgetting old jobs",
    "database.analyze": "Counting rows, for quick searches",
    "keys.rotate": "Sealing secrets with a new key",
    "mail.check_domain": "Looking up a mail domain",
    "mail.check_domains": "Looking after the mail domains",
    "mail.deliver": "Sending a mail",
    "mail.look": "Looking whether a mail was sent",
    "mail.round": "Going round the mailboxes",
    "mail.sweep": "Looking after the outbox",
    "mail.sync": "Reading a mailbox",
    "metrics.facts": "Adding up the sales",
    "metrics.kpis": "Working out the key figures",
    "purchasing.measure": "Measuring how fast goods sell",
    "purchasing.plan": "Proposing purchase orders",
    "retention.run": "Forgetting what is old",
    "seo.check": "Checking search results",
    "seo.wake": "Waking what was put off",
}


def title(name: str) -> str:
    """'mail.deliver' as 'Sending a mail'; a job of another release keeps its name."""
    return TITLES.get(name, f"The job {name}")


def pace(progress: Progress) -> str:
    """'1,200 of 4,000, 45 a second, 1 minute left', as far as it is known; '' when nothing is."""
    if not progress.done and not progress.total:
        return ""
    parts = [f"{progress.done:,}" + (f" of {progress.total:,}" if progress.total else " done")]
    if progress.per_second:
        parts.append(f"{progress.per_second:,.{0 if progress.per_second >= 10 else 1}f} a second")
    if progress.seconds_left:
        left = timedelta(seconds=progress.seconds_left)
        parts.append(f"{format_timedelta(left, locale='en', threshold=1.2)} left")
    return ", ".join(parts)
