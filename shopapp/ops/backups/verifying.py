"""Is a backup good? What the server can see of it, and the proof: restoring it elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

from sqlalchemy import create_engine, select

from shopapp import clock
from shopapp.config import Config
from shopapp.connections.models import StoreSecret
from shopapp.connections.vault import Vault
from shopapp.crypto import instance
from shopapp.crypto.envelope import CannotOpen
from shopapp.crypto.instance import InstanceKeys
from shopapp.crypto.keyrings import KeyringError
from shopapp.db import Session, db, engine_options, lay_down_rules, normalised
from shopapp.ops import database
from shopapp.ops.backups import artefacts, listing, loading, proofs, sealing, tallies
from shopapp.ops.backups.artefacts import Unpacked
from shopapp.ops.backups.creating import room_in, scratch
from shopapp.ops.backups.errors import BackupError, damaged
from shopapp.ops.backups.manifests import Manifest
from shopapp.ops.backups.places import Place
from shopapp.ops.backups.proofs import Proof
from shopapp.ops.backups.tallies import Tally
from shopapp.stores.models import Store
from shopapp.tenancy import bind


@dataclass(frozen=True, slots=True)
class _Restored:
    """A backup in a scratch database: what it held, and what it holds at this code's revision."""

    url: str
    found: dict[str, Tally]
    seconds: float


def check(place: Place, artefact: str) -> Manifest:
    """What the server can say without the identity: it is there, whole, and as it was sent.

    Raises BackupError, ConnectorError.
    """
    manifest = listing.manifest_of(place, artefact)
    size = place.size(artefact)
    if size is None:
        message = f"{artefact} is missing from {place}, only its manifest is left"
        raise BackupError(message)
    if size != manifest.size or _sha256(place.chunks(artefact)) != manifest.sha256:
        raise damaged(artefact)
    return manifest


@contextmanager
def fetched(
    config: Config, place: Place, artefact: str, identity: Path | None
) -> Iterator[Unpacked]:
    """The artefact checked and unpacked, set aside. Raises BackupError, ConnectorError."""
    manifest = listing.manifest_of(place, artefact)
    identities = sealing.identities_in(identity) if identity else []
    if manifest.is_encrypted and not identities:
        message = f"{artefact} is encrypted: give the file with its AGE-SECRET-KEY with --identity"
        raise BackupError(message)
    with room_in(config.instance, "restored"), scratch(config.instance) as folder:
        path = folder / "artefact"
        if _sha256(_saved(place.chunks(artefact), path)) != manifest.sha256:
            raise damaged(artefact)
        unpacked = artefacts.unpack(path, folder / "unpacked", identities, artefact)
        path.unlink()
        if unpacked.manifest.artefact != artefact:
            message = f"{artefact} is {unpacked.manifest.artefact} under another name: use that"
            raise BackupError(message)
        yield unpacked


def prove(config: Config, place: Place, artefact: str, identity: Path | None) -> Proof:
    """Restore `artefact` into a scratch database and look; the result is written beside it.

    Raises BackupError, ConnectorError when it cannot even be tried; what is wrong with the backup
    is the result's `problem`.
    """
    keys = keys_at_hand(config)
    begun = monotonic()
    try:
        with fetched(config, place, artefact, identity) as unpacked:
            proof = _examined(config, unpacked, keys, begun)
    except BackupError as error:
        if not str(error).startswith(f"{artefact} is damaged"):
            raise
        proof = _proof(artefact, 0, 0, monotonic() - begun, str(error))
    proof = replace(proof, sha256=listing.manifest_of(place, artefact).sha256)
    if keys is not None:
        proof = proof.signed(keys.secret_key)
    place.write(proofs.beside(artefact), proof.to_json())
    return proof


def keys_at_hand(config: Config) -> InstanceKeys | None:
    """The installation's keys where they are; none are made."""
    has_keyring = config.encryption_keys or (config.instance / "keyring.json").exists()
    has_secrets = (config.instance / instance.SECRETS).exists()
    return instance.load(config) if has_keyring and has_secrets else None


def _examined(config: Config, unpacked: Unpacked, keys: InstanceKeys | None, begun: float) -> Proof:
    manifest = unpacked.manifest
    with _restored(config, unpacked, begun) as restored:
        problem = difference(manifest.tables, restored.found)
        opened = 0
        if not problem:
            database.upgrade(restored.url)
            opened, problem = _opened(restored.url, keys) if keys else (0, "")
    rows = sum(tally.rows for tally in restored.found.values())
    return _proof(manifest.artefact, rows, opened, restored.seconds, problem)


@contextmanager
def _restored(config: Config, unpacked: Unpacked, begun: float) -> Iterator[_Restored]:
    salt = bytes.fromhex(unpacked.manifest.salt)
    if unpacked.manifest.dialect == "sqlite":
        found = tallies.of_sqlite(unpacked.database, salt)
        yield _Restored(f"sqlite:///{unpacked.database}", found, monotonic() - begun)
        return
    if config.owner_url.startswith("sqlite"):
        message = (
            "this backup is of PostgreSQL: set DIRECT_URL to a PostgreSQL server where it may be "
            "restored into a scratch database"
        )
        raise BackupError(message)
    with loading.scratch_database(config) as url:
        loading.load(url, unpacked.database, unpacked.database.parent)
        yield _Restored(url, loading.tallies_of(url, salt), monotonic() - begun)


def difference(sent: dict[str, Tally], found: dict[str, Tally]) -> str:
    """The first table that is not as it was backed up, in a sentence; '' when all are (pure)."""
    for table in sorted({*sent, *found}):
        if table not in found:
            return f"the table {table} is missing"
        if table not in sent or sent[table] != found[table]:
            return f"the table {table} is not as it was backed up"
    return ""


def _opened(url: str, keys: InstanceKeys) -> tuple[int, str]:
    """How many stores' secrets opened, one of each, and what went wrong."""
    engine = create_engine(normalised(url), **engine_options(url))
    lay_down_rules(engine)
    try:
        with Session(db, bind=engine) as session:
            stores = session.scalars(select(Store.id)).all()
        return sum(_opens(engine, store_id, keys) for store_id in stores), ""
    except (CannotOpen, KeyringError) as error:
        return 0, f"a secret does not open: {error}"
    finally:
        engine.dispose()


def _opens(engine: object, store_id: str, keys: InstanceKeys) -> bool:
    with Session(db, bind=engine) as session:
        bind(session, store_id)
        vault = Vault(session, keys.keyring)
        secret = session.scalar(
            select(StoreSecret).where(StoreSecret.secret_ciphertext.is_not(None)).limit(1)
        )
        if secret is not None:
            return vault.open(secret, "secret") is not None
        return vault.open(session.get_one(Store, store_id), "access_token") is not None


def _proof(artefact: str, rows: int, opened: int, seconds: float, problem: str) -> Proof:
    return Proof(
        artefact=artefact,
        sha256="",
        verified_at=clock.now().isoformat(timespec="seconds"),
        restore_seconds=round(seconds, 2),
        rows=rows,
        secrets_opened=opened,
        problem=problem,
    )


def _saved(chunks: Iterator[bytes], path: Path) -> Iterator[bytes]:
    with path.open("xb") as file:
        path.chmod(0o600)
        for chunk in chunks:
            file.write(chunk)
            yield chunk


def _sha256(chunks: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()
