"""The `signoff` command, put together from one module per noun."""

import sys
from typing import Final

import typer

from app.commands import (
    audit,
    card,
    demo,
    doctor,
    evaluation,
    init,
    monitoring,
    people,
    policy,
    registry,
    report,
    request,
    serve,
    verify,
)
from core.errors import GovernanceError, InputError, NotFoundError

COMMANDS: Final = (
    demo,
    init,
    serve,
    doctor,
    people,
    registry,
    evaluation,
    monitoring,
    verify,
    audit,
    policy,
    request,
    card,
    report,
)
"""Modules with a `register(cli)`; one line each."""


def build() -> typer.Typer:
    """Put the command together."""
    cli = typer.Typer(
        name="signoff",
        help="Sign-off for machine-learning models: evidence, checks, signatures and a provable history.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for module in COMMANDS:
        module.register(cli)
    return cli


def main() -> None:
    """Run a command; a refusal is two sentences on the error output, with exit code 1, or 2 for unusable input."""
    try:
        build()()
    except GovernanceError as error:
        typer.echo(f"{error.problem}\n{error.fix}", err=True)
        sys.exit(exit_code(error))


def exit_code(error: GovernanceError) -> int:
    """Return 2 when the command could not be understood or carried out as typed, else 1."""
    return 2 if isinstance(error, InputError | NotFoundError) else 1


if __name__ == "__main__":
    main()
