"""The `shopapp` command: thin; one module a group, and what is slow to import is imported late."""

from __future__ import annotations

import sys

import click

from shopapp.cli import (
    about,
    backup,
    copying,
    data,
    drafts,
    health,
    holding,
    jobs,
    keys,
    knowledge,
    mail,
    moving,
    people,
    privacy,
    retention,
    roles,
    running,
)

GROUPS = (
    *(about, backup, copying, data, drafts, health, holding, jobs, keys, knowledge),
    *(mail, moving, people, privacy, retention, roles, running),
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def cli() -> None:
    """A self-hosted control centre for a Shopify store."""


for group in GROUPS:
    for command in group.COMMANDS:
        cli.add_command(command)


def main(arguments: list[str] | None = None) -> int:
    """Run a command; an error a person can act on becomes one sentence on stderr, exit code 1."""
    try:
        code = cli.main(arguments, prog_name="shopapp", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return 130
    except Exception as error:
        from shopapp.cli.failures import sentence

        said = sentence(error)
        if said is None:
            raise
        click.echo(f"shopapp: {said}", err=True)
        return 1
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    sys.exit(main())
