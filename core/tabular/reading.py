"""Untrusted CSV, Parquet and JSON Lines in, as an Arrow table, or a refusal that says what to mend.

The kind of a file is told from its bytes. The bytes are parsed in a child process with bounded memory and time, so
that a file made to harm takes down its own reader and nothing else.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore

import pyarrow as pa

from core.errors import EvidenceError
from core.tabular.child import too_much_memory
from core.tabular.columns import ColumnKind, kind_of
from core.tabular.content import Format, recognise
from core.tabular.job import Job
from core.tabular.limits import DEFAULT, Limits

PREVIEW_ROWS = 20
_log = logging.getLogger(__name__)

# Two files at a time: ten people who upload at once wait a little instead of filling the memory.
_PARSERS = BoundedSemaphore(2)
_KEPT_ENVIRONMENT = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP")


@dataclass(frozen=True, slots=True)
class Column:
    """One column as it was found: its name and the kind of its values."""

    name: str
    kind: ColumnKind


@dataclass(frozen=True, slots=True)
class Preview:
    """The top of a file, for the person who confirms what each column means.

    Attributes:
        name: what the sender called the file.
        format: what it is by its content.
        size: bytes.
        columns: all columns in order; kinds are judged from the rows shown and may widen in the whole file.
        rows: the first rows, at most `PREVIEW_ROWS`; each a tuple as wide as `columns`, None where missing.
    """

    name: str
    format: Format
    size: int
    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...]


def read(source: Path, name: str, limits: Limits = DEFAULT, columns: Sequence[str] | None = None) -> pa.Table:
    """Read a whole file.

    Types come out plain: int64, uint64, float64, bool, string, date32, timestamp[us] (in UTC where the file gave an
    offset). NaN is missing in every format; infinities stay, for `core.tabular.checks` to refuse where they matter.

    Args:
        source: the file as it arrived.
        name: what its sender called it; refusals quote it, nothing else uses it.
        limits: how much is acceptable.
        columns: keep only these, in this order; all flat columns when None.

    Returns:
        The table, rows in the order of the file; it has at least one row.

    Raises:
        EvidenceError: whatever is wrong with the file, naming rows and columns where they are known.
    """
    kept = None if columns is None else tuple(columns)
    return _parse(Job(source, name, recognise(source, name, limits), limits, kept))


def headline(source: Path, name: str, limits: Limits = DEFAULT) -> Preview:
    """Read the columns and the first rows of a file; refusals as in `read`, as far as the top shows them."""
    format_ = recognise(source, name, limits)
    table = _parse(Job(source, name, format_, limits, rows=PREVIEW_ROWS))
    found = tuple(Column(field.name, kind_of(field.type)) for field in table.schema)
    rows = tuple(zip(*(column.to_pylist() for column in table.columns), strict=True))
    return Preview(name, format_, source.stat().st_size, found, rows)


def _parse(job: Job) -> pa.Table:
    with _PARSERS, tempfile.TemporaryDirectory(prefix="signoff-", ignore_cleanup_errors=True) as folder:
        target = Path(folder) / "table.arrow"
        if refusal := _child(job, target):
            raise EvidenceError(refusal["problem"], refusal["fix"])
        # The mapping outlives the folder: no second copy of the table is ever made.
        with pa.memory_map(str(target)) as mapped:
            return pa.ipc.open_file(mapped).read_all()


def _child(job: Job, target: Path) -> dict[str, str]:
    environment = {key: os.environ[key] for key in _KEPT_ENVIRONMENT if key in os.environ}
    # The system's allocator fails softly at the limit; the others reserve more than they use.
    environment |= {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "2", "PYTHONUTF8": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "core.tabular.child"],
            input=json.dumps({"job": job.to_json(), "target": str(target)}),
            capture_output=True,
            encoding="utf-8",
            env=environment,
            timeout=2 * job.limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _too_slow(job.name, job.limits)
    if done.returncode == 0:
        return dict(json.loads(done.stdout))
    if "MemoryError" in done.stderr or "bad_alloc" in done.stderr:
        return too_much_memory(job.name, job.limits)
    if done.returncode in {-24, -9}:  # SIGXCPU at the soft limit, SIGKILL at the hard one
        return _too_slow(job.name, job.limits)
    _log.warning("the reader of an upload ended with %s: %s", done.returncode, done.stderr[-2000:])
    return {
        "problem": f"{job.name} is damaged in a way that stopped its reader.",
        "fix": "Write the file again with a current library and upload it whole.",
    }


def _too_slow(name: str, limits: Limits) -> dict[str, str]:
    return {
        "problem": f"{name} takes longer than {limits.seconds} seconds to read.",
        "fix": "Leave out columns that are not needed, or send it as Parquet.",
    }
