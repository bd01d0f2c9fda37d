"""How commands print: a sentence or a table for people, the same as JSON for programs, progress for who watches."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.legible import legible
from core.errors import GovernanceError

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
"""The option of every command that prints."""


def say(text: str, data: Mapping[str, object] | None = None, *, as_json: bool = False) -> None:
    """Print one outcome: a sentence for people, or the same as JSON for programs."""
    typer.echo(json.dumps(data or {"message": text}, default=str) if as_json else legible(text))


def complain(refused: GovernanceError, *, as_json: bool = False) -> None:
    """Print a refusal on the error output: what is wrong, and what clears it; for programs as one line of JSON."""
    told = json.dumps({"problem": refused.problem, "fix": refused.fix}) if as_json else None
    typer.echo(told or legible(f"{refused.problem}\n{refused.fix}"), err=True)


def tabulate(rows: Sequence[Mapping[str, object]], *, as_json: bool = False, nothing: str = "Nothing yet.") -> None:
    """Print a list: columns for people, or the same as JSON for programs."""
    if as_json:
        typer.echo(json.dumps(list(rows), default=str))
    elif not rows:
        typer.echo(nothing)
    else:
        # Read by a program or kept in a log, a line stays a line.
        width = None if sys.stdout.isatty() else 240
        console = Console(width=width, soft_wrap=True, markup=False, highlight=False)
        console.print(drawn(rows, console.width))


def drawn(rows: Sequence[Mapping[str, object]], width: int) -> Table:
    """Draw a list as columns: sentences wrap, while names and numbers stay whole if that leaves room for sentences.

    Args:
        rows: at least one; all with the same headings.
        width: of the terminal, in characters.
    """
    cells = {heading: [_cell(row[heading]) for row in rows] for heading in rows[0]}
    whole = {heading for heading, column in cells.items() if not any(" " in cell for cell in column)}
    room = sum(2 + max(map(len, (heading, *cells[heading]))) for heading in whole)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in cells:
        table.add_column(heading.replace("_", " "), overflow="fold", no_wrap=heading in whole and 4 * room <= 3 * width)
    for row in zip(*cells.values(), strict=True):
        table.add_row(*row)
    return table


def _cell(value: object) -> str:
    return "–" if value is None else legible(str(value))


def examples(*lines: str) -> str:
    """Write the end of a command's help: lines that can be typed as they stand."""
    return "\n\n".join(["Examples:", *lines])


@contextmanager
def sending(file: Path, *, shown: bool = True, then: str = "Recomputing") -> Iterator[Callable[[int], None]]:
    """Show how far a file is sent, and that it is worked on then; on the error output, to somebody who watches.

    Args:
        file: what is sent.
        shown: False for programs.
        then: what is done with it once it is there.

    Yields:
        What is told how many bytes have been read.
    """
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console, transient=True,
        disable=not (shown and console.is_terminal),
    )  # fmt: skip
    size = file.stat().st_size
    with bar:
        line = bar.add_task(f"Sending {file.name}", total=size)

        def heard(read: int) -> None:
            if read < size:
                bar.update(line, completed=read)
            else:
                bar.update(line, completed=0, total=None, description=then)

        yield heard
