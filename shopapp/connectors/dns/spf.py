"""SPF (RFC 7208): one record, well formed, at most ten lookups, and our sender in it."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field

from shopapp.connectors.dns.shapes import Answer, Finding, Lookup, Outcome, Sender, Verdict, unknown

MOST_LOOKUPS = 10
_ENOUGH = 30  # where counting stops: a loop of includes has no end
_TERM = re.compile(
    r"(?P<sign>[-+~?]?)(?:(?P<all>all)|(?P<kind>include|exists):(?P<of>\S+)"
    r"|(?P<host>a|mx|ptr)(?::(?P<at>[^/\s]+))?(?:/\d{1,3}(?://\d{1,3})?)?"
    r"|ip[46]:(?P<net>[0-9a-f.:]+(?:/\d{1,3})?))"
    r"|redirect=(?P<to>\S+)|[a-z][\w.-]*=\S*",
    re.IGNORECASE,
)


@dataclass
class _Walk:
    """Everything a record leads to."""

    lookup: Lookup
    lookups: int = 0
    names: set[str] = field(default_factory=set)
    networks: list[str] = field(default_factory=list)
    hosts: list[tuple[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    end: str = ""
    failed: Answer | None = None


def check(domain: str, sender: Sender, lookup: Lookup) -> Finding:
    """What the SPF record of `domain` says about mail from `sender`."""
    answer = lookup.txt(domain)
    if answer.outcome is Outcome.FAILED:
        return unknown("SPF", domain, answer)
    records = [one for one in answer.records if _is_spf(one)]
    if not records:
        says = "No SPF record: nobody can tell your mail from a forger's."
        return Finding("SPF", Verdict.MISSING, says, domain, f"v=spf1 {_ours(sender)} ~all")
    if len(records) > 1:
        merged = _merged(records, sender)
        says = f"{len(records)} SPF records: with more than one, none counts. Keep this one alone."
        return Finding("SPF", Verdict.WRONG, says, domain, merged, " | ".join(records))
    return _judged(domain, records[0], sender, lookup)


def _judged(domain: str, record: str, sender: Sender, lookup: Lookup) -> Finding:
    walk = _Walk(lookup)
    _follow(walk, domain, record)
    if walk.faults:
        says = f"The SPF record cannot be read: {walk.faults[0]}."
        return Finding("SPF", Verdict.WRONG, says, domain, _merged([record], sender), record)
    if walk.lookups > MOST_LOOKUPS:
        says = f"The SPF record needs {walk.lookups} lookups; after {MOST_LOOKUPS} it fails. "
        says += "Remove includes of services you no longer send with."
        return Finding("SPF", Verdict.WRONG, says, found=record)
    if walk.end == "+":
        says = "The record ends in +all, which lets the whole world send as you. End it in ~all."
        return Finding("SPF", Verdict.WRONG, says, domain, _merged([record], sender), record)
    if walk.failed is not None:
        return unknown("SPF", domain, walk.failed)
    if sender.host and not _names(walk, sender):
        says = f"The record does not name {sender.title or sender.host}, which sends your mail."
        return Finding("SPF", Verdict.WRONG, says, domain, _merged([record], sender), record)
    return Finding("SPF", Verdict.FINE, _fine(walk, sender), found=record)


def _fine(walk: _Walk, sender: Sender) -> str:
    who = sender.title or sender.host
    names = f"{who} may send for you" if who else "It can be read; no mail server is set up yet"
    says = f"{names}; {walk.lookups} of {MOST_LOOKUPS} lookups."
    if walk.end in ("-", "~"):
        return says
    return f"{says} The record does not end in ~all or -all, so others are not refused."


def _follow(walk: _Walk, domain: str, record: str) -> None:
    redirect, has_all = "", False
    for word in record.split()[1:]:
        term = _TERM.fullmatch(word)
        if term is None:
            walk.faults.append(f"“{word[:60]}” is no term of SPF")
            return
        if term["all"]:
            has_all, walk.end = True, term["sign"] or "+"
            break
        redirect = term["to"] or redirect
        _note(walk, domain, term)
    if redirect and not has_all:
        _enter(walk, redirect)


def _note(walk: _Walk, domain: str, term: re.Match[str]) -> None:
    if term["net"]:
        walk.networks.append(term["net"])
    elif term["host"]:
        walk.lookups += 1
        walk.hosts.append((term["host"].lower(), term["at"] or domain))
    elif term["kind"] and term["kind"].lower() == "exists":
        walk.lookups += 1
    elif term["of"]:
        end = walk.end
        _enter(walk, term["of"])
        walk.end = end  # an included record's own end does not end ours


def _enter(walk: _Walk, name: str) -> None:
    walk.lookups += 1
    walk.names.add(name.lower().rstrip("."))
    if walk.lookups > _ENOUGH or "%" in name:
        return
    answer = walk.lookup.txt(name)
    records = [one for one in answer.records if _is_spf(one)]
    if answer.outcome is Outcome.FAILED:
        walk.failed = answer
    elif len(records) != 1:
        walk.faults.append(f"{name[:80]} has {len(records) or 'no'} SPF record")
    else:
        _follow(walk, name, records[0])


def _names(walk: _Walk, sender: Sender) -> bool:
    if sender.include and sender.include in walk.names:
        return True
    if any(at.lower() == sender.host for _, at in walk.hosts):
        return True
    ours = set(walk.lookup.addresses(sender.host).records) if sender.host else set()
    if any(_lies_in(address, network) for address in ours for network in walk.networks):
        return True
    return any(ours & set(_addresses(walk.lookup, kind, at)) for kind, at in walk.hosts if ours)


def _addresses(lookup: Lookup, kind: str, name: str) -> list[str]:
    hosts = lookup.mx(name).records[:10] if kind == "mx" else (name,) * (kind == "a")
    return [address for host in hosts if host for address in lookup.addresses(host).records]


def _lies_in(address: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


def _is_spf(record: str) -> bool:
    return record.lower() == "v=spf1" or record.lower().startswith("v=spf1 ")


def _ours(sender: Sender) -> str:
    if sender.include:
        return f"include:{sender.include}"
    return f"a:{sender.host}" if sender.host else "mx"


def _merged(records: list[str], sender: Sender) -> str:
    """One record of all the readable terms, ours among them, with a safe end."""
    words = [word for record in records for word in record.split()[1:] if _TERM.fullmatch(word)]
    kept = [word for word in words if not re.fullmatch(r"[-+~?]?all", word, re.IGNORECASE)]
    end = "-all" if "-all" in words else "~all"
    return " ".join(("v=spf1", *dict.fromkeys((*kept, _ours(sender))), end))
