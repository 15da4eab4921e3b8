"""The examination of a domain: MX, SPF, DKIM and DMARC, each with its verdict."""

from __future__ import annotations

from shopapp.connectors.dns import dkim, dmarc, spf
from shopapp.connectors.dns.shapes import Finding, Lookup, Outcome, Sender, Verdict, unknown


def examined(domain: str, sender: Sender, lookup: Lookup) -> list[Finding]:
    """Four findings, in the order a person would read them."""
    return [
        _mx(domain, lookup),
        spf.check(domain, sender, lookup),
        dkim.check(domain, sender, lookup),
        dmarc.check(domain, lookup),
    ]


def _mx(domain: str, lookup: Lookup) -> Finding:
    answer = lookup.mx(domain)
    if answer.outcome is Outcome.FAILED:
        return unknown("MX", domain, answer)
    if answer.outcome is Outcome.NO_NAME:
        says = f"The domain {domain} does not exist. Check its spelling and its registration."
        return Finding("MX", Verdict.WRONG, says)
    if not any(answer.records):
        says = "No server takes mail for this domain, so nobody can answer you."
        return Finding("MX", Verdict.MISSING, says, domain, f"10 mail.{domain}.")
    return Finding("MX", Verdict.FINE, f"Mail goes to {answer.records[0]}.")
