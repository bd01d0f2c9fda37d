"""Versions in use behind one connection: predictions and outcomes in, windows with their verdicts out."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from app.client.connection import Connection, sent
from app.client.rows import Rows, Told, said, upload
from app.client.saying import moment, names, plain
from app.shapes.watching import Baseline, LabelFile, Monitor, NewMonitor, PredictionLog
from core.registry.address import reference, slug

if TYPE_CHECKING:
    from app.shapes.monitoring import Monitoring


class Watching:
    """The versions in use behind one connection; `signoff.watching`. A version is named MODEL@VERSION.

    Columns are named by the part they play; what is left out is guessed from names and kinds, as the answer tells.
    """

    def __init__(self, line: Connection) -> None:
        self._line = line

    def log(
        self,
        version: str,
        rows: Rows,
        *,
        features: Sequence[str] | str | None = None,
        heard: Told | None = None,
        **columns: str | None,
    ) -> PredictionLog:
        """Log predictions that a version made in use.

        Args:
            version: MODEL@VERSION.
            rows: a file, or a table with predictions.
            features: inputs to keep for drift; those that are watched when it is not said.
            heard: hears how many bytes were read.
            columns: which column plays which part: `id`, `time`, `prediction`, `score`, `cluster`.

        Raises:
            ConflictError: this file is logged already.
            EvidenceError: the file does not carry it; the sentence says why.
        """
        spec = {"columns": said(**columns), "features": None if features is None else names(features)}
        path = f"{_address(version)}/predictions"
        return upload(self._line, path, PredictionLog, rows, "predictions", spec=spec, heard=heard)

    def label(self, model: str, rows: Rows, *, heard: Told | None = None, **columns: str | None) -> LabelFile:
        """Add outcomes that arrived later, for whichever version predicted them.

        Args:
            model: its name in addresses.
            rows: a file, or a table with outcomes.
            heard: hears how many bytes were read.
            columns: which column plays which part: `id`, `label`.

        Raises:
            ConflictError: this file was added already.
            EvidenceError: the file does not carry it; the sentence says why.
        """
        path, spec = f"/models/{slug(model, 'model')}/labels", {"columns": said(**columns)}
        return upload(self._line, path, LabelFile, rows, "labels", spec=spec, heard=heard)

    def baseline(self, version: str) -> Baseline:
        """Read what a version is compared with now; raises NotFoundError when nothing was set."""
        return self._line.get(f"{_address(version)}/baseline", Baseline)

    def compare(
        self,
        version: str,
        rows: Rows,
        *,
        name: str,
        reason: str,
        features: Sequence[str] | str = (),
        heard: Told | None = None,
        **columns: str | None,
    ) -> Baseline:
        """Set what a version is compared with from now on.

        Args:
            version: MODEL@VERSION.
            rows: a file, or a table with reference rows.
            name: how people call them.
            reason: why they are fair: neither training data nor the period judged.
            features: inputs to watch.
            heard: hears how many bytes were read.
            columns: which column plays which part: `time`, `prediction`, `score`, `label`.

        Raises:
            EvidenceError: the version was trained on this file, or it does not carry it.
        """
        spec = {"name": name, "reason": reason, "columns": said(**columns), "features": names(features)}
        return upload(self._line, f"{_address(version)}/baseline", Baseline, rows, "baseline", spec=spec, heard=heard)

    def monitor(self, version: str) -> Monitor:
        """Read how a version is watched now; raises NotFoundError when it is not."""
        return self._line.get(f"{_address(version)}/monitor", Monitor)

    def set_up(self, version: str, **setup: object) -> Monitor:
        """Set up how a version is watched from now on.

        Args:
            version: MODEL@VERSION.
            setup: fields of `NewMonitor`: `cadence`, `horizon_days`, `positive`, `threshold`, `minimum_rows`,
                `margin`, `features`; each has a default.
        """
        told = plain(setup)
        if told.get("features") is not None:
            told["features"] = names(told["features"])
        return self._line.post(f"{_address(version)}/monitor", Monitor, sent(NewMonitor, **told))

    def windows(
        self,
        version: str,
        cadence: str | None = None,
        *,
        start: datetime | str | None = None,
        end: datetime | str | None = None,
    ) -> "Monitoring":
        """Read how a version behaves in use, window by window.

        Args:
            version: MODEL@VERSION.
            cadence: length of the windows: `daily`, `weekly`, `monthly`; that of the monitor when it is not said.
            start: only windows that end after this moment.
            end: only windows that begin before this moment.

        Raises:
            NotFoundError: the version is not watched.
        """
        from app.shapes.monitoring import Monitoring  # noqa: PLC0415 - its verdicts load arrays, which nothing else does

        period = {
            "from": moment(start, "The start") if start else None,
            "to": moment(end, "The end") if end else None,
        }
        return self._line.get(f"{_address(version)}/monitoring", Monitoring, cadence=cadence, **period)


def _address(version: str) -> str:
    model, number = reference(version)
    return f"/models/{model}/versions/{number}"
