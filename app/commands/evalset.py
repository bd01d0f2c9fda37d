"""`signoff evalset add` and `list`: the rows that versions are measured on."""

from typing import Annotated

import typer

from app.commands.columns import Cluster, Dataset, File, Groups, Id, Label, Weight, headline, taken
from app.commands.door import door
from app.commands.listing import Limit, Page, go_on, part
from app.commands.telling import Json, examples, say, sending, tabulate
from core.errors import InputError
from core.evaluation.provenance import Independence
from core.registry.version import Task
from core.tabular import detection


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
    guess = detection.guess(headline(file))
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
    columns = {
        "id": chosen, "label": made.label, "groups": made.groups, "cluster": made.cluster, "weight": made.weight
    }  # fmt: skip
    say(
        f"{name} is registered with {made.rows:,} rows; groups: {', '.join(made.groups) or 'none'}.\n{taken(columns)}",
        {"set": name, "rows": made.rows, "columns": columns, "groups": made.groups, "digest": made.digest},
        as_json=as_json,
    )


def evalset_list_command(page: Page = 1, limit: Limit = 25, as_json: Json = False) -> None:
    """List the evaluation sets and how often each was used."""
    with door() as signoff:
        found = part(signoff.evaluation_sets(limit=limit), page, limit)
    go_on(found, as_json=as_json)
    tabulate(
        [
            {
                "set": line.name,
                "task": line.task.value,
                "dataset": line.dataset,
                "rows": line.rows,
                "groups": line.groups if as_json else ", ".join(line.groups),
                "independence": line.independence.value if as_json else line.independence.words,
                "uses": line.uses,
            }
            for line in found.items
        ],
        as_json=as_json,
        nothing=found.nothing("No evaluation set is registered; see `signoff evalset add --help`."),
    )


def register(cli: typer.Typer) -> None:
    """Add these commands."""
    sets = typer.Typer(no_args_is_help=True, help="Evaluation sets: rows whose labels uploaders do not supply.")
    sets.command(
        "add",
        epilog=examples(
            "signoff evalset add mortgage-holdout holdout.csv --id application --label approve --group race"
        ),
    )(evalset_add_command)
    sets.command("list", epilog=examples("signoff evalset list"))(evalset_list_command)
    cli.add_typer(sets, name="evalset")
