"""`signoff upload`: results of a version, recomputed from its predictions."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.columns import (
    Cluster,
    Dataset,
    File,
    Groups,
    Id,
    Label,
    Prediction,
    Score,
    Time,
    Weight,
    headline,
    taken,
)
from app.commands.completing import Version
from app.commands.door import door
from app.commands.telling import Json, examples, say, sending, tabulate
from core.errors import InputError
from core.evaluation import upload
from core.metrics.metric import Metric as Name
from core.registry.version import Task
from core.tabular import detection

if TYPE_CHECKING:
    from app.shapes.evaluation import Evaluation, Metric


def upload_command(
    version: Version,
    file: File,
    set_name: Annotated[str | None, typer.Option("--set", help="Evaluation set that gives the labels.")] = None,
    task: Annotated[Task | None, typer.Option(help="Kind of answer; that of the version by default.")] = None,
    dataset: Dataset = None,
    dataset_version: Annotated[str, typer.Option(help="Version of the dataset.")] = "",
    split: Annotated[str, typer.Option(help="Part of the dataset, as in test.")] = "",
    label: Label = None,
    prediction: Prediction = None,
    score: Score = None,
    class_score: Annotated[
        list[str] | None, typer.Option(help="Score column of one class, as in cat=p_cat; may be repeated.")
    ] = None,
    positive: Annotated[str | None, typer.Option(help="The label that counts as positive.")] = None,
    group: Groups = None,
    weight: Weight = None,
    cluster: Cluster = None,
    id: Id = None,  # noqa: A002 - the option's name
    time: Time = None,
    threshold: Annotated[float | None, typer.Option(help="Score from which it decides for the positive.")] = None,
    prevalence: Annotated[
        float | None, typer.Option(help="Share of positives in use; predictive values are given for it too.")
    ] = None,
    compared_with: Annotated[
        list[str] | None, typer.Option(help="Group that others are compared with, as in race=white; may be repeated.")
    ] = None,
    reported: Annotated[
        list[str] | None, typer.Option(help="A number you state, as in accuracy=0.88; may be repeated.")
    ] = None,
    spec: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A JSON file with all this, instead of options.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Upload predictions; Signoff recomputes every metric with its interval and prints what it found."""
    data = {"--dataset": dataset, "--dataset-version": dataset_version, "--split": split}
    if spec is not None:
        beside = {
            "--set": set_name, "--task": task, "--label": label, "--prediction": prediction, "--score": score,
            "--class-score": class_score, "--positive": positive, "--group": group, "--weight": weight,
            "--cluster": cluster, "--id": id, "--time": time, "--threshold": threshold, "--prevalence": prevalence,
            "--compared-with": compared_with, "--reported": reported, **data,
        }  # fmt: skip
        _stands_alone("--spec", beside, "Write it into the file, or leave --spec out.")
    elif set_name is not None:
        given = {"--label": label, "--weight": weight, "--cluster": cluster, **data}
        _stands_alone("--set", given, "Leave it out: it comes from the set.")
    with door() as signoff, sending(file, shown=not as_json) as heard:
        if spec is not None:
            said = _json(spec)
        else:
            kind = task or signoff.version(version).task
            columns = {
                "label": label, "prediction": prediction, "score": score, "weight": weight, "cluster": cluster,
                "id": id, "time": time, "scores": _pairs(class_score, "--class-score"), "groups": group or [],
            }  # fmt: skip
            named = {"name": dataset or file.stem, "version": dataset_version, "split": split}
            said = {
                "task": kind.value,
                "set": set_name,
                "dataset": None if set_name else named,
                "columns": _completed(file, columns, kind, set_name),
                "positive": positive,
                "threshold": threshold,
                "prevalence": prevalence,
                "reference": _pairs(compared_with, "--compared-with"),
                "reported": {name: _number(value) for name, value in _pairs(reported, "--reported").items()},
            }
        found = signoff.upload_specified(version, file, said, heard)
    _print(version, found, as_json=as_json)


def register(cli: typer.Typer) -> None:
    """Add these commands."""
    cli.command(
        "upload",
        epilog=examples(
            "signoff upload mortgage-approval@4 predictions.csv --set mortgage-holdout --positive 1",
            "signoff upload mortgage-approval@4 predictions.parquet --spec spec.json",
        ),
    )(upload_command)


def _stands_alone(option: str, beside: Mapping[str, object], fix: str) -> None:
    """Refuse options that would be dropped without a word.

    Raises:
        InputError: names one.
    """
    for other, given in beside.items():
        if given not in (None, "", []):
            raise InputError(f"{option} and {other} do not go together.", fix)


def _completed(file: Path, said: Mapping[str, object], task: Task, set_name: str | None) -> dict[str, object]:
    top = headline(file)
    names = [column.name for column in top.columns]
    columns = upload.filled(upload.columns(said), detection.guess(top), task, names, with_set=set_name is not None)
    return columns.model_dump(mode="json", exclude_defaults=True)


def _json(spec: Path) -> dict[str, object]:
    try:
        found = json.loads(spec.read_bytes())
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise InputError(f"{spec} holds no specification.", "Write one JSON object; check it with a JSON validator.")
    return found


def _pairs(given: Sequence[str] | None, option: str) -> dict[str, str]:
    found = {}
    for one in given or ():
        name, sign, value = one.partition("=")
        if not sign or not name.strip():
            raise InputError(f"{option} {one!r} cannot be read.", f"Write {option} NAME=VALUE.")
        found[name.strip()] = value.strip()
    return found


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{text!r} is no number.", "Write it with a point, as in 0.88.") from None


def _print(version: str, found: "Evaluation", *, as_json: bool) -> None:
    if as_json:
        kept = {"evaluation", "set", "dataset", "provenance", "rows", "digest", "columns", "warnings", "metrics"}
        say("", {"version": version, **found.model_dump(mode="json", include=kept)}, as_json=True)
        return
    say(f"{found.evaluation}: {found.rows:,} rows of {_label(found)}, {found.provenance.words.lower()}.")
    say(taken(found.columns))
    tabulate(
        [
            {
                "metric": Name(row.metric).words if row.metric in set(Name) else row.metric,
                "value": _shown(row.value),
                "95 %" if row.level == 0.95 else f"{row.level:.1%}": _ends(row),
                "n": f"{row.n:,}",
                "events": "–" if row.events is None else f"{row.events:,}",
                "reported": _shown(row.reported),
            }
            for row in found.metrics
            if row.slice is None
        ]
    )
    for warning in found.warnings:
        say(f"Note: {warning}")
    groups = sorted({row.slice.attribute for row in found.metrics if row.slice})
    if groups:
        say(f"Groups measured: {', '.join(groups)}; `--json` and the model's page show them.")


def _label(found: "Evaluation") -> str:
    return " · ".join(word for word in (found.dataset.name, found.dataset.version, found.dataset.split) if word)


def _shown(value: float | None) -> str:
    """Write a number: large ones, such as counts, in full, and others to four digits.

    >>> _shown(562000.0), _shown(0.83412), _shown(None)
    ('562,000', '0.8341', '–')
    """
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _ends(row: "Metric") -> str:
    return "–" if row.low is None and row.high is None else f"{_shown(row.low)} to {_shown(row.high)}"
