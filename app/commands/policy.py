"""`signoff policy check FILE`: is a policy usable, and if not, which lines keep it from being so."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.commands.telling import Json, examples, say
from core.errors import InputError
from core.policy import document
from core.policy.source import LONGEST

policies = typer.Typer(help="Policies: what has to be shown, and who has to agree.", no_args_is_help=True)


@policies.command("check", epilog=examples("signoff policy check high.yaml", "signoff policy check - --json"))
def check(
    file: Annotated[str, typer.Argument(help="A policy in YAML; - reads what is piped in.")],
    as_json: Json = False,
) -> None:
    """Check a policy without a store; exit code 0 when it can be published, 1 when not, 2 when it cannot be read."""
    problems = document.check(_text(file))
    if as_json:
        say("", {"usable": not problems, "problems": [asdict(one) for one in problems]}, as_json=True)
    elif problems:
        for one in problems:
            where = f" ({one.place})" if one.place else ""
            say(f"{file}:{one.line}:{one.column}: {one.message}{where}")
    else:
        typer.echo(f"{file} can be published.")
    raise typer.Exit(1 if problems else 0)


@policies.command("example", epilog=examples("signoff policy example high"))
def example(name: Annotated[str, typer.Argument(help="low, medium or high")] = "high") -> None:
    """Print a policy that comes with Signoff, to begin from."""
    if name not in document.DEFAULTS:
        raise InputError(f"There is no example {name!r}.", f"Take one of {', '.join(document.DEFAULTS)}.")
    typer.echo(document.default_text(name), nl=False)


@policies.command("schema", epilog=examples("signoff policy schema"))
def schema() -> None:
    """Print the JSON Schema of policies, for editors that complete and check while one writes."""
    typer.echo(json.dumps(document.schema(), indent=2))


def _text(file: str) -> str:
    try:
        if file == "-":
            return sys.stdin.read(LONGEST + 1)
        with Path(file).open(encoding="utf-8") as stream:
            return stream.read(LONGEST + 1)
    except OSError as broken:
        raise InputError(f"{file} cannot be read: {broken.strerror}.", "Check the path.") from broken
    except UnicodeDecodeError as broken:
        raise InputError(f"{file} is no text in UTF-8.", "Save it as UTF-8.") from broken


def register(cli: typer.Typer) -> None:
    """Add these commands."""
    cli.add_typer(policies, name="policy")
