"""A delivery report (RFC 3464): what a mail server sends back when an address is gone."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

from seeds.letters.shapes import Answered

_REPORT = """\
Return-Path: <>
From: Mail Delivery System <mailer-daemon@{host}>
To: {to}
Subject: Undelivered Mail Returned to Sender
Date: {date}
Message-ID: <{name}.bounce@{host}>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_{name}_bounce"

--=_{name}_bounce
Content-Type: text/plain; charset=utf-8

This is the mail system at {host}.

Your message could not be delivered to one or more recipients.

<{customer}>: {reason}

--=_{name}_bounce
Content-Type: message/delivery-status

Reporting-MTA: dns; {host}

Final-Recipient: rfc822; {customer}
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; {reason}

--=_{name}_bounce
Content-Type: text/rfc822-headers

From: {sender}
To: {customer}
Message-ID: <{message_id}>
Date: {sent}

--=_{name}_bounce--
"""


def report(
    answered: Answered, customer: str, reason: str, *, to: str, date: datetime, name: str
) -> bytes:
    """The report about our mail to `customer`, with the headers of that mail."""
    lines = _REPORT.format(
        host=customer.rpartition("@")[2],
        customer=customer,
        reason=reason,
        to=to,
        date=format_datetime(date),
        name=name,
        sender=answered.address,
        message_id=answered.message_id,
        sent=format_datetime(answered.sent_at),
    )
    return lines.replace("\n", "\r\n").encode()
