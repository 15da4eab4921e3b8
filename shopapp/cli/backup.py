"""backup: make, list, verify, restore and prune backups."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from shopapp.cli.units import read_config, unit

if TYPE_CHECKING:
    from shopapp.config import Config
    from shopapp.ops.backups.places import Place

WHERE = click.option("--from", "where", default="", help="Default: BACKUP_TO.")
IDENTITY = click.option(
    "--identity",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="File with the AGE-SECRET-KEY- line.",
)


@click.group()
def backup() -> None:
    """Backups of database and files, as one encrypted artefact each."""


@backup.command()
@click.option("--to", default="", help="Folder or s3://bucket/prefix. Default: BACKUP_TO.")
@click.option("--plain", is_flag=True, help="Unencrypted, into a folder only.")
def create(to: str, plain: bool) -> None:
    """Make a backup now."""
    from shopapp import clock
    from shopapp.ops import database
    from shopapp.ops.backups import creating, runs

    config, begun = read_config(), clock.now()
    made = creating.create(config, to=to, is_plain=plain)
    if to in ("", config.backup_to) and database.status(config.sqlalchemy_url).is_current:
        with unit(config) as session:
            runs.record_made(session, begun, made)
    found = made.manifest
    click.echo(
        f"{made.place}/{found.artefact}: {found.size:,} bytes, {found.rows:,} rows in "
        f"{len(found.tables)} tables, {found.files:,} files."
    )
    click.echo(f"It needs the keys {', '.join(found.key_ids) or '(none)'}, which are not in it.")


@backup.command(name="list")
@WHERE
def list_backups(where: str) -> None:
    """The backups in a place, the newest first."""
    from shopapp.ops.backups import listing

    for each in listing.kept(_place(read_config(), where)):
        found = each.manifest
        proved = "  proved" if each.is_proved else ""
        click.echo(f"{found.artefact}  {found.size:,} bytes  {found.rows:,} rows{proved}")


@backup.command()
@click.argument("artefact", required=False)
@WHERE
@IDENTITY
def verify(artefact: str | None, where: str, identity: Path | None) -> None:
    """Check the newest backup, or ARTEFACT; with --identity by restoring it aside."""
    from shopapp.ops.backups import listing, verifying

    config = read_config()
    place = _place(config, where)
    name = artefact or listing.newest(place)
    if identity is None and name.endswith(".age"):
        found = verifying.check(place, name)
        click.echo(f"{name} is there and whole: {found.size:,} bytes, {found.rows:,} rows.")
        click.echo("Only a verification with --identity proves that it can be restored.")
        return
    proof = verifying.prove(config, place, name, identity)
    if proof.problem:
        raise click.ClickException(f"{name} is no good: {proof.problem}")
    click.echo(
        f"{name} was restored in {proof.restore_seconds:g} s: {proof.rows:,} rows as backed up, "
        f"upgraded, secrets of {proof.secrets_opened} stores opened."
    )
    if not proof.signature:
        click.echo("This installation's keys are not here: the result is unsigned and not shown.")


@backup.command()
@click.argument("artefact", required=False)
@WHERE
@IDENTITY
@click.option("--force", is_flag=True, help="Replace a database that holds stores.")
def restore(artefact: str | None, where: str, identity: Path | None, force: bool) -> None:
    """Put back the newest backup, or ARTEFACT. What it would send waits for shopapp resume."""
    from shopapp import schedule
    from shopapp.ops.backups import listing, restoring

    assert schedule.HANDLERS  # noqa: S101  # loaded, so that every job and listener is known
    config = read_config()
    place = _place(config, where)
    name = artefact or listing.newest(place)
    done = restoring.restore(config, place, name, identity, force=force)
    click.echo(f"{name} is restored: {done.manifest.rows:,} rows, {done.manifest.files:,} files.")
    click.echo(f"{done.held_mails} mails are held back, {done.redactions} redactions replayed.")
    if done.replaced:
        click.echo(f"The database before is kept as {done.replaced}: remove it when all is well.")
    if done.missing_keys:
        click.echo(f"Missing keys: {', '.join(done.missing_keys)}. Put the keyring back.")
    click.echo("Nothing leaves until somebody has looked: shopapp resume.")


@backup.command()
@WHERE
def prune(where: str) -> None:
    """Remove outdated backups (BACKUP_KEEP, BACKUP_KEEP_DAYS); the last proved one stays."""
    from shopapp import clock
    from shopapp.ops.backups import listing

    config = read_config()
    gone, locked = listing.prune(
        _place(config, where),
        keep=config.backup_keep,
        days=config.backup_keep_days,
        now=clock.now(),
    )
    for name in gone:
        click.echo(f"removed {name}")
    for name in locked:
        click.echo(f"still locked: {name}")
    click.echo(f"{len(gone)} removed.")


@backup.command()
@click.argument("path", type=click.Path(path_type=Path))
def keygen(path: Path) -> None:
    """Make a key pair: PATH is the identity file, to be kept away from the server."""
    from shopapp.ops.backups import sealing

    text, public = sealing.new_identity()
    try:
        with path.open("x") as file:
            path.chmod(0o600)
            file.write(text)
    except FileExistsError:
        message = f"{path} exists: a key that encrypted backups is never overwritten"
        raise click.ClickException(message) from None
    click.echo(f"BACKUP_RECIPIENT={public}")
    click.echo(f"Keep {path} off this server, in two places: without it no backup can be read.")


def _place(config: Config, where: str) -> Place:
    from shopapp.ops.backups.creating import destination

    return destination(config, where)


COMMANDS = (backup,)
