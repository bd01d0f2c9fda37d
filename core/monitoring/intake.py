"""From a file as it arrived to one that can be kept: its columns as its sender named them, or as they are guessed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from core import digest
from core.monitoring import ingest
from core.monitoring.ingest import Prepared
from core.registry.version import Task
from core.store.pseudonym import Pseudonyms
from core.tabular import detection, reading
from core.tabular.detection import Mapping
from core.tabular.limits import DEFAULT, Limits


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file as it arrived.

    Attributes:
        source: where it lies.
        name: what its sender called it; refusals quote it, nothing else uses it.
        said: the columns that its sender named; a part that was not named is guessed from names and kinds.
        features: inputs to watch; none is ever guessed.
        limits: how much is acceptable.
    """

    source: Path
    name: str
    said: Mapping
    features: tuple[str, ...] = ()
    limits: Limits = DEFAULT


def predictions(pseudonyms: Pseudonyms, slug: str, task: Task, file: Arrived) -> Prepared:
    """Read predictions that were made in use.

    Args:
        pseudonyms: replaces identifiers.
        slug: the model, within which identifiers join predictions and outcomes.
        task: what kind of answer the version gives.
        file: the file.

    Raises:
        EvidenceError: it cannot be read, lacks a column, or holds values that cannot be.
    """
    table, mapping = _read(file, ("id", "time", "prediction", "score", "cluster"))
    fingerprint = digest.of_file(file.source)
    return ingest.predictions(pseudonyms, slug, task, table, mapping, features=file.features, file_digest=fingerprint)


def labels(pseudonyms: Pseudonyms, slug: str, file: Arrived) -> Prepared:
    """Read outcomes that arrived later; arguments and refusals as in `predictions`."""
    table, mapping = _read(file, ("id", "label"))
    return ingest.labels(pseudonyms, slug, table, mapping, file_digest=digest.of_file(file.source))


def baseline(task: Task, file: Arrived) -> Prepared:
    """Read reference rows; arguments and refusals as in `predictions`."""
    table, mapping = _read(file, ("time", "prediction", "score", "label"))
    return ingest.baseline(task, table, mapping, features=file.features, file_digest=digest.of_file(file.source))


def _read(file: Arrived, parts: Sequence[str]) -> tuple[pa.Table, Mapping]:
    guessed = detection.guess(reading.headline(file.source, file.name, file.limits))
    taken = {*file.said.used(), *file.features}

    def settled(part: str) -> str | None:
        # A column that was named for one part is not guessed for another.
        named: str | None = getattr(file.said, part)
        likely: str | None = getattr(guessed, part)
        return likely if named is None and likely not in taken else named

    found: dict[str, Any] = {part: settled(part) for part in parts}
    mapping = Mapping(**found)
    wanted = [*mapping.used(), *file.features]
    if not wanted:
        return pa.table({}), mapping  # whoever needs a column refuses, and says which
    return reading.read(file.source, file.name, file.limits, columns=wanted), mapping
