"""Evaluation of a million rows from file to result, and the exact bootstrap beside scikit-learn.

Run it alone: `python tests/benchmarks/bench_evaluation.py [rows]`. It prints figures and judges nothing.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn import metrics as sk

from core.evaluation import intake
from core.evaluation.upload import parse
from core.metrics.binary import measure
from core.metrics.classification import value
from core.metrics.exact import SortedRows
from core.metrics.metric import Metric
from core.metrics.resampling import design
from core.metrics.rows import BinaryRows
from core.store.store import Store

SPEC = {
    "task": "binary",
    "dataset": {"name": "made-up", "version": "1", "split": "test"},
    "columns": {
        "id": "id",
        "prediction": "decision",
        "score": "p",
        "label": "y",
        "groups": ["sex", "region", "band"],
    },
    "positive": 1,
    "threshold": 0.5,
}


def made_up(rows: int) -> pd.DataFrame:
    """Twelve columns: seven that play a part and five that are dropped."""
    random = np.random.default_rng(0)
    p = 1 / (1 + np.exp(-1.5 * random.normal(size=rows)))
    frame = {
        "id": np.arange(rows) + 10_000_000,
        "y": (random.random(rows) < p).astype(int),
        "p": np.round(p, 9),
        "decision": (p >= 0.5).astype(int),
        "sex": random.choice(["f", "m"], rows),
        "region": random.choice(["north", "south", "east", "west"], rows),
        "band": random.choice(["18-30", "31-45", "46-60", "61+"], rows),
    }
    return pd.DataFrame(frame | {f"x{i}": np.round(random.normal(size=rows), 4) for i in range(5)})


def from_file_to_result(rows: int) -> None:
    """Time CSV and Parquet through reading, hashing, keeping and measuring."""
    frame = made_up(rows)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        frame.to_csv(home / "p.csv", index=False)
        frame.to_parquet(home / "p.parquet")
        del frame
        store = Store.open(home / "store")
        for name in ("p.parquet", "p.csv"):
            began, used = time.perf_counter(), cpu()
            marks: list[tuple[float, str]] = []
            measured = intake.measure_upload(
                store,
                "bench",
                home / name,
                name,
                parse(SPEC),
                progress=lambda done, words, began=began, marks=marks: marks.append(
                    (time.perf_counter() - began, words)
                ),
            )
            print(
                f"{name} {rows:,} rows x 12: {time.perf_counter() - began:5.1f} s wall, {cpu() - used:5.1f} s CPU, "
                f"{len(measured.values)} numbers, peak {peak()} MB (children {peak(resource.RUSAGE_CHILDREN)} MB)"
            )
            for at, words in marks:
                if "Computing metrics for" not in words:
                    print(f"    {at:5.1f} s  {words}")
        store.close()


def exact_bootstrap(rows: int, resamples: int = 5) -> None:
    """Time one exact resample of seven metrics against seven calls of scikit-learn on the same resample."""
    frame = made_up(rows)
    happened, score = frame["y"].to_numpy() == 1, frame["p"].to_numpy()
    predicted = score >= 0.5
    random = np.random.default_rng(1)
    began = cpu()
    for _ in range(resamples):
        drawn = random.integers(0, rows, rows)
        y, s, d = happened[drawn], score[drawn], predicted[drawn]
        sk.accuracy_score(y, d), sk.precision_score(y, d), sk.recall_score(y, d), sk.f1_score(y, d)
        sk.roc_auc_score(y, s), sk.average_precision_score(y, s), sk.log_loss(y, s)
    naive = (cpu() - began) / resamples
    table = SortedRows(happened, score)
    began = cpu()
    for _ in range(resamples):
        again = table.draw(random)
        again.roc_auc(), again.average_precision(), again.log_loss()
        cells = again.confusion(0.5)
        for metric in (Metric.ACCURACY, Metric.PRECISION, Metric.RECALL, Metric.F1):
            value(metric, cells)
    ours = (cpu() - began) / resamples
    print(
        f"one exact resample of seven metrics, {rows:,} rows: {ours * 1000:.1f} ms against {naive * 1000:.1f} ms of "
        f"scikit-learn: {naive / ours:.0f} x"
    )


def whole_measure(rows: int) -> None:
    """Time all metrics with intervals over all rows."""
    frame = made_up(rows)
    happened, score = frame["y"].to_numpy() == 1, frame["p"].to_numpy()
    began = cpu()
    measure(BinaryRows(happened, score >= 0.5, score, design(rows)))
    print(f"all metrics with intervals, {rows:,} rows: {cpu() - began:.2f} s CPU")


def cpu() -> float:
    """Processor seconds of this process and of the readers it started."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def peak(who: int = resource.RUSAGE_SELF) -> int:
    """Most memory held at once, in MB."""
    return resource.getrusage(who).ru_maxrss // 1024


if __name__ == "__main__":
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    from_file_to_result(many)
    whole_measure(many)
    exact_bootstrap(many)
