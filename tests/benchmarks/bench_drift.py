"""How long drift of a million rows and 25 columns takes, against merely scanning the same columns.

Run it by hand: `python tests/benchmarks/bench_drift.py`. It prints ratios of wall time within this one run; both sides
use two threads and the same files.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.metrics.drift import jensen_shannon, kolmogorov_smirnov, stability_index
from core.monitoring import engine
from core.monitoring.profile import ColumnProfile, profile

ROWS = 1_000_000
NUMBERS, CATEGORIES = 20, 5
ROUNDS = 5


def table(seed: int, shift: float) -> pa.Table:
    """Twenty numeric and five categorical columns over ninety days."""
    draw = np.random.default_rng(seed)
    seconds = np.sort(draw.integers(0, 90 * 86_400, ROWS)).astype("timedelta64[s]")
    columns = {"moment": pa.array(np.datetime64("2026-01-01T00:00:00", "us") + seconds)}
    for number in range(NUMBERS):
        columns[f"x_n{number}"] = pa.array(draw.normal(shift, 1, ROWS))
    names = np.array([f"value {number}" for number in range(12)])
    for number in range(CATEGORIES):
        columns[f"x_c{number}"] = pa.array(names[draw.integers(0, 12, ROWS)])
    return pa.table(columns)


def scan(file: Path, profiles: list[ColumnProfile]) -> None:
    """Read every watched column once and do next to nothing with it."""
    terms = ", ".join(f'{"sum" if one.numeric else "max"}("{one.column}")' for one in profiles)
    with engine.opened([file]) as connection:
        connection.execute(f"SELECT {terms} FROM read_parquet('{file}')").fetchall()


def binned(file: Path, profiles: list[ColumnProfile]) -> None:
    """Count per day and bin, and compare all of it with the baseline."""
    with engine.opened([file]) as connection:
        _, counts = engine.counts(connection, [file], profiles)
    for one in profiles:
        found = counts[one.name].sum(axis=0)
        stability_index(np.array(one.counts), found)
        jensen_shannon(np.array(one.counts), found)


def exact(file: Path, profiles: list[ColumnProfile], held: dict[str, np.ndarray]) -> None:
    """The exact Kolmogorov-Smirnov distance of every numeric column."""
    with engine.opened([file]) as connection:
        for one in profiles:
            if one.numeric:
                _, numbers = engine.values(connection, [file], one.column)
                kolmogorov_smirnov(held[one.column], np.sort(numbers))


def best(work: Callable[[], None]) -> float:
    """Shortest of a few rounds, in seconds."""
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> None:
    """Print seconds and ratios."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "log.parquet"
        reference = table(1, 0.0)
        profiles = profile(reference)
        held = {one.column: np.sort(reference[one.column].to_numpy()) for one in profiles if one.numeric}
        pq.write_table(table(2, 0.02), file)
        base = best(lambda: scan(file, profiles))
        counted = best(lambda: binned(file, profiles))
        distances = best(lambda: exact(file, profiles, held))
    print(f"scanning 25 columns of 1e6 rows          {base:6.2f} s    1.0")
    print(f"PSI and Jensen-Shannon, per day and bin  {counted:6.2f} s  {counted / base:5.1f}")
    print(f"exact Kolmogorov-Smirnov of 20 columns   {distances:6.2f} s  {distances / base:5.1f}")


if __name__ == "__main__":
    main()
