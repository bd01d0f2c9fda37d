"""Two small tables that scikit-learn bundles: handwritten digits, and tumours measured in 1993 (teaching data)."""

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer, load_digits

from core import digest
from core.digest import Digest
from seed_data.linear import SEED, Fitted, Recipe, fit

_PIXELS = tuple(f"pixel_{row}_{column}" for row in range(8) for column in range(8))
_TUMOUR = ("mean_radius", "mean_texture", "mean_smoothness", "mean_concavity", "worst_radius", "worst_concave_points")

DIGIT_RECIPES = (
    Recipe(_PIXELS[16:48], strength=0.05, note="The middle rows of the picture only."),
    Recipe(_PIXELS, note="Every pixel."),
)
TUMOUR_RECIPES = (Recipe(_TUMOUR, strength=1.0, note="Six measurements of the nucleus."),)
TUMOUR_THRESHOLD = 0.5


def digits() -> pd.DataFrame:
    """Load 1,797 digits of 8 x 8 pixels: `image`, the pixels, and `digit` as text."""
    bundle = load_digits()
    table = pd.DataFrame(bundle.data, columns=list(_PIXELS))
    return table.assign(image=_numbered("D", len(table)), digit=[str(value) for value in bundle.target])


def tumours() -> pd.DataFrame:
    """Load 569 tumours: `case`, measurements, and `malignant` (1 for malignant). Teaching data; no clinical use."""
    bundle = load_breast_cancer()
    table = pd.DataFrame(bundle.data, columns=[name.replace(" ", "_") for name in bundle.feature_names])
    return table.assign(case=_numbered("T", len(table)), malignant=1 - bundle.target)


def split(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cut a table into halves, by the recorded seed: one to train on, one held out."""
    order = np.random.default_rng(SEED).permutation(len(table))
    half = len(table) // 2
    return table.iloc[order[:half]], table.iloc[order[half:]]


def train_digits(number: int, training: pd.DataFrame) -> Fitted:
    """Train version `number` of the digit reader, from 1."""
    return fit(DIGIT_RECIPES[number - 1], training, "digit")


def train_tumours(number: int, training: pd.DataFrame) -> Fitted:
    """Train version `number` of the tumour model, from 1."""
    return fit(TUMOUR_RECIPES[number - 1], training, "malignant")


def digit_predictions(fitted: Fitted, held_out: pd.DataFrame) -> pd.DataFrame:
    """Predict digits: `image`, `digit` and one probability for each class, `p_0` to `p_9`."""
    scores = fitted.probabilities(held_out)
    names = np.array(fitted.classes)
    found = pd.DataFrame({"image": held_out["image"].to_numpy(), "digit": names[scores.argmax(axis=1)]})
    for position, name in enumerate(names):
        found[f"p_{name}"] = scores[:, position]
    return found


def tumour_predictions(fitted: Fitted, held_out: pd.DataFrame) -> pd.DataFrame:
    """Predict tumours: `case`, `malignant` (0 or 1) and `p_malignant`."""
    scores = fitted.probabilities(held_out)[:, 1]
    return pd.DataFrame(
        {
            "case": held_out["case"].to_numpy(),
            "malignant": (scores >= TUMOUR_THRESHOLD).astype(int),
            "p_malignant": scores.round(6),
        }
    )


def source(table: pd.DataFrame) -> Digest:
    """Fingerprint of a bundled table: over its rows as CSV."""
    return digest.of_bytes(table.to_csv(index=False).encode())


def _numbered(letter: str, count: int) -> list[str]:
    return [f"{letter}-{number:04d}" for number in range(1, count + 1)]
