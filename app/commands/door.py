"""The door a command goes through: a server when one is named, else the store of this machine, in the same words."""

from contextvars import ContextVar
from typing import Annotated, Final

import typer

from app.settings import settings
from core.errors import InputError

Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        metavar="URL",
        help="Server to talk to, with the token of SIGNOFF_TOKEN; SIGNOFF_URL says the same. "
        "Without one, the store of this machine.",
    ),
]
"""The option of the whole command; it may stand anywhere on the line."""

_NAME: Final = "--url"
_NAMED: Final[ContextVar[str | None]] = ContextVar("server that the line names", default=None)


def hoisted(words: list[str]) -> list[str]:
    """Bring `--url` to the front, so that it may stand anywhere on the line.

    >>> hoisted(["gate", "churn@1", "--url", "https://signoff.example.org", "--json"])
    ['--url', 'https://signoff.example.org', 'gate', 'churn@1', '--json']
    """
    front: list[str] = []
    rest: list[str] = []
    left = iter(words)
    for word in left:
        if word == "--":
            return [*front, *rest, word, *left]
        if word.startswith(f"{_NAME}="):
            front.append(word)
        elif word == _NAME:
            front += [word, *(value for value in [next(left, None)] if value is not None)]
        else:
            rest.append(word)
    return [*front, *rest]


def name_server(url: str | None) -> None:
    """Remember the server that the line names; every line says it anew."""
    _NAMED.set(url)


def server() -> str | None:
    """Return the address of the server that this command talks to; None means the store of this machine."""
    return _NAMED.get() or settings().url or None


def on_this_machine() -> None:
    """Refuse a server for what works on the machine of the store only.

    Raises:
        InputError: one is named.
    """
    if server() is not None:
        raise InputError(
            "This command works on the machine of the store, not through a server.",
            "Run it there, without --url and SIGNOFF_URL.",
        )
