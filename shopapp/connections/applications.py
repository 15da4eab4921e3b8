"""This installation as Google and Microsoft know it: of the whole installation, or of one store."""

from __future__ import annotations

from sqlalchemy import select

from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.config import Config
from shopapp.connections.models import Provider, StoreSecret
from shopapp.connections.vault import Vault
from shopapp.connectors.errors import Misconfigured
from shopapp.connectors.oauth.client import ConsentClient
from shopapp.connectors.oauth.providers import provider
from shopapp.connectors.oauth.shapes import Application, Name
from shopapp.crypto.envelope import CannotOpen
from shopapp.crypto.keyrings import Keyring, KeyringError
from shopapp.db import Session
from shopapp.stores.models import StoreSettings


def client(session: Session, name: Name, *, keyring: Keyring, config: Config) -> ConsentClient:
    """Who asks `name` for consent; raises Misconfigured where nobody registered us there."""
    asked = provider(name, getattr(config, f"{name}_oauth_url"))
    client_id, secret = _own(session, name, keyring) or _installations(name, config)
    if client_id and secret:
        uri = f"{config.base_url}/connect/{name}/callback"
        return ConsentClient(asked, Application(client_id, secret, uri))
    message = f"{asked.title} does not know this installation yet."
    raise Misconfigured(
        message,
        fix=f"Save a client id and secret on this page, or set {name.upper()}_CLIENT_ID and "
        f"{name.upper()}_CLIENT_SECRET.",
    )


def is_known(session: Session, name: Name, *, config: Config) -> bool:
    """Whether consent can be asked for, found without opening a secret."""
    return bool(own_client_id(session, name)) or all(_installations(name, config))


def own_client_id(session: Session, name: Name) -> str:
    """The store's own client id, '' when it has none."""
    row = session.scalar(select(StoreSettings))
    return str((row.connection_metadata if row else {}).get(_key(name), {}).get("client_id", ""))


def keep(
    session: Session,
    settings: StoreSettings,
    name: Name,
    *,
    client_id: str,
    client_secret: str,
    keyring: Keyring,
    by: User,
) -> None:
    """Make this the store's own application; an empty id goes back to the installation's.

    An empty secret keeps the saved one.
    """
    before, after = own_client_id(session, name), {"client_id": client_id, "provider": name}
    record(session, "connection.saved", settings, by=by, before={"client_id": before}, after=after)
    others = {k: v for k, v in settings.connection_metadata.items() if k != _key(name)}
    secret = _secret(session, name)
    if not client_id:
        settings.connection_metadata = others
        if secret is not None:
            session.delete(secret)
        return
    settings.connection_metadata = others | {_key(name): {"client_id": client_id}}
    if secret is None:
        secret = StoreSecret(provider=Provider.MAIL, name=_key(name))
        session.add(secret)
        session.flush()
    if client_secret:
        Vault(session, keyring).seal(secret, "secret", client_secret)


def _own(session: Session, name: Name, keyring: Keyring) -> tuple[str, str] | None:
    client_id, row = own_client_id(session, name), _secret(session, name)
    if not client_id or row is None:
        return None
    try:
        return client_id, Vault(session, keyring).open(row, "secret") or ""
    except (CannotOpen, KeyringError):
        message = "The client secret cannot be opened with this keyring."
    raise Misconfigured(message, fix="Enter the client secret again.")


def _installations(name: Name, config: Config) -> tuple[str, str]:
    return getattr(config, f"{name}_client_id"), getattr(config, f"{name}_client_secret")


def _secret(session: Session, name: Name) -> StoreSecret | None:
    return session.scalar(
        select(StoreSecret).where(
            StoreSecret.provider == Provider.MAIL, StoreSecret.name == _key(name)
        )
    )


def _key(name: Name) -> str:
    return f"oauth-app:{name}"
