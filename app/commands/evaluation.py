"""`signoff upload` and `signoff evalset add`: results of a version, and the rows they are measured on."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from app.commands.columns import Cluster, Id, Label, Prediction, Score, Time, Weight
from app.commands.local import acting, local_store
from app.commands.telling import Json, examples, progress, say, tabulate
from app.settings import settings
from core.errors import InputError
from core.evaluation import actions, queries, set_intake, upload
from core.evaluation.evaluation import Evaluation, MetricResult
from core.evaluation.provenance import Independence
from core.evaluation.set_intake import SetDescription
from core.evaluation.upload import Columns, Spec
from core.metrics.metric import Metric
from core.registry import queries as registry
from core.registry.address import reference
from core.registry.version import Task
from core.store.store import Store
from core.tabular import detection, reading
from core.tabular.limits import Limits

Version = Annotated[str, typer.Argument(help="MODEL@VERSION, as in mortgage-approval@4.")]
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
    slug, number = reference(version)
    limits = Limits(size=settings().upload_limit_mb << 20)
    columns = {
        "label": label, "prediction": prediction, "score": score, "weight": weight, "cluster": cluster, "id": id,
        "time": time, "scores": _pairs(class_score, "--class-score"), "groups": group or [],
    }  # fmt: skip
    with local_store() as store:
        actor = acting(store)
        if spec is not None:
            said = upload.parse(spec.read_bytes())
        else:
            data = {"name": dataset or file.stem, "version": dataset_version, "split": split}
            said = upload.parse(
                {
                    "task": task or _task(store, slug, number),
                    "set": set_name,
                    "dataset": None if set_name else data,
                    "columns": _completed(file, columns, task or _task(store, slug, number), limits, set_name),
                    "positive": positive,
                    "threshold": threshold,
                    "prevalence": prevalence,
                    "reference": _pairs(compared_with, "--compared-with"),
                    "reported": {name: _number(value) for name, value in _pairs(reported, "--reported").items()},
                }
            )
        with progress("Reading the file", shown=not as_json) as told:
            found = actions.upload(
                store, actor, (slug, number), file, file.name, spec=said, progress=told, limits=limits
            )
        with store.reading() as session:
            results = queries.results(session, found.key)
    _print(version, found, said, results, as_json=as_json)


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
    limits = Limits(size=settings().upload_limit_mb << 20)
    guess = detection.guess(reading.headline(file, file.name, limits))
    said = SetDescription(
        name,
        task,
        upload.columns(
            {
                "id": id or guess.id,
                "label": label or guess.label,
                "groups": group or [c for c in guess.groups if c not in {cluster, label, id}],
                "cluster": cluster,
                "weight": weight,
            }
        ),
        upload.data_name({"name": dataset or name, "version": dataset_version, "split": split}),
        description,
        independence,
        reason,
    )
    with local_store() as store:
        actor = acting(store)
        prepared = set_intake.prepare_set(store, file, file.name, said, limits)
        with store.transaction(actor) as tx:
            row = actions.register_set(tx, prepared)
    say(
        f"{name} is registered with {row.rows:,} rows; groups: {', '.join(row.groups) or 'none'}.",
        {"set": name, "rows": row.rows, "groups": row.groups, "digest": row.digest},
        as_json=as_json,
    )


def evalset_list_command(as_json: Json = False) -> None:
    """List the evaluation sets and how often each was used."""
    with local_store() as store:
        acting(store)
        with store.reading() as session:
            found = queries.sets(session, size=200).items
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


def _task(store: Store, slug: str, number: int) -> Task:
    with store.reading() as session:
        return registry.version(session, slug, number).task


def _completed(
    file: Path, said: Mapping[str, object], task: Task, limits: Limits, set_name: str | None
) -> dict[str, object]:
    columns: Columns = upload.columns(said)
    top = reading.headline(file, file.name, limits)
    names = [column.name for column in top.columns]
    return upload.filled(columns, detection.guess(top), task, names, with_set=set_name is not None).model_dump()


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


def _print(version: str, found: Evaluation, said: Spec, results: Sequence[MetricResult], *, as_json: bool) -> None:
    if as_json:
        say(
            "",
            {
                "evaluation": found.address,
                "version": version,
                "set": said.set,
                "dataset": {"name": found.dataset, "version": found.dataset_version, "split": found.split},
                "provenance": found.provenance.value,
                "rows": found.rows,
                "digest": found.digest,
                "columns": found.columns,
                "warnings": found.warnings,
                "metrics": [row.answer(found.provenance) for row in results],
            },
            as_json=True,
        )
        return
    say(f"{found.address}: {found.rows:,} rows of {found.label}, {found.provenance.words.lower()}.")
    tabulate(
        [
            {
                "metric": Metric(row.metric).words if row.metric in set(Metric) else row.metric,
                "value": _shown(row.value),
                "95 %" if row.level == 0.95 else f"{row.level:.1%}": _ends(row),
                "n": f"{row.n:,}",
                "events": "–" if row.events is None else f"{row.events:,}",
                "reported": _shown(row.reported),
            }
            for row in results
            if row.slice_attribute is None
        ]
    )
    for warning in found.warnings:
        say(f"Note: {warning}")
    groups = sorted({row.slice_attribute for row in results if row.slice_attribute})
    if groups:
        say(f"Groups measured: {', '.join(groups)}; `--json` and the model's page show them.")


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


def _ends(row: MetricResult) -> str:
    return "–" if row.low is None and row.high is None else f"{_shown(row.low)} to {_shown(row.high)}"
