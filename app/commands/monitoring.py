"""`signoff log`, `labels`, `monitor`, `baseline`, `watch`: how a version behaves in use, from a pipeline."""

from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.columns import Cluster, File, Id, Label, Prediction, Score, Time, taken
from app.commands.completing import ModelName, Version
from app.commands.door import door
from app.commands.telling import Json, examples, say, sending, tabulate
from core import clock
from core.monitoring.monitor import Cadence
from core.monitoring.window import span

if TYPE_CHECKING:
    from app.shapes.monitoring import Window

Features = Annotated[list[str] | None, typer.Option("--feature", help="An input to watch; may be repeated.")]

_NO_INPUTS = (
    "no inputs were kept, so nothing can be said about whether they moved: {version} has no baseline that names any. "
    "Set it with `signoff baseline` before the next log, or name inputs with --feature."
)


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
    columns = {"id": id, "time": time, "prediction": prediction, "score": score, "cluster": cluster}
    with door() as signoff, sending(file, shown=not as_json, then="Reading") as heard:
        kept = signoff.watching.log(version, file, features=feature, heard=heard, **columns)
    told = [
        f"{kept.rows:,} predictions of {version} from {kept.first_at:%Y-%m-%d} to {kept.last_at:%Y-%m-%d} are logged.",
        taken(kept.columns),
    ]
    warnings = [] if feature or kept.columns.get("features") else [_NO_INPUTS.format(version=version)]
    data = kept.model_dump(mode="json", include={"version", "rows", "columns", "digest"})
    notes = [f"Note: {warning}" for warning in warnings]
    say("\n".join(told + notes), {**data, "warnings": warnings}, as_json=as_json)


def labels_command(
    model: ModelName,
    file: File,
    id: Id = None,  # noqa: A002 - the option's name
    label: Label = None,
    as_json: Json = False,
) -> None:
    """Add outcomes that arrived later, for whichever version predicted them. Rows without one stay unresolved."""
    with door() as signoff, sending(file, shown=not as_json, then="Reading") as heard:
        kept = signoff.watching.label(model, file, heard=heard, id=id, label=label)
    unresolved = f" {kept.without_outcome:,} rows have none and stay unresolved." if kept.without_outcome else ""
    data = kept.model_dump(mode="json", include={"model", "rows", "without_outcome", "columns", "digest"})
    told = f"{kept.rows:,} outcomes of {model} are added.{unresolved}\n{taken(kept.columns)}"
    say(told, data, as_json=as_json)


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
    with door() as signoff:
        made = signoff.watching.set_up(
            version,
            cadence=cadence,
            horizon_days=horizon_days,
            positive=positive,
            threshold=threshold,
            minimum_rows=minimum_rows,
            margin=margin,
            features=feature,
        )
    say(
        f"{version} is watched {made.cadence.words}; outcomes are judged {made.horizon_days} days after a window.",
        made.model_dump(mode="json", include={"version", "number", "cadence", "horizon_days"}),
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
    columns = {"time": time, "prediction": prediction, "score": score, "label": label}
    with door() as signoff, sending(file, shown=not as_json, then="Reading") as heard:
        made = signoff.watching.compare(
            version, file, name=name, reason=reason, features=feature or (), heard=heard, **columns
        )
    data = made.model_dump(mode="json", include={"version", "number", "rows", "columns", "digest"})
    told = f"{version} is compared with {made.rows:,} rows, {made.name}.\n{taken(made.columns)}"
    say(told, data, as_json=as_json)


def watch_command(
    version: Version,
    cadence: Annotated[Cadence | None, typer.Option(help="Length of the windows shown.")] = None,
    as_json: Json = False,
) -> None:
    """Show how a version behaves in use, window by window: outcomes, and inputs that moved.

    Exit code 1 when the newest verdict on outcomes or on inputs is an alarm, as for alerts.
    """
    from core.monitoring.alarm import alarms  # noqa: PLC0415 - what judges loads with the answer that it judges

    with door() as signoff:
        found = signoff.watching.windows(version, cadence)
    drawn = _for_programs if as_json else _for_people
    tabulate(
        [drawn(one, found.cadence) for one in found.windows], as_json=as_json, nothing="No prediction is logged yet."
    )
    standing = alarms(found.windows, clock.system(), None)
    for one in standing if not as_json else ():
        say(f"Alarm, {span(one.judged.start, found.cadence)}: {one.cause.words.lower()}{_named(one.inputs)}.")
    if standing:
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


def _for_people(one: "Window", _: Cadence) -> dict[str, object]:
    ratio = one.outcomes.ratio
    open_ones = f", {one.outcomes.unresolved:,} unresolved" if one.outcomes.unresolved else ""
    ends = None if ratio.low is None or ratio.high is None else f"{ratio.low:.2f}–{ratio.high:.2f}"
    return {
        "window": f"{one.start:%Y-%m-%d}",  # the day it begins: one word, which stays whole in a narrow terminal
        "rows": one.outcomes.rows,
        "observed": _rounded(one.outcomes.rate.value),
        "expected": _rounded(one.outcomes.expected_rate),
        "ratio": _rounded(ratio.value, 2),
        "between": ends,
        "verdict": f"{one.words}{open_ones}. {_said_of_inputs(one)}",
    }


def _for_programs(one: "Window", cadence: Cadence) -> dict[str, object]:
    return {
        "window": span(one.start, cadence),
        "start": clock.rfc3339(one.start),
        "end": clock.rfc3339(one.end),
        "predictions": one.outcomes.rows,
        "unresolved": one.outcomes.unresolved,
        "observed": _rounded(one.outcomes.rate.value),
        "expected": _rounded(one.outcomes.expected_rate),
        "ratio": _rounded(one.outcomes.ratio.value, 2),
        "low": _rounded(one.outcomes.ratio.low, 2),
        "high": _rounded(one.outcomes.ratio.high, 2),
        "verdict": one.verdict.value,
        "moved": [each.name for each in one.inputs if each.verdict.alarming],
        "inputs": {each.name: each.verdict.value for each in one.inputs},
    }


def _said_of_inputs(one: "Window") -> str:
    """Name the inputs that moved, or give the strongest verdict on the others."""
    if moved := [each.name for each in one.inputs if each.verdict.alarming]:
        return f"Inputs moved: {', '.join(moved)}."
    from core.monitoring.verdict import InputVerdict  # noqa: PLC0415 - loaded by the answer already

    said = {each.verdict for each in one.inputs}
    strongest_first = [InputVerdict.SLIGHT, InputVerdict.WITHIN_CHANCE, *InputVerdict]
    words = next((verdict.words.lower() for verdict in strongest_first if verdict in said), "no baseline")
    return f"Inputs: {words}."


def _named(inputs: list[str]) -> str:
    return f" ({', '.join(inputs)})" if inputs else ""


def _rounded(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)
