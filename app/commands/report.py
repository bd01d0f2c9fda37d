"""`signoff report` and `signoff population`: what an auditor takes away, sealed."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from app.commands.completing import Version
from app.commands.door import door
from app.commands.telling import Json, examples, say
from core import digest
from core.errors import InputError

_DAY = "%Y-%m-%d"


def report_command(
    version: Version,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Where to write it; here by default.")] = None,
    as_json: Json = False,
) -> None:
    """Export the audit report of a version as a sealed PDF, and record that it left."""
    with door() as signoff:
        made = signoff.report(version)
        target = signoff.take(made, output or ".")
    _tell(target, made.id, made.pages, made.log_size, made.unsealed_digest, as_json=as_json)


def population_command(
    start: Annotated[datetime, typer.Option("--from", formats=[_DAY], help="First day, in UTC.")],
    end: Annotated[datetime, typer.Option("--to", formats=[_DAY], help="Day after the last one, in UTC.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The PDF; here by default.")] = None,
    table: Annotated[Path | None, typer.Option("--csv", help="Write the same rows as CSV, too.")] = None,
    as_json: Json = False,
) -> None:
    """List every promotion and rollback of a period as a sealed PDF, to draw a sample from."""
    from app.commands.local import acting, local_store  # noqa: PLC0415 - the store and all of core
    from core.reports import actions, preparing  # noqa: PLC0415

    with local_store() as store:
        actor = acting(store)
        prepared = preparing.prepare_population(store, actor, start.replace(tzinfo=UTC), end.replace(tzinfo=UTC))
        with store.transaction(actor) as tx:
            report = actions.export(tx, prepared).report
    target = _write(output or Path(report.filename), prepared.sealed)
    if table is not None and prepared.table is not None:
        _write(table, prepared.table)
    _tell(target, report.address, prepared.pages, prepared.position.size, report.unsealed_digest, as_json=as_json)


def register(cli: typer.Typer) -> None:
    """Add these commands."""
    cli.command("report", epilog=examples("signoff report mortgage-approval@4 -o report.pdf"))(report_command)
    cli.command(
        "population",
        epilog=examples("signoff population --from 2026-01-01 --to 2026-04-01 --csv promotions.csv"),
    )(population_command)


def _write(target: Path, data: bytes) -> Path:
    try:
        target.write_bytes(data)
    except OSError as error:
        raise InputError(f"{target} cannot be written: {error.strerror}.", "Name another file with -o.") from None
    return target


def _tell(target: Path, report: str, pages: int, log_size: int, unsealed: str, *, as_json: bool) -> None:
    told = {
        "report": report,
        "file": str(target),
        "pages": pages,
        "digest": digest.of_file(target),
        "unsealed_digest": unsealed,
        "log_size": log_size,
        "verify": f"signoff verify {target} --key signoff.pub",
    }
    words = f"{target}: {pages} pages, as of {log_size:,} entries of the log. Check it with: {told['verify']}"
    say(words, told, as_json=as_json)
