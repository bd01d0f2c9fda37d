"""`signoff init`: a store, its keys, the first administrator and the first policies."""

from typing import Annotated

import typer

from app.commands.local import local_store
from app.commands.telling import Json, examples, say
from app.settings import settings
from core.access import actions
from core.audit.actor import SYSTEM
from core.policy.actions import publish_defaults


def init(
    *,
    username: Annotated[str, typer.Option(prompt="User name", help="What the administrator signs in with.")],
    name: Annotated[str, typer.Option(prompt="Name", help="The name everybody sees.")],
    password: Annotated[
        str, typer.Option(prompt="Password", confirmation_prompt=True, hide_input=True, help="At least 12 characters.")
    ],
    email: Annotated[str, typer.Option(help="Optional.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether the folder is right.")] = False,
    as_json: Json = False,
) -> None:
    """Create the store with its keys, the first administrator and the policies that come with Signoff."""
    home = settings().home
    if not yes and not as_json:
        typer.confirm(f"Keep everything in {home}?", default=True, abort=True)
    with local_store(make=True) as store, store.transaction(SYSTEM) as tx:
        person = actions.create_first_admin(tx, username, name, password, email)
        policies = [version.name for version in publish_defaults(tx)]
    say(
        f"{person.username} is the first administrator of {home}.\n"
        f"In force are the policies that come with Signoff ({', '.join(policies)}); change them under Policies.\n"
        "Next: signoff serve",
        {"username": person.username, "home": str(home), "policies": policies},
        as_json=as_json,
    )


def register(cli: typer.Typer) -> None:
    """Add these commands."""
    cli.command("init", epilog=examples("signoff init", 'signoff init --username ada --name "Ada Lovelace" --yes'))(
        init
    )
