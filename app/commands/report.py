"""`signoff report` and `signoff population`: what an auditor takes away, sealed."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from app.commands.local import acting, local_store
from app.commands.telling import Json, examples, say
from core.errors import InputError
from core.registry.address import reference
from core.reports import actions, preparing
from core.reports.preparing import Prepared
from core.reports.report import Report

_DAY = "%Y-%m-%d"


def report_command(
    version: Annotated[str, typer.Argument(metavar="MODEL@VERSION", help="As in mortgage-approval@4.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Where to write it; here by default.")] = None,
    as_json: Json = False,
) -> None:
    """Export the audit report of a version as a sealed PDF, and record that it left."""
    slug, number = reference(version)
    with local_store() as store:
        actor = acting(store)
        prepared = preparing.prepare(store, actor, slug, number)
        with store.transaction(actor) as tx:
            report = actions.export(tx, prepared).report
    target = _write(output or Path(report.filename), prepared.sealed)
    _tell(target, report, prepared, as_json=as_json)


def population_command(
    start: Annotated[datetime, typer.Option("--from", formats=[_DAY], help="First day, in UTC.")],
    end: Annotated[datetime, typer.Option("--to", formats=[_DAY], help="Day after the last one, in UTC.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The PDF; here by default.")] = None,
    table: Annotated[Path | None, typer.Option("--csv", help="Write the same rows as CSV, too.")] = None,
    as_json: Json = False,
) -> None:
    """List every promotion and rollback of a period as a sealed PDF, to draw a sample from."""
    with local_store() as store:
        actor = acting(store)
        prepared = preparing.prepare_population(store, actor, start.replace(tzinfo=UTC), end.replace(tzinfo=UTC))
        with store.transaction(actor) as tx:
            report = actions.export(tx, prepared).report
    target = _write(output or Path(report.filename), prepared.sealed)
    if table is not None and prepared.table is not None:
        _write(table, prepared.table)
    _tell(target, report, prepared, as_json=as_json)


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


def _tell(target: Path, report: Report, prepared: Prepared, *, as_json: bool) -> None:
    told = {
        "report": report.address,
        "file": str(target),
        "pages": prepared.pages,
        "digest": report.digest,
        "unsealed_digest": report.unsealed_digest,
        "log": prepared.position.origin,
        "log_size": prepared.position.size,
        "verify": f"signoff verify {target} --key signoff.pub",
    }
    words = (
        f"{target}: {prepared.pages} pages, as of {prepared.position.size:,} entries of {prepared.position.origin}. "
        f"Check it with: {told['verify']}"
    )
    say(words, told, as_json=as_json)
