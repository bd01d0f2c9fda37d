"""What a shell offers while a name is typed: from the store or the server, at once, or nothing."""

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Final

import typer

from app.commands import door
from core.errors import GovernanceError

if TYPE_CHECKING:
    from app.shapes.models import Model

MOST: Final = 50
"""More than this nobody reads between two keys."""


def models(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the names of models that begin as typed."""
    return [model.slug for model in _begun(ctx, incomplete)]


def versions(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer MODEL@VERSION as typed so far, the newest version of each model first."""
    named = (
        f"{model.slug}@{number}"
        for model in _begun(ctx, incomplete.partition("@")[0])
        for number in range(model.newest or 0, 0, -1)
    )
    return list(islice((one for one in named if one.startswith(incomplete)), MOST))


ModelName = Annotated[
    str, typer.Argument(metavar="MODEL", help="Name in addresses, as in mortgage-approval.", autocompletion=models)
]
Version = Annotated[
    str, typer.Argument(metavar="MODEL@VERSION", help="As in mortgage-approval@4.", autocompletion=versions)
]


def _begun(ctx: typer.Context, typed: str) -> list["Model"]:
    """Find models whose names begin like this; a shell that hears of an error could only show it in the line."""
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 - only a completion that asks a store gets here

    try:
        door.name_server(ctx.find_root().params.get("url"))
        with door.door(hurried=True) as signoff:
            return [model for model in islice(signoff.models(typed), MOST) if model.slug.startswith(typed)]
    except (GovernanceError, SQLAlchemyError, OSError):
        return []


@contextmanager
def in_bash() -> Iterator[None]:
    """Put MODEL@VERSION together, which bash takes for three words, and offer it what stands behind the `@` alone."""
    words = os.environ["COMP_WORDS"].split("\n")[: int(os.environ["COMP_CWORD"]) + 1]
    whole = re.sub(r"\n@(\n|$)", "@", "\n".join(words))
    os.environ |= {"COMP_WORDS": whole, "COMP_CWORD": str(whole.count("\n"))}
    offered = io.StringIO()
    try:
        with redirect_stdout(offered):
            yield
    finally:
        for one in offered.getvalue().splitlines():
            print(one.rpartition("@")[2] if "@" in words[-2:] else one)  # noqa: T201 - to the shell
