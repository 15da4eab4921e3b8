"""keys: what seals the stores' secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from shopapp.cli.units import installation, read_config

if TYPE_CHECKING:
    from shopapp.config import Config
    from shopapp.crypto.keyrings import LocalKeyring
    from shopapp.jobs.models import Job
    from shopapp.ops.keys.census import StoreKeys
    from shopapp.ops.keys.resealing import Note
    from shopapp.ops.keys.stores import Shop

STORE = click.option("--store", help="The store's handle; every store when left out.")


@click.group()
def keys() -> None:
    """The keys that seal the stores' secrets."""


@keys.command(name="list")
def list_keys() -> None:
    """The keys of the keyring, and how many data keys each of them wraps."""
    from shopapp.home.standing import counted
    from shopapp.ops.keys import census

    with installation() as (_, ring):
        wraps = census.wrapped_by()
        for name in dict.fromkeys((ring.current, *ring.local.keys, *sorted(wraps))):
            notes = [f"wraps {counted(wraps[name], 'data key')}"]
            notes += ["current"] if name == ring.current else []
            notes += [] if ring.has(name) else ["MISSING: put the keyring back from your backup"]
            click.echo(f"{name}  {', '.join(notes)}")


@keys.command()
@click.argument("name", required=False)
@click.option("--spare", is_flag=True, help="Keep the present key current.")
def add(name: str | None, spare: bool) -> None:
    """Put a fresh key-encryption key into the local keyring; it wraps from now on."""
    from shopapp.crypto import instance

    config = read_config()
    instance.load(config)
    name = name or instance.new_name()
    ring = instance.add_key(config, name, current=not spare)
    _changed(config, ring, f"The key {name} is added.")
    if config.kms_key_id:
        click.echo("AWS KMS wraps as before, until KMS_KEY_ID is taken away.")
    elif not spare:
        click.echo("Next: shopapp keys rewrap")


@keys.command()
@STORE
def rewrap(store: str | None) -> None:
    """Wrap the data keys by the current key, wherever they were wrapped before."""
    from shopapp.home.standing import counted
    from shopapp.ops.keys import rewrapping, stores

    with installation() as (_, ring):
        done = sum(rewrapping.rewrap(ring, shop.id) for shop in stores.shops(store))
        click.echo(f"Wrapped anew by {ring.current}: {counted(done, 'data key')}.")


@keys.command()
@STORE
@click.option("--now", is_flag=True, help="Re-seal here and now instead of in the background.")
def rotate(store: str | None, now: bool) -> None:
    """Give each store a new data key and seal its secrets anew; goes on where it was stopped."""
    from shopapp.home.standing import counted
    from shopapp.ops.keys import rotating, stores

    with installation() as (_, ring):
        begun = [
            shop for shop in stores.shops(store) if rotating.begin(ring, shop.id, queue=not now)
        ]
        for shop in begun if now else ():
            changed = rotating.finish_now(ring, shop.id, note=_counting(shop))
            click.echo(f"{shop.handle}: {counted(changed, 'value')} sealed anew.")
    if not now:
        click.echo(f"{counted(len(begun), 'store')} in the background: shopapp keys status")


@keys.command()
@STORE
def status(store: str | None) -> None:
    """Sealed values by store and data key, and what is due."""
    from shopapp.home.standing import counted
    from shopapp.ops.keys import census, rotating, stores

    with installation() as (_, ring):
        for shop in stores.shops(store):
            with stores.looking_into(shop.id) as session:
                found, job = census.keys_of(session), rotating.job_of(session)
            click.echo(f"{shop.handle}: {counted(found.total, 'sealed value')}")
            for line in (*_lines(found, ring.current), *_progress(job)):
                click.echo(f"  {line}")


@keys.command()
@click.argument("key", required=False)
@STORE
def retire(key: str | None, store: str | None) -> None:
    """Destroy data keys that nothing uses, or KEY of the local keyring. Backups may need them."""
    from shopapp.home.standing import counted
    from shopapp.ops.keys import retiring, stores

    with installation() as (config, _):
        if key is not None:
            _changed(config, retiring.retire_local(config, key), f"The key {key} is destroyed.")
            return
        done = sum(retiring.retire_data_keys(shop) for shop in stores.shops(store))
        click.echo(f"Destroyed: {counted(done, 'old data key')}.")


def _lines(found: StoreKeys, current: str) -> list[str]:
    """What `status` says of a store's keys."""
    from shopapp.home.standing import counted

    lines = [
        f"data key {key.version} of {key.made_at:%Y-%m-%d}, wrapped by {key.kek_id}: "
        f"{counted(key.values, 'value')}"
        + ("" if key.kek_id == current else " (due: shopapp keys rewrap)")
        + (" (unused: shopapp keys retire)" if key is not found.keys[0] and not key.values else "")
        for key in found.keys
    ]
    lines += (
        [f"{counted(found.due, 'value')} to be sealed anew: shopapp keys rotate"]
        if found.due
        else []
    )
    return lines + ([f"{counted(found.lost, 'value')} without a key here"] if found.lost else [])


def _progress(job: Job | None) -> list[str]:
    """How far the last rotation in the background is."""
    from shopapp.jobs.queries import progress

    if job is None:
        return []
    far = progress(job)
    total = "" if far.total is None else f", {far.done} of {far.total} values"
    return [f"rotation {job.state}{total}" + (f" ({job.last_error})" if job.last_error else "")]


def _changed(config: Config, ring: LocalKeyring, said: str) -> None:
    """The keyring file has changed already; the environment is not ours to change."""
    from shopapp.crypto import keyrings

    if config.encryption_keys:
        click.echo("Set this wherever shopapp runs, and restart it:")
        click.echo(f"ENCRYPTION_KEYS={keyrings.variable_text(ring)}")
    else:
        click.echo(said)


def _counting(shop: Shop) -> Note:
    """On a terminal, one line that counts."""
    from sys import stderr

    def note(_session: object, done: int, total: int) -> None:
        if stderr.isatty():
            click.echo(f"\r{shop.handle}: {done} of {total}", nl=False, err=True)

    return note


COMMANDS = (keys,)
