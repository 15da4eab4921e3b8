"""Intermediaries: senders that write for others, as contact forms and no-replies do (pure)."""

from __future__ import annotations

import re
from collections.abc import Collection

_SERVICES = (
    "shopify.com", "shopifyemail.com", "myshopify.com", "formspree.io", "formsubmit.co",
    "getform.io", "web3forms.com", "usebasin.com", "formcarry.com", "formspark.io", "jotform.com",
    "typeform.com", "wufoo.com", "formstack.com", "cognitoforms.com", "123formbuilder.com",
    "paperform.co", "tally.so", "hulkapps.com", "globosoftware.net", "elfsight.com",
    "elfsightmail.com", "powr.io", "powr-mail.com", "netlify.com", "squarespace.info",
    "wix-forms.com",
)  # fmt: skip
"""Forms of shops and websites; their mail comes from here, whoever filled the form in."""
_PUBLIC = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com gmx.de gmx.net"
    " web.de proton.me protonmail.com aol.com".split()
)
"""Domains that are nobody's own: a customer may write from the one the store's mailbox is at."""
_SILENT = re.compile(
    r"(?:[\w.+-]*[._+-])?(?:no|do[-_.]?not|dont)[-_.]?(?:reply|responder?)\b.*", re.I
)
_MACHINE = re.compile(
    r"(?:no[-_.]?reply|mailer|wordpress|www(?:-data)?|web(?:site|form)?|forms?|contact(?:-?form)?"
    r"|kontakt(?:formular)?|shop|store|notifications?)",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"(?im)^[ \t*>]{0,4}(?:your |ihre |customer )?"
    r"(?:e-?mail(?: address|-adresse|adresse)?|correo(?: electrónico)?|courriel|adresse e-?mail)"
    r"[ \t*]{0,3}[:：]\s{0,3}<?([\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,6}[a-z]{2,24})>?[ \t]*$"
)


def is_form(address: str, own: Collection[str]) -> bool:
    """Whether mail from `address` is a form's: a service's, or a machine's of the store's domain.

    `own` are the addresses of the store's mailboxes.
    """
    local, _, domain = address.lower().rpartition("@")
    domains = {each.lower().rpartition("@")[2] for each in own} - _PUBLIC
    is_service = any(domain == each or domain.endswith(f".{each}") for each in _SERVICES)
    return is_service or (domain in domains and bool(_MACHINE.fullmatch(local)))


def speaks_for_others(address: str, own: Collection[str]) -> bool:
    """Whether who answers `address` reaches nobody: a form, a no-reply, a mailbox of our own."""
    is_ours = address.lower() in {each.lower() for each in own}
    local = address.rpartition("@")[0]
    return is_ours or is_form(address, own) or bool(_SILENT.fullmatch(local))


def named(text: str) -> str:
    """The address a form's text names in its field "Email:"; anybody may have typed it."""
    found = _FIELD.search(text[:20_000])
    return found[1].lower() if found else ""
