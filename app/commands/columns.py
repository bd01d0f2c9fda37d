"""The options that name columns of a file; every command that reads one says them in the same words."""

from typing import Annotated

import typer

Id = Annotated[str | None, typer.Option(help="Column of ids; guessed when not given.")]
Label = Annotated[str | None, typer.Option(help="Column of true labels; guessed when not given.")]
Prediction = Annotated[str | None, typer.Option(help="Column of predicted labels; guessed when not given.")]
Score = Annotated[str | None, typer.Option(help="Column of scores; guessed when not given.")]
Time = Annotated[str | None, typer.Option(help="Column of moments; guessed when not given.")]
Cluster = Annotated[str | None, typer.Option(help="Column of what ties rows together, such as a person or a day.")]
Weight = Annotated[str | None, typer.Option(help="Column of weights.")]
