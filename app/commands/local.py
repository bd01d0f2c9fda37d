"""What commands share: the local store, the account that acts, and how they print."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from app import house
from app.settings import Settings, settings
from core.access import queries
from core.access.person import Person
from core.audit.actor import Actor
from core.errors import InputError
from core.store.store import Store

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
"""The option of every command that prints."""


@contextmanager
def local_store(chosen: Settings | None = None) -> Iterator[Store]:
    """Open the store of this machine for one command.

    Raises:
        GovernanceError: it cannot be opened as it is.
    """
    store = house.opened(chosen or settings())
    try:
        yield store
    finally:
        store.close()


def acting_person(store: Store) -> Person:
    """Return the active account that SIGNOFF_USER names.

    Raises:
        InputError: none is named, or none like that is active.
    """
    named = settings().user
    if not named:
        raise InputError("This command does not know who you are.", "Set SIGNOFF_USER to your user name.")
    with store.reading() as session:
        person = queries.by_username(session, named)
    if person is None or not person.active:
        raise InputError(f"There is no active account {named!r}.", "Set SIGNOFF_USER to your user name.")
    return person


def acting(store: Store) -> Actor:
    """Return the account that SIGNOFF_USER names as the one who acts, by method `cli`; it can never sign.

    Raises:
        InputError: none is named, or none like that is active.
    """
    return acting_person(store).actor("cli")


def say(text: str, data: Mapping[str, object] | None = None, *, as_json: bool = False) -> None:
    """Print one outcome: a sentence for people, or the same as JSON for programs."""
    typer.echo(json.dumps(data or {"message": text}, default=str) if as_json else text)


def tabulate(rows: Sequence[Mapping[str, object]], *, as_json: bool = False, nothing: str = "Nothing yet.") -> None:
    """Print a list: columns for people, or the same as JSON for programs."""
    if as_json:
        typer.echo(json.dumps(list(rows), default=str))
    elif not rows:
        typer.echo(nothing)
    else:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in rows[0]:
            table.add_column(heading.replace("_", " "), overflow="fold")
        for row in rows:
            table.add_row(*("–" if value is None else str(value) for value in row.values()))
        # Read by a program or kept in a log, a line stays a line.
        width = None if sys.stdout.isatty() else 240
        console = Console(width=width, soft_wrap=True, markup=False, highlight=False)
        console.print(table)
