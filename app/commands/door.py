"""The door a command goes through: a server when one is named, else the store of this machine, in the same words."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Annotated, Final

import typer

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

if TYPE_CHECKING:
    from app.client import Signoff
    from app.client.connection import Connection

_NAME: Final = "--url"
_NAMED: Final[ContextVar[str | None]] = ContextVar("server that the line names", default=None)


def hoisted(words: list[str]) -> list[str]:
    """Bring `--url` to the front, so that it may stand anywhere on the line.

    >>> hoisted(["gate", "churn@1", "--url", "https://signoff.example.org", "--json"])
    ['--url', 'https://signoff.example.org', 'gate', 'churn@1', '--json']

    Raises:
        InputError: no address stands behind it.
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
            front += [word, _value(next(left, None))]
        else:
            rest.append(word)
    return [*front, *rest]


def name_server(url: str | None) -> None:
    """Remember the server that the line names; every line says it anew.

    Raises:
        InputError: it names none. A variable that is empty by mistake must not mean the store of this machine.
    """
    _NAMED.set(None if url is None else _value(url))


def server() -> str | None:
    """Return the address of the server that this command talks to; None means the store of this machine."""
    from app.settings import settings  # noqa: PLC0415 - the list of commands asks nobody

    return _NAMED.get() or settings().url or None


def _value(url: str | None) -> str:
    if url is None or not url.strip() or url.startswith("-"):
        raise InputError(
            "--url names no server.", "Write its address behind it, or leave --url out for the store of this machine."
        )
    return url


@contextmanager
def door(*, hurried: bool = False) -> Iterator["Signoff"]:
    """Open the door a command goes through; behind both stand the same routes, so a command is written once.

    Args:
        hurried: somebody waits between two keys: ask a server once and briefly.

    Raises:
        InputError: there is no store here, nobody is named who acts on it, or there is no token for the server.
    """
    from app.client import Signoff  # noqa: PLC0415 - what only prints help loads nothing of it
    from app.client.connection import Connection  # noqa: PLC0415
    from app.settings import settings  # noqa: PLC0415

    chosen, url = settings(), server()
    if url is None:
        with _inside() as line, Signoff.through(line) as signoff:
            yield signoff
    elif chosen.token is None:
        raise InputError(
            f"There is no token for {url}.", "Set SIGNOFF_TOKEN; My account makes one, and `signoff token create`."
        )
    else:
        token = chosen.token.get_secret_value().strip()
        line = Connection(url, token, plain_http=chosen.plain_http, hurried=hurried)
        with Signoff.through(line) as signoff:
            yield signoff


@contextmanager
def _inside() -> Iterator["Connection"]:
    from app.api.inside import ADDRESS, Inside  # noqa: PLC0415 - the store and all of core; a server needs none of it
    from app.client.connection import Connection  # noqa: PLC0415
    from app.commands.local import acting_person, local_store  # noqa: PLC0415

    with local_store() as store:
        yield Connection(ADDRESS, transport=Inside(store, acting_person(store)))


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
