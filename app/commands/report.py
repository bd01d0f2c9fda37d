"""`signoff report` and `signoff population`: what an auditor takes away, sealed."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.completing import Version
from app.commands.door import door
from app.commands.target import must_be_writable
from app.commands.telling import Json, examples, say
from core import digest

if TYPE_CHECKING:
    from app.shapes.reports import Report

_DAY = "%Y-%m-%d"


def report_command(
    version: Version,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Where to write it; here by default.")] = None,
    as_json: Json = False,
) -> None:
    """Export the audit report of a version as a sealed PDF, and record that it left."""
    must_be_writable(output or Path())
    with door() as signoff:
        made = signoff.report(version)
        target = signoff.take(made, output or ".")
    _tell(target, made, as_json=as_json)


def population_command(
    start: Annotated[datetime, typer.Option("--from", formats=[_DAY], help="First day, in UTC.")],
    end: Annotated[datetime, typer.Option("--to", formats=[_DAY], help="Day after the last one, in UTC.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The PDF; here by default.")] = None,
    table: Annotated[Path | None, typer.Option("--csv", help="Write the same rows as CSV, too.")] = None,
    as_json: Json = False,
) -> None:
    """List every promotion and rollback of a period as a sealed PDF, to draw a sample from."""
    must_be_writable(output or Path(), table)
    with door() as signoff:
        made = signoff.population(start.replace(tzinfo=UTC), end.replace(tzinfo=UTC))
        target = signoff.take(made, output or ".")
        if table is not None:
            signoff.take(made, table, table=True)
    _tell(target, made, as_json=as_json)


def register(cli: typer.Typer) -> None:
    """Add these commands."""
    cli.command("report", epilog=examples("signoff report mortgage-approval@4 -o report.pdf"))(report_command)
    cli.command(
        "population",
        epilog=examples("signoff population --from 2026-01-01 --to 2026-04-01 --csv promotions.csv"),
    )(population_command)


def _tell(target: Path, made: "Report", *, as_json: bool) -> None:
    told = {
        "report": made.id,
        "file": str(target),
        "pages": made.pages,
        "digest": digest.of_file(target),
        "unsealed_digest": made.unsealed_digest,
        "log_size": made.log_size,
        "verify": f"signoff verify {target} --key signoff.pub",
    }
    words = f"{target}: {made.pages} pages, as of {made.log_size:,} entries of the log. Check it with: {told['verify']}"
    say(words, told, as_json=as_json)
