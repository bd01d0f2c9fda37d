"""`signoff init`: a store, its keys, the first administrator and the first policies."""

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from app import house
from app.commands.local import local_store
from app.commands.telling import Json, examples, say
from app.settings import settings
from core.access import actions, identity, queries
from core.access import password as passwords
from core.audit.actor import SYSTEM
from core.errors import ConflictError, InputError
from core.policy.actions import publish_defaults


def init(
    *,
    username: Annotated[str | None, typer.Option(help="What the administrator signs in with; asked for.")] = None,
    name: Annotated[str | None, typer.Option(help="The name everybody sees; asked for.")] = None,
    password: Annotated[str | None, typer.Option(help="At least 12 characters; asked for.")] = None,
    email: Annotated[str, typer.Option(help="Optional.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether the folder is right.")] = False,
    as_json: Json = False,
) -> None:
    """Create the store with its keys, the first administrator and the policies that come with Signoff.

    What is not given is asked for, where somebody sits who can answer.
    """
    home = settings().home
    _must_be_empty()
    sure = yes or as_json
    if not _somebody_answers():
        _nothing_may_be_missing({"--username": username, "--name": name, "--password": password, "--yes": sure})
    user = _asked("User name", username, _username)
    known_as = _asked("Name", name, lambda said: identity.accept(user, said, "")[1])
    secret = _asked("Password", password, lambda said: passwords.accept(said, user), hidden=True)
    identity.accept(user, known_as, email)
    if not sure:
        typer.confirm(f"Keep everything in {home}?", default=True, abort=True)
    with local_store(make=True) as store, store.transaction(SYSTEM) as tx:
        person = actions.create_first_admin(tx, user, known_as, secret, email)
        policies = [version.name for version in publish_defaults(tx)]
    say(
        f"{person.username} is the first administrator of {home}.\n"
        f"In force are the policies that come with Signoff ({', '.join(policies)}); change them under Policies.\n"
        "Next: signoff serve",
        {"username": person.username, "home": str(home), "policies": policies},
        as_json=as_json,
    )


def _must_be_empty() -> None:
    """Refuse a store with people in it before anything is asked."""
    if not house.is_made(settings()):
        return
    with local_store() as store, store.reading() as session:
        if queries.anybody(session):
            raise ConflictError("This store has people already.", "Let an administrator add more on the People page.")


def _somebody_answers() -> bool:
    return sys.stdin.isatty()


def _nothing_may_be_missing(given: dict[str, object]) -> None:
    if missing := [option for option, value in given.items() if not value]:
        raise InputError(
            f"Nobody can be asked here, and {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing.",
            "Give what is missing on the line, or run it in a terminal.",
        )


def _asked(what: str, given: str | None, accept: Callable[[str], str], *, hidden: bool = False) -> str:
    """Take what was given if it can be used, or ask until something can."""
    if given is not None:
        return accept(given)

    def usable(said: str) -> str:
        try:
            return accept(said)
        except InputError as odd:
            raise typer.BadParameter(f"{odd.problem} {odd.fix}") from None

    return str(typer.prompt(what, value_proc=usable, hide_input=hidden, confirmation_prompt=hidden, err=True))


def _username(said: str) -> str:
    return identity.accept(said, "anybody", "")[0]


def register(cli: typer.Typer) -> None:
    """Add these commands."""
    cli.command("init", epilog=examples("signoff init", 'signoff init --username ada --name "Ada Lovelace" --yes'))(
        init
    )
