"""Where the mail of common providers lies: filled in for who adds a mailbox, by its domain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from shopapp.connectors.mail.shapes import Security


@dataclass(frozen=True, slots=True)
class Server:
    """One server: its name, port and encryption."""

    host: str
    port: int
    security: Security


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider's servers, and what a person has to know before signing in."""

    imap: Server
    smtp: Server
    hint: str = ""


_APP = "This provider wants an app password: make one in your account's security settings."


def _provider(imap: str, smtp: str, hint: str = "", *, smtp_port: int = 465) -> Provider:
    security: Security = "tls" if smtp_port == 465 else "starttls"
    return Provider(Server(imap, 993, "tls"), Server(smtp, smtp_port, security), hint)


_GMAIL = _provider("imap.gmail.com", "smtp.gmail.com")
_OUTLOOK = _provider("outlook.office365.com", "smtp.office365.com", smtp_port=587)
_ICLOUD = _provider("imap.mail.me.com", "smtp.mail.me.com", _APP, smtp_port=587)
_YAHOO = _provider("imap.mail.yahoo.com", "smtp.mail.yahoo.com", _APP)
_GMX = _provider("imap.gmx.net", "mail.gmx.net", "Switch IMAP on in the account first.")
_ZOHO = _provider("imap.zoho.com", "smtp.zoho.com", _APP)

KNOWN: Final[dict[str, Provider]] = {
    **dict.fromkeys(("gmail.com", "googlemail.com"), _GMAIL),
    **dict.fromkeys(("outlook.com", "hotmail.com", "live.com", "msn.com"), _OUTLOOK),
    **dict.fromkeys(("icloud.com", "me.com", "mac.com"), _ICLOUD),
    **dict.fromkeys(("yahoo.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr"), _YAHOO),
    **dict.fromkeys(("gmx.de", "gmx.net", "gmx.at", "gmx.ch"), _GMX),
    **dict.fromkeys(("zoho.com", "zohomail.com"), _ZOHO),
    "web.de": _provider("imap.web.de", "smtp.web.de", "Switch IMAP on in the account first."),
    "aol.com": _provider("imap.aol.com", "smtp.aol.com", _APP),
    "fastmail.com": _provider("imap.fastmail.com", "smtp.fastmail.com", _APP),
    "mailbox.org": _provider("imap.mailbox.org", "smtp.mailbox.org"),
    "posteo.de": _provider("posteo.de", "posteo.de"),
    "t-online.de": _provider("secureimap.t-online.de", "securesmtp.t-online.de"),
    "orange.fr": _provider("imap.orange.fr", "smtp.orange.fr"),
    "laposte.net": _provider("imap.laposte.net", "smtp.laposte.net"),
}


def provider_of(address: str) -> Provider:
    """The provider of an address; of a domain of its own a guess, `imap.` and `smtp.` before it."""
    domain = address.rpartition("@")[2].strip().lower()
    known = KNOWN.get(domain)
    return known or _provider(f"imap.{domain}", f"smtp.{domain}")
