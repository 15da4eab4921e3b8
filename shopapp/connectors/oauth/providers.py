"""Google and Microsoft: where consent is asked for, and whose servers take no password."""

from __future__ import annotations

from dataclasses import replace

from shopapp.connectors.oauth.shapes import NAMES, Name, Provider, Server

_GOOGLE = Provider(
    name="google",
    title="Google",
    authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
    token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
    issuers=("https://accounts.google.com", "accounts.google.com"),
    scopes=("openid", "email", "https://mail.google.com/"),
    imap=Server("imap.gmail.com", 993, "tls"),
    smtp=Server("smtp.gmail.com", 587, "starttls"),
    hosts=("gmail.com", "googlemail.com"),
    extra=(("access_type", "offline"), ("prompt", "consent")),
)
_MICROSOFT = Provider(
    name="microsoft",
    title="Microsoft",
    authorize_url="https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
    token_url="https://login.microsoftonline.com/common/oauth2/v2.0/token",  # noqa: S106
    issuers=("https://login.microsoftonline.com/",),
    scopes=(
        "openid",
        "email",
        "profile",
        "offline_access",
        "https://outlook.office.com/IMAP.AccessAsUser.All",
        "https://outlook.office.com/SMTP.Send",
    ),
    imap=Server("outlook.office365.com", 993, "tls"),
    smtp=Server("smtp.office365.com", 587, "starttls"),
    hosts=("outlook.com", "office365.com", "hotmail.com", "live.com", "msn.com"),
    extra=(("prompt", "select_account"),),
)
_PROVIDERS = {each.name: each for each in (_GOOGLE, _MICROSOFT)}


def provider(name: Name, base_url: str = "") -> Provider:
    """The provider called `name`; `base_url` replaces where consent is asked for.

    With Microsoft that may be one tenant's own address; its paths are /authorize and /token.
    """
    found = _PROVIDERS[name]
    if not base_url:
        return found
    base = base_url.rstrip("/")
    return replace(
        found,
        authorize_url=f"{base}/authorize",
        token_url=f"{base}/token",
        issuers=(*found.issuers, base),
    )


def that_takes_no_password(host_or_address: str) -> Provider | None:
    """Who asks for consent instead of a password at this mail server or for this address."""
    domain = host_or_address.rpartition("@")[2].strip().rstrip(".").lower()
    for name in NAMES:
        if any(domain == one or domain.endswith(f".{one}") for one in _PROVIDERS[name].hosts):
            return _PROVIDERS[name]
    return None
