"""The `signoff` command, put together from one module per noun."""

import importlib
import sys
from typing import Final

import typer

from core.errors import GovernanceError, InputError, NotFoundError

COMMANDS: Final = {
    "Begin": {"demo": "demo", "init": "init", "serve": "serve", "doctor": "doctor"},
    "From a pipeline": {
        "register": "registry",
        "evalset": "evaluation",
        "upload": "evaluation",
        "card": "card",
        "request": "request",
        "gate": "request",
    },
    "Watch what is in use": {
        "baseline": "monitoring",
        "monitor": "monitoring",
        "log": "monitoring",
        "labels": "monitoring",
        "watch": "monitoring",
    },
    "Take away and prove": {"report": "report", "population": "report", "verify": "verify", "audit": "audit"},
    "Run the house": {"people": "people", "policy": "policy", "backup": "audit", "restore": "audit"},
}
"""Every command under the heading where the help shows it, with the module of app.commands that has it."""


def build(wanted: str | None = None) -> typer.Typer:
    """Put the command together.

    Args:
        wanted: the command that was typed; only its module is loaded then, because all of them together take
            seconds and load what most commands never touch.
    """
    cli = typer.Typer(
        name="signoff",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    cli.callback()(_signoff)  # without one, a command that stands alone would lose its name
    modules = {name: module for commands in COMMANDS.values() for name, module in commands.items()}
    for module in [modules[wanted]] if wanted in modules else dict.fromkeys(modules.values()):
        importlib.import_module(f"app.commands.{module}").register(cli)
    headings = {name: heading for heading, commands in COMMANDS.items() for name in commands}
    for command in cli.registered_commands:
        command.rich_help_panel = headings[str(command.name)]
    for group in cli.registered_groups:
        group.rich_help_panel = headings[str(group.name)]
    cli.registered_commands.sort(key=lambda command: list(modules).index(str(command.name)))
    return cli


def main() -> None:
    """Run a command; a refusal is two sentences on the error output, with exit code 1, or 2 for unusable input."""
    try:
        build(sys.argv[1] if len(sys.argv) > 1 else None)()
    except GovernanceError as error:
        typer.echo(f"{error.problem}\n{error.fix}", err=True)
        sys.exit(exit_code(error))
    except KeyboardInterrupt:
        sys.exit(130)  # as shells say it; nothing was half done, so there is nothing to tell


def _signoff() -> None:
    """Sign-off for machine-learning models: evidence, checks, signatures and a provable history."""


def exit_code(error: GovernanceError) -> int:
    """Return 2 when the command could not be understood or carried out as typed, else 1."""
    return 2 if isinstance(error, InputError | NotFoundError) else 1


if __name__ == "__main__":
    main()
