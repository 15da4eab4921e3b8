"""Known senders: which include and which DKIM selectors go with whose SMTP server."""

from __future__ import annotations

from dataclasses import replace

from shopapp.connectors.dns.shapes import Sender

_KNOWN = (
    Sender(
        "gmail.com",
        "Google Workspace",
        "_spf.google.com",
        ("google",),
        "Make the key in the Google Admin console under Apps, Gmail, Authenticate email.",
    ),
    Sender(
        "office365.com",
        "Microsoft 365",
        "spf.protection.outlook.com",
        ("selector1", "selector2"),
        "Switch DKIM on in the Microsoft Defender portal and add the two CNAME records it names.",
    ),
    Sender("outlook.com", "Microsoft 365", "spf.protection.outlook.com", ("selector1",)),
    Sender("sendgrid.net", "SendGrid", "sendgrid.net", ("s1", "s2")),
    Sender("mailgun.org", "Mailgun", "mailgun.org", ("mailo", "smtp", "k1")),
    Sender("amazonaws.com", "Amazon SES", "amazonses.com"),
    Sender("postmarkapp.com", "Postmark", "spf.mtasv.net", ("pm",)),
    Sender("zoho.com", "Zoho", "zohomail.com", ("zmail", "zoho")),
    Sender("zoho.eu", "Zoho", "zohomail.eu", ("zmail", "zoho")),
    Sender("fastmail.com", "Fastmail", "spf.messagingengine.com", ("fm1", "fm2", "fm3")),
    Sender("ionos.de", "IONOS", "_spf-eu.ionos.com", ("s1-ionos", "s2-ionos")),
    Sender("ovh.net", "OVH", "mx.ovh.com"),
    Sender("brevo.com", "Brevo", "spf.brevo.com", ("mail", "brevo1", "brevo2")),
)
_USUAL = ("default", "mail", "dkim", "s1", "k1", "key1")


def sender_at(host: str, selector: str = "") -> Sender:
    """Who sends through the SMTP server `host`; `selector` is one a person knows."""
    name = host.lower().rstrip(".")
    known = next((s for s in _KNOWN if name == s.host or name.endswith(f".{s.host}")), Sender(name))
    own = (selector,) if selector else ()
    selectors = tuple(dict.fromkeys((*own, *(known.selectors or _USUAL))))
    return replace(known, host=name, selectors=selectors)
