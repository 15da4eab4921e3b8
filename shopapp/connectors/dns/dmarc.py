"""DMARC (RFC 7489): a policy for mail that only claims to be yours, and who is told of it."""

from __future__ import annotations

from shopapp.connectors.dns.dkim import tags
from shopapp.connectors.dns.shapes import Finding, Lookup, Outcome, Verdict, unknown

_CHECK = "DMARC"
_MEANS = {
    "none": "forged mail is only reported, not stopped",
    "quarantine": "forged mail goes to spam",
    "reject": "forged mail is refused",
}


def check(domain: str, lookup: Lookup) -> Finding:
    """The policy of `domain`: its own record, or the one of the domain above it."""
    own = f"_dmarc.{domain}"
    value = f"v=DMARC1; p=none; rua=mailto:postmaster@{domain}"
    for place in _places(domain):
        name = f"_dmarc.{place}"
        answer = lookup.txt(name)
        if answer.outcome is Outcome.FAILED:
            return unknown(_CHECK, name, answer)
        records = [one for one in answer.records if tags(one).get("v", "").upper() == "DMARC1"]
        if len(records) > 1:
            says = f"{len(records)} DMARC records at {name}: with more than one, none counts."
            return Finding(_CHECK, Verdict.WRONG, says, name, records[0], " | ".join(records))
        if records:
            return _judged(domain, place, records[0])
    says = "No DMARC record. Google and Yahoo ask for one of everybody who sends much mail."
    return Finding(_CHECK, Verdict.MISSING, says, own, value)


def _judged(domain: str, place: str, record: str) -> Finding:
    said, name = tags(record), f"_dmarc.{place}"
    policy = said.get("p", "").lower()
    if domain != place:
        policy = said.get("sp", policy).lower()
    if policy not in _MEANS:
        says = f"The policy “{policy[:20]}” is none of none, quarantine and reject."
        mended = f"v=DMARC1; p=none; rua={said.get('rua') or f'mailto:postmaster@{place}'}"
        return Finding(_CHECK, Verdict.WRONG, says, name, mended, record)
    words = [f"Policy {policy}: {_MEANS[policy]}."]
    if domain != place:
        words.append(f"It comes from {place}.")
    if not said.get("rua"):
        words.append("Nobody gets reports (rua): add rua=mailto:… to see who sends as you.")
    strict = [way for way, tag in (("DKIM", "adkim"), ("SPF", "aspf")) if said.get(tag) == "s"]
    if strict:
        words.append(f"{' and '.join(strict)} must name exactly {domain} (strict alignment).")
    return Finding(_CHECK, Verdict.FINE, " ".join(words), found=record)


def _places(domain: str) -> list[str]:
    """The domain, then each one above it that can hold a policy, at most five questions."""
    labels = domain.split(".")
    ends = [".".join(labels[cut:]) for cut in range(len(labels) - 1)]
    return [ends[0], *ends[1:][-4:]] if ends else [domain]
