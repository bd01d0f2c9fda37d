"""`signoff token`: tokens for pipelines, made on this machine as the account that acts."""

from datetime import timedelta
from typing import Annotated

import typer

from app.commands.local import acting, acting_person, local_store
from app.commands.telling import Json, examples, say, tabulate
from core.access import issuing, permission
from core.access.permission import Permission
from core.access.token import LONGEST, TokenScope
from core.clock import rfc3339
from core.errors import InputError
from core.registry import queries as registry

token = typer.Typer(help="API tokens of yours.", no_args_is_help=True)


@token.command(
    epilog=examples(
        'signoff token create "nightly training" --scope register --scope evaluate',
        "signoff token create release --scope read --model mortgage-approval --days 30",
    )
)
def create(
    name: Annotated[str, typer.Argument(help="What you call it, as in `nightly training`.")],
    scope: Annotated[list[TokenScope], typer.Option(help="What it may be used for; may be repeated.")],
    model: Annotated[
        list[str] | None, typer.Option(help="Only for this model; may be repeated. Without it, every model.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=LONGEST.days, help="How long it lives.")] = 30,
    as_json: Json = False,
) -> None:
    """Make a token that acts as you, within its scopes, and print it once; it never signs."""
    with local_store() as store, store.transaction(acting(store)) as tx:
        bound = [registry.model(tx.session, slug).key for slug in model or ()]
        made, secret = issuing.issue(tx, name, scope, model_ids=bound, lasts=timedelta(days=days))
    ends = f"{made.ends_at:%d %B %Y}"
    say(
        f"{made.address} works until {ends}. Keep it now; it is shown only this once:\n{secret}",
        {"address": made.address, "token": secret, "ends_at": rfc3339(made.ends_at)},
        as_json=as_json,
    )


@token.command("list", epilog=examples("signoff token list", "signoff token list --everybody --json"))
def list_tokens(
    everybody: Annotated[bool, typer.Option("--everybody", help="Of all people; for administrators.")] = False,
    ended: Annotated[bool, typer.Option("--ended", help="Revoked and expired ones too.")] = False,
    as_json: Json = False,
) -> None:
    """List tokens with their scopes, when they end and when they were last used."""
    with local_store() as store:
        person = acting_person(store)
        with store.reading() as session:
            permission.require(
                session, person.actor("cli"), Permission.MANAGE_PEOPLE if everybody else Permission.KEEP_TOKENS
            )
            found = issuing.tokens(
                session, None if everybody else person.key, standing_at=None if ended else store.clock()
            )
            named = {one: registry.model_by_id(session, one).slug for line in found for one in line.model_ids}
    drawn = _for_programs if as_json else _for_people
    tabulate(
        [drawn(line, [named[one] for one in line.model_ids]) for line in found],
        as_json=as_json,
        nothing="No tokens.",
    )


@token.command(epilog=examples("signoff token revoke TOK-3"))
def revoke(
    which: Annotated[str, typer.Argument(metavar="TOKEN", help="Its address, as in TOK-3.")], as_json: Json = False
) -> None:
    """Take a token back; its next call is refused. Administrators may take back anybody's."""
    number = which.strip().upper().removeprefix("TOK-")
    if not number.isascii() or not number.isdecimal() or len(number) > 9:
        raise InputError(f"{which[:40]!r} names no token.", "Write it as TOK-3; see `signoff token list`.")
    with local_store() as store, store.transaction(acting(store)) as tx:
        ended = issuing.revoke(tx, int(number))
    say(f"{ended.address} no longer works.", {"revoked": ended.address}, as_json=as_json)


def register(cli: typer.Typer) -> None:
    """Add these commands."""
    cli.add_typer(token, name="token")


def _for_people(line: issuing.TokenLine, models: list[str]) -> dict[str, object]:
    return {
        "token": line.address,
        "name": line.name,
        "owner": line.owner,
        "scopes": ", ".join(line.scopes),
        "models": ", ".join(models) or "all",
        "ends": f"{line.ends_at:%Y-%m-%d}",
        "last_used": f"{line.last_used_at:%Y-%m-%d %H:%M}" if line.last_used_at else None,
        "revoked": f"{line.revoked_at:%Y-%m-%d}" if line.revoked_at else None,
    }


def _for_programs(line: issuing.TokenLine, models: list[str]) -> dict[str, object]:
    """Name things as `token create` does; models that are null are all of them."""
    return {
        "address": line.address,
        "name": line.name,
        "owner": line.owner,
        "scopes": [scope.value for scope in line.scopes],
        "models": models or None,
        "ends_at": rfc3339(line.ends_at),
        "last_used_at": rfc3339(line.last_used_at) if line.last_used_at else None,
        "revoked_at": rfc3339(line.revoked_at) if line.revoked_at else None,
    }
