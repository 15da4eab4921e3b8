"""Whether what is lost can be had again: keys that open what is sealed."""

from __future__ import annotations

from sqlalchemy import select

from shopapp.connections.models import DataKey
from shopapp.crypto import instance
from shopapp.crypto.instance import InstanceError
from shopapp.crypto.keyrings import KeyringError
from shopapp.ops.doctor.cases import Case
from shopapp.ops.doctor.findings import Finding, ok, unknown, wrong
from shopapp.ops.doctor.wording import counted

_RESTORE = "Put the keyring back from where you keep it, apart from the backups."


def keyring(case: Case) -> Finding:
    """The installation's keys can be read; none are made by looking."""
    config = case.config
    if not (config.instance / instance.SECRETS).exists():
        return unknown("There are no keys yet.", "The first start makes them.")
    try:
        found = instance.load(config).keyring
    except (InstanceError, KeyringError) as error:
        return wrong("The keys cannot be used.", f"{error}.")
    here = counted(len(found.local.keys), "key")
    if found.is_remote:
        return ok(f"KMS_KEY_ID wraps new data keys; the local keyring holds {here}.")
    return ok(f"The keyring holds {here}; {found.current} is current.")


def data_keys(case: Case) -> Finding:
    """Every store's data key is wrapped by a key we have."""
    if not (case.config.instance / instance.SECRETS).exists():
        return unknown("There are no keys yet.")
    keyring = instance.load(case.config).keyring
    wrapping: set[str] = set()
    for store_id in case.stores:
        with case.session(store_id) as session:
            wrapping |= set(session.scalars(select(DataKey.kek_id).distinct()))
    lost = sorted(each for each in wrapping if not keyring.has(each))
    if not lost:
        return ok("Every sealed secret can be opened with the keyring.")
    return wrong(f"Secrets are sealed under {', '.join(lost)}, which is missing.", _RESTORE)
