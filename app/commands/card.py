"""`signoff card`: take a model card away, and publish an organisation's own fields."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app import card_file
from app.commands.local import acting, local_store
from app.commands.telling import Json, examples, say
from core.cards import actions
from core.errors import InputError
from core.registry import queries
from core.registry.address import reference
from core.store.export import taken


class CardFormat(StrEnum):
    """The forms a card leaves in."""

    JSON = "json"


def export_command(
    version: Annotated[str, typer.Argument(metavar="MODEL@VERSION", help="As in mortgage-approval@4.")],
    form: Annotated[CardFormat, typer.Option("--format", help="Its form.")] = CardFormat.JSON,  # noqa: ARG001 - one so far
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file instead of the screen.")] = None,
    as_json: Json = False,
) -> None:
    """Print a model card with its change log, approvals and exceptions; the export is recorded."""
    slug, number = reference(version)
    with local_store() as store:
        actor = acting(store)
        with store.transaction(actor) as tx:
            found = queries.version(tx.session, slug, number)
            address = actions.export(tx, found, card_file.composed(tx.session, found))
        with store.reading() as session:
            _, kept = taken(session, address, actor.person_id or 0)
        data = store.blobs.read(kept)
    if output is None:
        typer.echo(data.decode(), nl=False)
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise InputError(
            f"{output} cannot be written: {error.strerror}.", "Choose another place with --output."
        ) from error
    say(f"The card of {version} is in {output}.", {"version": version, "file": str(output)}, as_json=as_json)


def fields_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="YAML with one key, `fields`.")],
    as_json: Json = False,
) -> None:
    """Publish your organisation's own fields of model cards; they are asked from the next save on."""
    data = file.read_bytes()
    with local_store() as store, store.transaction(acting(store)) as tx:
        published = actions.publish_fields(tx, data)
    count = len(published.fields)
    say(
        f"{count} own {'field is' if count == 1 else 'fields are'} asked from now on.",
        {"fields": count},
        as_json=as_json,
    )


def register(cli: typer.Typer) -> None:
    """Add these commands."""
    card = typer.Typer(help="Model cards.", no_args_is_help=True)
    card.command("export", epilog=examples("signoff card export mortgage-approval@4 --format json -o card.json"))(
        export_command
    )
    card.command("fields", epilog=examples("signoff card fields our-fields.yaml"))(fields_command)
    cli.add_typer(card, name="card")
