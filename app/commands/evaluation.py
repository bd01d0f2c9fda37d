"""`signoff upload` and `signoff evalset add`: results of a version, and the rows they are measured on."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.columns import Cluster, Id, Label, Prediction, Score, Time, Weight
from app.commands.completing import Version
from app.commands.door import door
from app.commands.listing import Limit, Page, part
from app.commands.telling import Json, examples, say, sending, tabulate
from app.settings import settings
from core.errors import InputError
from core.evaluation import upload
from core.evaluation.provenance import Independence
from core.metrics.metric import Metric as Name
from core.registry.version import Task
from core.tabular import detection, reading
from core.tabular.limits import Limits
from core.tabular.reading import Preview

if TYPE_CHECKING:
    from app.shapes.evaluation import Evaluation, Metric

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV, Parquet or JSON Lines.")]
Groups = Annotated[list[str] | None, typer.Option("--group", help="A column of groups; may be repeated.")]
Dataset = Annotated[str | None, typer.Option(help="The data that was measured on, when there is no set.")]


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
    with door() as signoff, sending(file, shown=not as_json) as heard:
        if spec is not None:
            said = _json(spec)
        else:
            kind = task or signoff.version(version).task
            columns = {
                "label": label, "prediction": prediction, "score": score, "weight": weight, "cluster": cluster,
                "id": id, "time": time, "scores": _pairs(class_score, "--class-score"), "groups": group or [],
            }  # fmt: skip
            data = {"name": dataset or file.stem, "version": dataset_version, "split": split}
            said = {
                "task": kind.value,
                "set": set_name,
                "dataset": None if set_name else data,
                "columns": _completed(file, columns, kind, set_name),
                "positive": positive,
                "threshold": threshold,
                "prevalence": prevalence,
                "reference": _pairs(compared_with, "--compared-with"),
                "reported": {name: _number(value) for name, value in _pairs(reported, "--reported").items()},
            }
        found = signoff.upload_specified(version, file, said, heard)
    _print(version, found, as_json=as_json)


def evalset_add_command(
    name: Annotated[str, typer.Argument(help="Name in addresses and policies, as in mortgage-holdout.")],
    file: File,
    id: Id = None,  # noqa: A002 - the option's name
    label: Label = None,
    group: Groups = None,
    cluster: Cluster = None,
    weight: Weight = None,
    task: Annotated[Task, typer.Option(help="Kind of answer its labels are for.")] = Task.BINARY,
    dataset: Dataset = None,
    dataset_version: Annotated[str, typer.Option(help="Version of the dataset.")] = "",
    split: Annotated[str, typer.Option(help="Part of the dataset, as in test.")] = "",
    independence: Annotated[
        Independence, typer.Option(help="How far the rows stand from training.")
    ] = Independence.UNKNOWN,
    reason: Annotated[str, typer.Option(help="How that is known.")] = "",
    description: Annotated[str, typer.Option(help="A few sentences.")] = "",
    as_json: Json = False,
) -> None:
    """Register an evaluation set: ids, labels, groups and clusters that uploaders of predictions do not supply."""
    guess = detection.guess(_headline(file))
    chosen, labels = id or guess.id, label or guess.label
    if chosen is None or labels is None:
        raise InputError(
            f"{file.name} does not say which column holds the {'ids' if chosen is None else 'labels'}.",
            "Name it with --id or --label.",
        )
    with door() as signoff, sending(file, shown=not as_json) as heard:
        made = signoff.add_evaluation_set(
            name,
            file,
            id=chosen,
            label=labels,
            groups=group or [c for c in guess.groups if c not in {cluster, labels, chosen}],
            cluster=cluster,
            weight=weight,
            dataset={"name": dataset or name, "version": dataset_version, "split": split},
            heard=heard,
            task=task.value,
            description=description,
            independence=independence.value,
            independence_reason=reason,
        )
    say(
        f"{name} is registered with {made.rows:,} rows; groups: {', '.join(made.groups) or 'none'}.",
        {"set": name, "rows": made.rows, "groups": made.groups, "digest": made.digest},
        as_json=as_json,
    )


def evalset_list_command(page: Page = 1, limit: Limit = 25, as_json: Json = False) -> None:
    """List the evaluation sets and how often each was used."""
    with door() as signoff:
        found = part(signoff.evaluation_sets(limit=limit), page, limit)
    tabulate(
        [
            {
                "set": line.name,
                "task": line.task.value,
                "dataset": line.dataset,
                "rows": line.rows,
                "groups": ", ".join(line.groups),
                "independence": line.independence.value if as_json else line.independence.words,
                "uses": line.uses,
            }
            for line in found
        ],
        as_json=as_json,
        nothing="No evaluation set is registered; see `signoff evalset add --help`.",
    )


def register(cli: typer.Typer) -> None:
    """Add these commands."""
    cli.command(
        "upload",
        epilog=examples(
            "signoff upload mortgage-approval@4 predictions.csv --set mortgage-holdout --positive 1",
            "signoff upload mortgage-approval@4 predictions.parquet --spec spec.json",
        ),
    )(upload_command)
    sets = typer.Typer(no_args_is_help=True, help="Evaluation sets: rows whose labels uploaders do not supply.")
    sets.command(
        "add",
        epilog=examples(
            "signoff evalset add mortgage-holdout holdout.csv --id application --label approve --group race"
        ),
    )(evalset_add_command)
    sets.command("list", epilog=examples("signoff evalset list"))(evalset_list_command)
    cli.add_typer(sets, name="evalset")


def _headline(file: Path) -> Preview:
    return reading.headline(file, file.name, Limits(size=settings().upload_limit_mb << 20))


def _completed(file: Path, said: Mapping[str, object], task: Task, set_name: str | None) -> dict[str, object]:
    top = _headline(file)
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
    return "–" if value is None else f"{value:.4g}"


def _ends(row: "Metric") -> str:
    return "–" if row.low is None and row.high is None else f"{_shown(row.low)} to {_shown(row.high)}"
