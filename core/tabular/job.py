"""One file to be parsed: what the parent hands to the process that parses."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.tabular.content import Format
from core.tabular.limits import Limits


@dataclass(frozen=True, slots=True)
class Job:
    """What to read and how much of it.

    Attributes:
        source: the file.
        name: what its sender called it; refusals quote it.
        format: what it is by its content.
        limits: how much is acceptable.
        columns: keep only these, in this order; all flat columns when None.
        rows: stop after this many; read all when None.
    """

    source: Path
    name: str
    format: Format
    limits: Limits
    columns: tuple[str, ...] | None = None
    rows: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Write the job so that it crosses to another process."""
        return {**asdict(self), "source": str(self.source.resolve())}

    @staticmethod
    def from_json(given: dict[str, Any]) -> "Job":
        """Read what `to_json` wrote."""
        columns = given["columns"]
        return Job(
            source=Path(given["source"]),
            name=given["name"],
            format=Format(given["format"]),
            limits=Limits(**given["limits"]),
            columns=None if columns is None else tuple(columns),
            rows=given["rows"],
        )
