"""What commands that read a file share: the file, the options that name its columns, and which were taken for what."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from core.tabular.reading import Preview

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV, Parquet or JSON Lines.")]
Id = Annotated[str | None, typer.Option(help="Column of ids; guessed when not given.")]
Label = Annotated[str | None, typer.Option(help="Column of true labels; guessed when not given.")]
Prediction = Annotated[str | None, typer.Option(help="Column of predicted labels; guessed when not given.")]
Score = Annotated[str | None, typer.Option(help="Column of scores; guessed when not given.")]
Time = Annotated[str | None, typer.Option(help="Column of moments; guessed when not given.")]
Cluster = Annotated[str | None, typer.Option(help="Column of what ties rows together, such as a person or a day.")]
Weight = Annotated[str | None, typer.Option(help="Column of weights.")]
Groups = Annotated[list[str] | None, typer.Option("--group", help="A column of groups; may be repeated.")]
Dataset = Annotated[str | None, typer.Option(help="The data that was measured on, when there is no set.")]


def taken(columns: Mapping[str, Any]) -> str:
    """Say which column was taken for what, named or guessed.

    >>> taken({"id": "flight", "score": "p_late", "label": None, "scores": {}, "features": ["distance", "carrier"]})
    'Taken: id = flight, score = p_late, features = distance + carrier.'
    """
    parts = [f"{part} = {_words(column)}" for part, column in columns.items() if column]
    return f"Taken: {', '.join(parts) or 'no column'}."


def headline(file: Path) -> "Preview":
    """Read the first rows of a file, to guess what its columns mean; raises InputError when it is no table."""
    from app.settings import settings  # noqa: PLC0415 - what asks a server reads no file here
    from core.tabular import reading  # noqa: PLC0415
    from core.tabular.limits import Limits  # noqa: PLC0415

    return reading.headline(file, file.name, Limits(size=settings().upload_limit_mb << 20))


def _words(column: str | list[str] | Mapping[str, str]) -> str:
    if isinstance(column, str):
        return column
    if isinstance(column, Mapping):
        return " + ".join(f"{name} in {one}" for name, one in column.items())
    return " + ".join(column)
