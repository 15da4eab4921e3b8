"""DKIM (RFC 6376): the public key of a selector is there, is not revoked, and is long enough."""

from __future__ import annotations

import binascii
from base64 import b64decode

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from shopapp.connectors.dns.shapes import Finding, Lookup, Outcome, Sender, Verdict, unknown

_LEAST, _BETTER = 1024, 2048  # bits
_ED25519 = 32  # bytes
_CHECK = "DKIM"


def check(domain: str, sender: Sender, lookup: Lookup) -> Finding:
    """The first selector of `sender` that has a key; the best of them all otherwise."""
    findings = [_of_selector(selector, domain, sender, lookup) for selector in sender.selectors]
    ranks = {Verdict.FINE: 0, Verdict.WRONG: 1, Verdict.UNKNOWN: 2, Verdict.MISSING: 3}
    best = min(findings, key=lambda one: ranks[one.verdict])
    if best.verdict is not Verdict.MISSING or len(findings) == 1:
        return best
    tried = ", ".join(sender.selectors)
    says = f"No DKIM key at any usual selector ({tried}), so your mail is not signed as yours. "
    says += sender.fix or "Ask whoever sends your mail for its selector, and enter it here."
    return Finding(_CHECK, Verdict.MISSING, says, best.name, best.value)


def _of_selector(selector: str, domain: str, sender: Sender, lookup: Lookup) -> Finding:
    name = f"{selector}._domainkey.{domain}"
    answer = lookup.txt(name)
    if answer.outcome is Outcome.FAILED:
        return unknown(_CHECK, name, answer)
    record = next((one for one in answer.records if "p" in tags(one)), "")
    value = "v=DKIM1; k=rsa; p=" + "(the public key your sender shows you)"
    if not record:
        says = f"No DKIM key at {name}. "
        says += sender.fix or "Ask whoever sends your mail for the record."
        return Finding(_CHECK, Verdict.MISSING, says, name, value)
    fault, bits = _fault(tags(record))
    if fault:
        return Finding(_CHECK, Verdict.WRONG, f"{name}: {fault}", name, value, record)
    says = f"Selector {selector} has a key of {bits} bits."
    if bits and _LEAST <= bits < _BETTER:
        says += f" {_BETTER} bits would be better."
    return Finding(_CHECK, Verdict.FINE, says if bits else f"Selector {selector} has a key.", "")


def tags(record: str) -> dict[str, str]:
    """'v=DKIM1; p=…' as a table; the first of two equal names counts."""
    found: dict[str, str] = {}
    for part in record.split(";"):
        name, sign, value = part.partition("=")
        if sign:
            found.setdefault(name.strip().lower(), "".join(value.split()))
    return found


def _fault(said: dict[str, str]) -> tuple[str, int]:
    """What is wrong with the key, '' when nothing is; and its length in bits where it has one."""
    if said.get("v", "DKIM1") != "DKIM1":
        return "this is no DKIM record.", 0
    if not said["p"]:
        return "the key was revoked (p= is empty). Publish a new one.", 0
    try:
        key = b64decode(said["p"], validate=True)
        if said.get("k", "rsa").lower() == "ed25519":
            return ("" if len(key) == _ED25519 else "the Ed25519 key is damaged."), 0
        loaded = load_der_public_key(key)
    except (ValueError, binascii.Error, UnsupportedAlgorithm):
        return "the key is damaged. Copy the record again, whole.", 0
    bits = loaded.key_size if isinstance(loaded, RSAPublicKey) else 0
    if 0 < bits < _LEAST:
        return f"the key has {bits} bits; at least {_LEAST} are needed.", bits
    return "", bits
