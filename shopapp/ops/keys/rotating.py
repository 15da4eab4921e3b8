"""A new data key for a store: what is sealed next uses it, what was sealed before follows."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from shopapp import clock
from shopapp.audit.actions import record
from shopapp.connections.models import DataKey
from shopapp.crypto import envelope
from shopapp.crypto.keyrings import Keyring
from shopapp.db import Session
from shopapp.ids import new_id
from shopapp.jobs import ledger
from shopapp.jobs.context import JobContext
from shopapp.jobs.models import Job
from shopapp.jobs.queries import latest_job
from shopapp.jobs.registry import handler
from shopapp.ops.keys.census import keys_of
from shopapp.ops.keys.resealing import Note, Write, reseal
from shopapp.ops.keys.stores import looking_into
from shopapp.stores.models import Store, StoreSettings
from shopapp.tenancy import store_of, store_transaction

JOB = "keys.rotate"


def begin(keyring: Keyring, store_id: str, *, queue: bool) -> bool:
    """Give the store a new data key, and `queue` what follows; False when nothing was ever sealed.

    While values wait for the newest key, that rotation goes on instead of another being begun.
    """
    with looking_into(store_id) as session:
        found = keys_of(session)
    if not found.keys:
        return False
    key = None if found.due else _made(keyring, store_id, found.keys[0].version + 1)
    with store_transaction(store_id) as session:
        if key is not None:
            _put(session, key)
        if queue:
            once = _once(store_id)
            ledger.enqueue(session, JOB, store_id=store_id, arguments={}, dedupe_key=once)
    return True


@handler(JOB)
def follow(context: JobContext) -> None:
    """Seal with the store's newest data key whatever is sealed with an older one."""
    finish(
        context.keyring,
        context.claim.store_id or "",
        write=context.transaction,
        note=lambda _session, done, total: context.progress(done, total),
    )


def finish_now(keyring: Keyring, store_id: str, *, note: Note) -> int:
    """What the job does, in this process; how many values were re-sealed. Raises Unopenable."""
    return finish(keyring, store_id, write=lambda: store_transaction(store_id), note=note)


def job_of(session: Session) -> Job | None:
    """The latest rotation of the session's store in the background."""
    return latest_job(session, _once(store_of(session)))


def finish(keyring: Keyring, store_id: str, *, write: Write, note: Note) -> int:
    """Re-seal and write down that it is done; how many values were re-sealed. May be repeated.

    Raises Unopenable when values are left that no key opens.
    """
    changed = reseal(keyring, store_id, write=write, note=note)
    with write() as session:
        session.execute(update(StoreSettings).values(secrets_rotated_at=clock.now()))
    return changed


def _once(store_id: str) -> str:
    return f"{JOB}:{store_id}"


def _made(keyring: Keyring, store_id: str, version: int) -> DataKey:
    key = envelope.DataKey(new_id(), envelope.new_key())
    wrapped = keyring.wrap(key, store_id)
    return DataKey(id=key.id, version=version, kek_id=wrapped.kek_id, wrapped=wrapped.blob)


def _put(session: Session, key: DataKey) -> None:
    try:
        with session.begin_nested():
            session.add(key)
    except IntegrityError:
        return  # somebody began the same rotation a moment ago
    store = session.scalars(select(Store).where(Store.id == store_of(session))).one()
    record(session, "keys.rotated", store, by=None, after={"rotation": key.version}, source="cli")
