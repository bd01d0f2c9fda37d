"""Logistic regression on a table, and its artifact: every fitted number, as canonical JSON that nothing executes."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from core import digest

SEED = 20_260_303
"""One seed for every split and every fit of the demo."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to fit: which columns, and how strongly to shrink.

    Attributes:
        numbers: numeric columns; missing values become the median of the training rows.
        words: categorical columns, one indicator for each value seen in training.
        strength: inverse of the L2 penalty.
        note: what is new against the version before.
    """

    numbers: Sequence[str]
    words: Sequence[str] = ()
    strength: float = 0.3
    note: str = ""

    @property
    def columns(self) -> list[str]:
        """Every column the recipe reads."""
        return [*self.numbers, *self.words]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted recipe."""

    recipe: Recipe
    pipeline: Pipeline
    artifact: bytes

    def probabilities(self, table: pd.DataFrame) -> NDArray[np.float64]:
        """Class probabilities, shape (rows, classes), in the order of `classes`."""
        found: NDArray[np.float64] = self.pipeline.predict_proba(table[self.recipe.columns])
        return found

    @property
    def classes(self) -> list[str]:
        """Names of the classes, in the order of the probabilities."""
        return [str(name) for name in self.pipeline[-1].classes_]


def fit(recipe: Recipe, table: pd.DataFrame, label: str) -> Fitted:
    """Fit a recipe to a table.

    Args:
        recipe: which columns, and how.
        table: training rows.
        label: name of the column to predict.
    """
    prepared = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), list(recipe.numbers)),
            ("words", OneHotEncoder(handle_unknown="ignore", sparse_output=False), list(recipe.words)),
        ]
    )
    pipeline = make_pipeline(prepared, LogisticRegression(C=recipe.strength, max_iter=2_000, random_state=SEED))
    pipeline.fit(table[recipe.columns], table[label])
    return Fitted(recipe, pipeline, _artifact(recipe, pipeline))


def environment() -> str:
    """Name the packages that decide the fitted numbers, with one fingerprint over their versions."""
    packages = {name: version(name) for name in ("numpy", "pandas", "scikit-learn", "scipy")}
    return digest.of_json(packages)


def _artifact(recipe: Recipe, pipeline: Pipeline) -> bytes:
    prepared, model = pipeline[0], pipeline[-1]
    content: dict[str, object] = {
        "format": "signoff-demo/logistic-regression/1",
        "numbers": list(recipe.numbers),
        "words": list(recipe.words),
        "classes": [str(name) for name in model.classes_],
        "coefficients": model.coef_.tolist(),
        "intercepts": model.intercept_.tolist(),
    }
    if recipe.numbers:
        imputer, scaler = (step for _, step in prepared.named_transformers_["numbers"].steps)
        content["medians"] = imputer.statistics_.tolist()
        content["means"] = scaler.mean_.tolist()
        content["scales"] = scaler.scale_.tolist()
    if recipe.words:
        seen = prepared.named_transformers_["words"].categories_
        content["values"] = [[str(value) for value in values] for values in seen]
    return digest.canonical(content)
