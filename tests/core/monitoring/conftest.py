from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from core import digest
from core.monitoring import actions, ingest
from core.registry.actions import Build, ModelDescription, register_model, register_use_case, register_version
from core.registry.materiality import Exposure, Purpose
from core.registry.version import Task
from core.tabular.detection import Mapping

SLUG = "flight-delay"
FEATURES = ("distance", "carrier")
LOG = Mapping(id="flight", time="day", prediction="late", score="p")
LABELS = Mapping(id="flight", label="actual")
BASELINE = Mapping(time="day", prediction="late", score="p", label="actual")


def flights(start: datetime, days: int, *, a_day: int = 40, factor: float = 1.0, shift: float = 0.0, seed: int = 1):
    """Simulated flights: scores, outcomes `factor` times as frequent as announced, and inputs moved by `shift`."""
    draw = np.random.default_rng(seed)
    n = days * a_day
    score = draw.uniform(0.1, 0.4, n)
    return pa.table(
        {
            "flight": [f"{start:%m%d}-{row}" for row in range(n)],
            "day": [start + timedelta(days=row // a_day) for row in range(n)],
            "p": score,
            "late": (score >= 0.3).astype(int),
            "actual": (draw.uniform(size=n) < np.minimum(score * factor, 1)).astype(float),
            "distance": draw.normal(1000 + 500 * shift, 500, n),
            "carrier": draw.choice(["AA", "UA", "DL"], n, p=[0.5, 0.3, 0.2]),
            "passenger": ["secret"] * n,
        }
    )


def day(month: int, number: int = 1) -> datetime:
    return datetime(2026, month, number, tzinfo=UTC)


def name_of(table: pa.Table) -> digest.Digest:
    return digest.of_json([str(table["flight"][0]), table.num_rows, table.num_columns, float(table["p"][0].as_py())])


@pytest.fixture
def database():
    """Windows are measured on files, so one database suffices; `test_listing` asks both."""


@pytest.fixture
def scientist(people):
    return people["scientist"].actor("password")


@pytest.fixture
def version(store, scientist):
    with store.transaction(scientist) as tx:
        register_use_case(tx, slug="travel", name="Travel", purpose="Warn travellers.")
        register_model(tx, ModelDescription(SLUG, "Flight delay", "travel", Exposure.MODERATE, Purpose.RIGHTS))
        return register_version(tx, SLUG, Build(task=Task.BINARY, data_digests=["sha256:" + "a" * 64]))


@pytest.fixture
def log(store, scientist, version):
    def write(table: pa.Table, mapping: Mapping = LOG):
        prepared = ingest.predictions(
            store.pseudonyms, SLUG, Task.BINARY, table, mapping, features=FEATURES, file_digest=name_of(table)
        )
        with store.transaction(scientist) as tx:
            return actions.log_predictions(tx, SLUG, 1, prepared)

    return write


@pytest.fixture
def label(store, scientist, version):
    def write(table: pa.Table):
        prepared = ingest.labels(store.pseudonyms, SLUG, table, LABELS, file_digest=name_of(table))
        with store.transaction(scientist) as tx:
            return actions.add_labels(tx, SLUG, prepared)

    return write


@pytest.fixture
def compare(store, scientist, version):
    def write(table: pa.Table):
        prepared = ingest.baseline(Task.BINARY, table, BASELINE, features=FEATURES, file_digest=name_of(table))
        with store.transaction(scientist) as tx:
            return actions.set_baseline(
                tx, SLUG, 1, name="December", reason="Neither trained on nor judged.", prepared=prepared
            )

    return write


@pytest.fixture
def define(store, scientist, version):
    def write(**setup):
        with store.transaction(scientist) as tx:
            return actions.define_monitor(tx, SLUG, 1, actions.Setup(**setup))

    return write
