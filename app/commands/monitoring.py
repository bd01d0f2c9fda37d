"""`signoff log`, `labels`, `monitor`, `baseline`, `watch`: how a version behaves in use, from a pipeline."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import typer

from app.commands.columns import Cluster, Id, Label, Prediction, Score, Time
from app.commands.local import acting, local_store
from app.commands.telling import Json, examples, say, tabulate
from app.settings import settings
from core import digest
from core.errors import InputError
from core.monitoring import actions, ingest, queries
from core.monitoring.actions import Setup
from core.monitoring.monitor import Cadence
from core.monitoring.phrasing import span
from core.registry import queries as registry
from core.registry.address import reference
from core.registry.version import ModelVersion
from core.store.store import Store
from core.tabular import detection, reading
from core.tabular.detection import Mapping
from core.tabular.limits import Limits

Version = Annotated[str, typer.Argument(help="MODEL@VERSION, as in flight-delay@2.")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV, Parquet or JSON Lines.")]
Features = Annotated[list[str] | None, typer.Option("--feature", help="An input to watch; may be repeated.")]


def log_command(
    version: Version,
    file: File,
    id: Id = None,  # noqa: A002 - the option's name
    time: Time = None,
    prediction: Prediction = None,
    score: Score = None,
    cluster: Cluster = None,
    feature: Features = None,
    as_json: Json = False,
) -> None:
    """Log predictions that a version made in use; watched inputs are those of its baseline unless named here."""
    slug, number = reference(version)
    given = Mapping(id=id, time=time, prediction=prediction, score=score, cluster=cluster)
    with local_store() as store:
        actor, found = acting(store), _version(store, slug, number)
        watched = list(feature or _watched(store, found))
        table, mapping = _read(file, given, watched, parts=("id", "time", "prediction", "score", "cluster"))
        prepared = ingest.predictions(
            store.pseudonyms,
            slug,
            found.task,
            table,
            mapping,
            features=watched,
            file_digest=digest.of_file(file),
        )
        with store.transaction(actor) as tx:
            row = actions.log_predictions(tx, slug, number, prepared)
    said = f"{row.rows:,} predictions of {version} from {row.first_at:%Y-%m-%d} to {row.last_at:%Y-%m-%d} are logged."
    say(said, {"version": version, "rows": row.rows, "columns": row.columns, "digest": row.digest}, as_json=as_json)


def labels_command(
    model: Annotated[str, typer.Argument(help="Name of the model, as in flight-delay.")],
    file: File,
    id: Id = None,  # noqa: A002 - the option's name
    label: Label = None,
    as_json: Json = False,
) -> None:
    """Add outcomes that arrived later, for whichever version predicted them. Rows without one stay unresolved."""
    with local_store() as store:
        actor = acting(store)
        with store.reading() as session:
            registry.model(session, model)
        table, mapping = _read(file, Mapping(id=id, label=label), (), parts=("id", "label"))
        prepared = ingest.labels(store.pseudonyms, model, table, mapping, file_digest=digest.of_file(file))
        with store.transaction(actor) as tx:
            row = actions.add_labels(tx, model, prepared)
    unresolved = f" {prepared.dropped:,} rows have none and stay unresolved." if prepared.dropped else ""
    data = {"model": model, "rows": row.rows, "without_outcome": prepared.dropped, "digest": row.digest}
    say(f"{row.rows:,} outcomes of {model} are added.{unresolved}", data, as_json=as_json)


def monitor_command(
    version: Version,
    cadence: Annotated[Cadence, typer.Option(help="How long a window is.")] = Cadence.WEEKLY,
    horizon_days: Annotated[int, typer.Option(help="Days after a window before its outcomes are judged.")] = 7,
    positive: Annotated[str, typer.Option(help="The label that counts as the event.")] = "1",
    threshold: Annotated[float | None, typer.Option(help="Score from which it decides for the event.")] = None,
    minimum_rows: Annotated[int, typer.Option(help="Rows below which a window is not judged.")] = 100,
    margin: Annotated[float, typer.Option(help="Relative distance from 1 that matters.")] = 0.1,
    feature: Features = None,
    as_json: Json = False,
) -> None:
    """Set up how a version is watched; an earlier set-up stays on record."""
    slug, number = reference(version)
    setup = Setup(cadence, horizon_days, positive, threshold, minimum_rows, margin, tuple(feature or ()))
    with local_store() as store, store.transaction(acting(store)) as tx:
        row = actions.define_monitor(tx, slug, number, setup)
    say(
        f"{version} is watched {row.cadence.words}; outcomes are judged {row.horizon_days} days after a window.",
        {"version": version, "number": row.number, "cadence": row.cadence, "horizon_days": row.horizon_days},
        as_json=as_json,
    )


def baseline_command(
    version: Version,
    file: File,
    name: Annotated[str, typer.Option(help="How people call these rows.")],
    reason: Annotated[str, typer.Option(help="Why they are fair: neither training data nor the period judged.")],
    feature: Features = None,
    time: Time = None,
    prediction: Prediction = None,
    score: Score = None,
    label: Label = None,
    as_json: Json = False,
) -> None:
    """Set what a version is compared with from now on."""
    slug, number = reference(version)
    given = Mapping(time=time, prediction=prediction, score=score, label=label)
    with local_store() as store:
        actor, found = acting(store), _version(store, slug, number)
        watched = list(feature or ())
        table, mapping = _read(file, given, watched, parts=("time", "prediction", "score", "label"))
        prepared = ingest.baseline(found.task, table, mapping, features=watched, file_digest=digest.of_file(file))
        with store.transaction(actor) as tx:
            row = actions.set_baseline(tx, slug, number, name=name, reason=reason, prepared=prepared)
    data = {"version": version, "number": row.number, "rows": row.rows, "columns": row.columns, "digest": row.digest}
    say(f"{version} is compared with {row.rows:,} rows, {row.name}.", data, as_json=as_json)


def watch_command(
    version: Version,
    cadence: Annotated[Cadence | None, typer.Option(help="Length of the windows shown.")] = None,
    as_json: Json = False,
) -> None:
    """Show how a version behaves in use, window by window. Exit code 1 when the newest verdict is an alarm."""
    slug, number = reference(version)
    with local_store() as store:
        acting(store)
        with store.reading() as session:
            found = registry.version(session, slug, number)
            watched = queries.windows(session, store.blobs, found, store.clock(), cadence)
    if watched is None:
        raise InputError(f"{version} is not watched.", f"Log its predictions: signoff log {version} FILE.")
    rows = [
        {
            "window": span(one.window, watched.cadence),
            "predictions": one.outcome.rows,
            "unresolved": one.outcome.unresolved,
            "observed": _rounded(one.outcome.rate.value),
            "expected": _rounded(one.outcome.expected_rate),
            "ratio": _rounded(one.outcome.ratio.value, 2),
            "low": _rounded(one.outcome.ratio.interval.low, 2),
            "high": _rounded(one.outcome.ratio.interval.high, 2),
            "verdict": one.verdict.value if as_json else one.verdict.words,
        }
        for one in watched.windows
    ]
    tabulate(rows, as_json=as_json, nothing="No prediction is logged yet.")
    judged = [one.verdict for one in watched.windows if one.verdict.judged]
    if judged and judged[-1].alarming:
        raise typer.Exit(1)


def register(cli: typer.Typer) -> None:
    """Add these commands."""
    cli.command(
        "log", epilog=examples("signoff log flight-delay@2 april.parquet --id flight --time day --score p_late")
    )(log_command)
    cli.command("labels", epilog=examples("signoff labels flight-delay outcomes.csv --id flight --label late"))(
        labels_command
    )
    cli.command("monitor", epilog=examples("signoff monitor flight-delay@2 --cadence weekly --horizon-days 7"))(
        monitor_command
    )
    cli.command(
        "baseline",
        epilog=examples(
            'signoff baseline flight-delay@2 march.csv --name "March" --reason "After training" --feature distance'
        ),
    )(baseline_command)
    cli.command("watch", epilog=examples("signoff watch flight-delay@2 --cadence monthly"))(watch_command)


def _version(store: Store, slug: str, number: int) -> ModelVersion:
    with store.reading() as session:
        return registry.version(session, slug, number)


def _watched(store: Store, version: ModelVersion) -> list[str]:
    with store.reading() as session:
        return queries.inputs(session, version.key)


def _read(file: Path, given: Mapping, features: Sequence[str], parts: Sequence[str]) -> tuple[pa.Table, Mapping]:
    limits = Limits(size=settings().upload_limit_mb << 20)
    preview = reading.headline(file, file.name, limits)
    guessed = detection.guess(preview)
    free = set(given.used()) | set(features)

    def settled(part: str) -> str | None:
        # A column that was named for one part is not guessed for another.
        named: str | None = getattr(given, part)
        found: str | None = getattr(guessed, part)
        return named if named is not None or found in free or part not in parts else found

    mapping = Mapping(
        id=settled("id"),
        label=settled("label"),
        prediction=settled("prediction"),
        score=settled("score"),
        cluster=settled("cluster"),
        time=settled("time"),
    )
    return reading.read(file, file.name, limits, columns=[*mapping.used(), *features]), mapping


def _rounded(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)
