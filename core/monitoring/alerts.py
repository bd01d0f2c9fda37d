"""Reads of alerts: one, those of a version, and lists of them with the finding that answers each."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, String, cast, func, literal
from sqlalchemy import select as columns
from sqlmodel import Session, col

from core.errors import NotFoundError
from core.evidence.finding import Finding
from core.monitoring.alert import Alert, AlertCause
from core.monitoring.window import Window
from core.registry.model import RegisteredModel
from core.registry.version import ModelVersion
from core.store import keyset
from core.store.keyset import Slice, Wanted
from core.store.page import Page, paged

_ADDRESS: Final = re.compile(r"ALR-([1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert in a list; its fields as in `core.monitoring.alert.Alert`.

    Attributes:
        model: the model's name in addresses.
        version: number of the version.
        finding: number of the first finding that answers it; None while none does.
    """

    id: int
    cause: AlertCause
    starts_at: datetime
    ends_at: datetime
    monitor: int
    baseline: int | None
    inputs: list[str]
    words: str
    raised_at: datetime
    model: str
    version: int
    finding: int | None
    model_name: str = ""

    @property
    def address(self) -> str:
        """How people call it: `ALR-3`."""
        return f"ALR-{self.id}"

    @property
    def window(self) -> Window:
        """The window it is about."""
        return Window(self.starts_at, self.ends_at)


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Which alerts: of a model, of a version. `among` keeps to some models; empty means every model."""

    model_id: int | None = None
    version_id: int | None = None
    among: Collection[int] = ()


def alert(session: Session, address: str) -> Alert:
    """Find an alert by its address, `ALR-3`; NotFoundError when there is none."""
    shape = _ADDRESS.fullmatch(address)
    if shape is None or (found := session.get(Alert, int(shape[1]))) is None:
        raise NotFoundError(f"There is no alert {address[:20]}.", "Open it from the monitoring of its version.")
    return found


def slice_of(session: Session, looked_for: AlertFilter, wanted: Wanted) -> Slice[AlertLine]:
    """Alerts, newest first, a slice at a time."""
    lines = _lines().where(*_conditions(looked_for))
    return keyset.sliced(session, lines, (col(Alert.id),), lambda row: AlertLine(*row), wanted, descending=True)


def alerts(session: Session, looked_for: AlertFilter, number: int = 1, size: int = 25) -> Page[AlertLine]:
    """Alerts, newest first, a page at a time."""
    lines = _lines().where(*_conditions(looked_for)).order_by(col(Alert.id).desc())
    return paged(session, lines, lambda row: AlertLine(*row), number, size)


def _lines() -> Select[*tuple[Any, ...]]:
    answered = (
        columns(func.min(Finding.id))
        .where(col(Finding.alert) == literal("ALR-").concat(cast(col(Alert.id), String)))
        .correlate(Alert)
        .scalar_subquery()
    )
    return (
        columns(
            col(Alert.id),
            col(Alert.cause),
            col(Alert.starts_at),
            col(Alert.ends_at),
            col(Alert.monitor),
            col(Alert.baseline),
            col(Alert.inputs),
            col(Alert.words),
            col(Alert.raised_at),
            col(RegisteredModel.slug),
            col(ModelVersion.version),
            answered,
            col(RegisteredModel.name),
        )
        .join(ModelVersion, col(ModelVersion.id) == col(Alert.version_id))
        .join(RegisteredModel, col(RegisteredModel.id) == col(ModelVersion.model_id))
    )


def _conditions(wanted: AlertFilter) -> list[Any]:
    found: list[Any] = []
    if wanted.model_id is not None:
        found.append(col(ModelVersion.model_id) == wanted.model_id)
    if wanted.version_id is not None:
        found.append(col(Alert.version_id) == wanted.version_id)
    if wanted.among:
        found.append(col(ModelVersion.model_id).in_(wanted.among))
    return found
