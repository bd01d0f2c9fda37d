"""Rows to be sent: a file as it lies there, or a table in memory as Parquet, and what their columns mean."""

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol, runtime_checkable

from app.client.connection import Connection, Shape
from app.client.saying import plain
from core.errors import InputError


@runtime_checkable
class Table(Protocol):
    """A table of pandas, Polars, Arrow or DuckDB: whatever hands its columns on as an Arrow stream."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Hand the columns on."""


Rows = Path | str | Table | Mapping[str, Sequence[object]]
"""A path, a table, or columns by name."""

Told = Callable[[int], object]
"""Hears how many bytes of a file were read."""


def upload(
    line: Connection,
    path: str,
    shape: type[Shape],
    rows: Rows,
    name: str,
    *,
    spec: Mapping[str, object],
    heard: Told | None = None,
) -> Shape:
    """Send rows with their specification.

    Args:
        line: to whom.
        path: where to.
        shape: of the answer.
        rows: what is sent.
        name: what a table is called, without an ending.
        spec: how to read the rows.
        heard: hears how many bytes were read.

    Raises:
        InputError: the file cannot be read, or the columns are no table.
        GovernanceError: the server refuses; problem and fix are its own.
    """
    with opened(rows, name) as (file, called):
        return line.upload(path, shape, file, name=called, spec=json.dumps(spec), told=heard)


@contextmanager
def opened(rows: Rows, name: str) -> Iterator[tuple[IO[bytes], str]]:
    """Open rows for reading bytes, with the name of the file.

    Args:
        rows: a CSV, Parquet or JSON Lines file, or a table.
        name: what a table is called, without an ending.

    Raises:
        InputError: the file cannot be read, or the columns are no table.
    """
    if isinstance(rows, Path | str):
        path = Path(rows)
        try:
            file = path.open("rb")
        except OSError as error:
            raise InputError(f"{path} cannot be read: {error.strerror}.", "Name a file that is there.") from None
        with file:
            yield file, path.name
        return
    with tempfile.TemporaryFile() as kept:
        _write(rows, kept)
        kept.seek(0)
        yield kept, f"{name}.parquet"


def _write(rows: Any, file: IO[bytes]) -> None:
    import pyarrow as pa  # noqa: PLC0415 - a file is sent without it
    import pyarrow.parquet as pq  # noqa: PLC0415

    if getattr(getattr(rows, "index", None), "name", None) is not None:
        rows = rows.reset_index()  # pandas hands on no index, and a named one holds the ids
    try:
        pq.write_table(pa.table(rows), file)
    except (pa.ArrowException, TypeError, ValueError) as odd:
        raise InputError(f"These rows are no table: {str(odd)[:200]}.", "Give columns of one type each.") from None


def said(**parts: Any) -> dict[str, Any]:
    """Keep what was said about rows; what nobody said stays away.

    >>> said(id="application", score=None, groups=())
    {'id': 'application'}
    """
    return {name: value for name, value in plain(parts).items() if value not in (None, "", [], {})}
