"""`signoff people`: accounts and roles from the command line of the machine."""

from collections.abc import Sequence
from typing import Annotated

import typer

from app.commands.listing import Page, Part, go_on
from app.commands.local import acting, local_store
from app.commands.telling import Json, examples, say, tabulate
from app.settings import settings
from core.access import actions, admission, queries
from core.access.admission import Arrival
from core.access.person import Person, ReviewRole, SystemRole
from core.access.scope import EVERYTHING, Scope
from core.errors import InputError, NotFoundError
from core.registry import queries as registry
from core.store.store import Store

people = typer.Typer(help="Accounts and roles.", no_args_is_help=True)

Username = Annotated[str, typer.Argument(help="User name or e-mail address.")]


@people.command("list", epilog=examples("signoff people list --search grace", "signoff people list --json"))
def list_people(
    search: Annotated[str, typer.Option(help="Part of a name, user name or e-mail address.")] = "",
    page: Page = 1,
    as_json: Json = False,
) -> None:
    """List people with their roles, 25 at a time."""
    with local_store() as store, store.reading() as session:
        listed = queries.people(session, search, page)
    # The page that people see in a browser is the last one there is; a program that counts upward has to reach an end.
    found = Part(listed.items if listed.number == page else [], page, page < listed.pages)
    go_on(found, as_json=as_json)
    tabulate(
        [
            {
                "username": row.username,
                "name": row.name,
                "system_role": row.system_role.value,
                "review_roles": _roles(row.review_roles, as_json=as_json),
                "active": row.active if as_json else ("yes" if row.active else "no"),
            }
            for row in found.items
        ],
        as_json=as_json,
        nothing=found.nothing("Nobody like that."),
    )


@people.command(epilog=examples('signoff people add grace --name "Grace Hopper" --role contributor'))
def add(
    username: Annotated[str, typer.Argument(help="2 to 64 lower-case letters, digits, dots, hyphens, underscores.")],
    name: Annotated[str, typer.Option(help="The name everybody sees.")],
    email: Annotated[str, typer.Option(help="Optional; commands and sign-in take it instead of the user name.")] = "",
    role: Annotated[SystemRole, typer.Option(help="What they may reach.")] = SystemRole.VIEWER,
    as_json: Json = False,
) -> None:
    """Create an account and print the link with which its owner chooses a password."""
    with local_store() as store, store.transaction(acting(store)) as tx:
        person = actions.create_person(tx, username, name, email, role)
        code = actions.invite(tx, person.key)
    _print_link(person.username, code, as_json)


@people.command(
    epilog=examples('signoff people expect grace --provider acme --subject 00u1a2b3c --name "Grace Hopper"')
)
def expect(
    username: Annotated[str, typer.Argument(help="2 to 64 lower-case letters, digits, dots, hyphens, underscores.")],
    provider: Annotated[str, typer.Option(help="Name of the identity provider in the settings, as in acme.")],
    subject: Annotated[str, typer.Option(help="What the provider calls this person: the claim sub, never an address.")],
    name: Annotated[str, typer.Option(help="The name everybody sees.")],
    role: Annotated[SystemRole, typer.Option(help="What they may reach.")] = SystemRole.VIEWER,
    as_json: Json = False,
) -> None:
    """Create the account of somebody who will come in through an identity provider."""
    chosen = settings().oidc.get(provider.lower())
    if chosen is None:
        raise InputError(f"There is no identity provider {provider!r} in the settings.", "Name one of SIGNOFF_OIDC_….")
    with local_store() as store, store.transaction(acting(store)) as tx:
        person = admission.expect(tx, Arrival(chosen.issuer, subject, username, name), role)
    said = {"username": person.username, "issuer": person.iss, "subject": person.sub}
    say(f"{person.username} may come in with {chosen.label}.", said, as_json=as_json)


@people.command(epilog=examples("signoff people invite grace"))
def invite(username: Username, as_json: Json = False) -> None:
    """Print a new link to choose a password; earlier links stop working."""
    with local_store() as store:
        person = _named(store, username)
        with store.transaction(acting(store)) as tx:
            code = actions.invite(tx, person.key)
    _print_link(person.username, code, as_json)


@people.command("set-email", epilog=examples("signoff people set-email grace grace@example.org"))
def set_email(
    username: Username,
    email: Annotated[str, typer.Argument(help="Where mail goes from now on; empty for none.")],
    as_json: Json = False,
) -> None:
    """Set where somebody is written to."""
    with local_store() as store:
        person = _named(store, username)
        with store.transaction(acting(store)) as tx:
            actions.set_email(tx, person.key, email)
    said = f"{person.username} is written to at {email}." if email else f"{person.username} gets no mail."
    say(said, {"username": person.username, "email": email or None}, as_json=as_json)


@people.command("set-role", epilog=examples("signoff people set-role grace auditor"))
def set_role(username: Username, role: SystemRole, as_json: Json = False) -> None:
    """Set what somebody may reach."""
    with local_store() as store:
        person = _named(store, username)
        with store.transaction(acting(store)) as tx:
            actions.set_system_role(tx, person.key, role)
    say(
        f"{person.username} is now {role.words.lower()}.",
        {"username": person.username, "system_role": role.value},
        as_json=as_json,
    )


@people.command(
    epilog=examples(
        "signoff people grant grace risk_reviewer",
        "signoff people grant grace business_owner --model mortgage-approval",
    )
)
def grant(
    username: Username,
    role: ReviewRole,
    model: Annotated[str | None, typer.Option(help="Only for this model, as in mortgage-approval.")] = None,
    use_case: Annotated[str | None, typer.Option(help="Only for this use case, as in mortgage-lending.")] = None,
    as_json: Json = False,
) -> None:
    """Let somebody sign in a role: everywhere, for one use case, or for one model."""
    if model and use_case:
        raise InputError("Both a model and a use case were named.", "Give --model or --use-case, not both.")
    with local_store() as store:
        person = _named(store, username)
        with store.transaction(acting(store)) as tx:
            scope = EVERYTHING
            if model:
                scope = Scope(model_id=registry.model(tx.session, model).key)
            elif use_case:
                scope = Scope(use_case_id=registry.use_case(tx.session, use_case).key)
            actions.grant_role(tx, person.key, role, scope)
    where = f" for {model or use_case}" if model or use_case else ""
    say(
        f"{person.username} may sign as {role.words.lower()}{where}.",
        {"username": person.username, "granted": role.value, "model": model, "use_case": use_case},
        as_json=as_json,
    )


@people.command(epilog=examples("signoff people revoke grace risk_reviewer"))
def revoke(username: Username, role: ReviewRole, as_json: Json = False) -> None:
    """End a review role of somebody, with every reach."""
    with local_store() as store:
        person = _named(store, username)
        with store.transaction(acting(store)) as tx:
            held = [grant for grant in queries.grants(tx.session, person.key) if grant.role is role]
            if not held:
                raise NotFoundError(f"{person.username} does not hold this role.", "See `signoff people list`.")
            for one in held:
                actions.revoke_role(tx, one.id or 0)
    say(
        f"{person.username} no longer signs as {role.words.lower()}.",
        {"username": person.username, "revoked": role.value},
        as_json=as_json,
    )


@people.command(epilog=examples("signoff people deactivate grace"))
def deactivate(username: Username, as_json: Json = False) -> None:
    """Close an account; its sessions end at once."""
    with local_store() as store:
        person = _named(store, username)
        with store.transaction(acting(store)) as tx:
            actions.deactivate(tx, person.key)
    say(f"{person.username} is closed and signed out.", {"username": person.username, "active": False}, as_json=as_json)


@people.command(epilog=examples("signoff people activate grace"))
def activate(username: Username, as_json: Json = False) -> None:
    """Open a closed account again."""
    with local_store() as store:
        person = _named(store, username)
        with store.transaction(acting(store)) as tx:
            actions.activate(tx, person.key)
    say(f"{person.username} is open again.", {"username": person.username, "active": True}, as_json=as_json)


def _roles(roles: Sequence[ReviewRole], *, as_json: bool) -> object:
    return [role.value for role in roles] if as_json else ", ".join(role.value for role in roles)


def _named(store: Store, username: str) -> Person:
    with store.reading() as session:
        if person := queries.by_username(session, username):
            return person
    raise NotFoundError(f"There is no account {username!r}.", "See `signoff people list`.")


def _print_link(username: str, code: str, as_json: bool) -> None:
    link = f"{settings().public_url}/signin/invitation?code={code}"
    say(f"Give this link to {username}; it works once, for a week:\n{link}", {"link": link}, as_json=as_json)


def register(cli: typer.Typer) -> None:
    """Add these commands."""
    cli.add_typer(people, name="people")
