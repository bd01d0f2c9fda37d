"""`signoff card`: take a model card away, bring one in, and publish an organisation's own fields."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.commands.completing import Version
from app.commands.door import door
from app.commands.target import must_be_writable
from app.commands.telling import Json, examples, say
from core.errors import InputError


class CardFormat(StrEnum):
    """The forms a card leaves and comes in."""

    JSON = "json"
    HUGGING_FACE = "hf"
    TOOLKIT = "mct"
    CYCLONEDX = "cyclonedx"


Form = Annotated[
    CardFormat,
    typer.Option("--format", help="Our JSON, a Hugging Face README, Model Card Toolkit JSON, or a CycloneDX ML-BOM."),
]


def export_command(
    version: Version,
    form: Form = CardFormat.JSON,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file instead of the screen.")] = None,
    as_json: Json = False,
) -> None:
    """Print a model card with its change log, approvals and exceptions, in our form or one of others."""
    must_be_writable(output)
    with door() as signoff:
        data = signoff.cards.written(version, form)
    if output is None and (form is CardFormat.JSON or not as_json):
        typer.echo(data.decode(), nl=False)
        return
    if output is not None:
        try:
            output.write_bytes(data)
        except OSError as error:
            raise InputError(
                f"{output} cannot be written: {error.strerror}.", "Choose another place with --output."
            ) from error
    told = {"version": version, "format": form.value, "file": str(output) if output else None}
    say(
        f"The card of {version} is in {output}.",
        told if output else {**told, "card": data.decode()},
        as_json=as_json,
    )


def import_command(
    version: Version,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A card, in the form of --format.")],
    form: Form = CardFormat.JSON,
    message: Annotated[str, typer.Option(help="Why, in a sentence.")] = "",
    as_json: Json = False,
) -> None:
    """Save a card from a file as the next state of the newest one; numbers in it never become results of ours."""
    with door() as signoff:
        saved = signoff.cards.save(version, file.read_bytes(), form, message or f"Imported from {file.name}.")
    say(
        f"The card of {version} stands at save {saved.card.number}.",
        {"version": version, "save": saved.card.number, "digest": saved.card.digest},
        as_json=as_json,
    )


def fields_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="YAML with one key, `fields`.")],
    as_json: Json = False,
) -> None:
    """Publish your organisation's own fields of model cards; they are asked from the next save on."""
    from app.commands.local import acting, local_store  # noqa: PLC0415 - the store and all of core
    from core.cards import actions  # noqa: PLC0415

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
    card.command(
        "import",
        epilog=examples('signoff card import mortgage-approval@4 README.md --format hf --message "From the hub"'),
    )(import_command)
    card.command("fields", epilog=examples("signoff card fields our-fields.yaml"))(fields_command)
    cli.add_typer(card, name="card")
