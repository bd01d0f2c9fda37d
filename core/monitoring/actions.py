"""What changes the monitoring: setting it up, setting a baseline, logging predictions, adding outcomes."""

import io
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from math import isfinite
from pathlib import Path

import pyarrow.parquet as pq

from core import clock
from core.access import permission
from core.access.permission import Permission
from core.access.person import Person
from core.audit.event import Event
from core.errors import ConflictError, EvidenceError, InputError
from core.monitoring import engine, ingest, queries
from core.monitoring.baseline import Baseline
from core.monitoring.ingest import Prepared
from core.monitoring.log import LabelFile, PredictionLog
from core.monitoring.monitor import Cadence, Monitor
from core.monitoring.profile import profile
from core.registry import queries as registry
from core.registry.actions import subject
from core.registry.model import RegisteredModel
from core.registry.version import ModelVersion, Task
from core.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Setup:
    """How a version is to be watched; each field as in `core.monitoring.monitor.Monitor`."""

    cadence: Cadence = Cadence.WEEKLY
    horizon_days: int = 7
    positive: str = "1"
    threshold: float | None = None
    minimum_rows: int = 100
    margin: float = 0.1
    features: tuple[str, ...] = ()


def define_monitor(tx: Transaction, slug: str, number: int, setup: Setup) -> Monitor:
    """Set up how a version is watched; what was set up before stays on record and no longer counts.

    Raises:
        AccessError: the actor may not set up monitoring for this model.
        InputError: a value that makes no sense.
    """
    model, version, person = _allowed(tx, slug, number, Permission.SET_MONITOR)
    _refuse_odd(setup)
    return _define(tx, model, version, person, setup)


def set_baseline(tx: Transaction, slug: str, number: int, *, name: str, reason: str, prepared: Prepared) -> Baseline:
    """Set what a version is compared with from now on.

    Args:
        tx: the transaction.
        slug: the model.
        number: the version.
        name: how people call these rows.
        reason: why they are a fair reference.
        prepared: from `core.monitoring.ingest.baseline`.

    Raises:
        AccessError: the actor may not set up monitoring for this model.
        EvidenceError: the version was trained on this very file.
        InputError: no name or no reason.
    """
    model, version, person = _allowed(tx, slug, number, Permission.SET_MONITOR)
    if not name.strip() or not reason.strip():
        raise InputError("A baseline needs a name and a reason.", "Say which rows these are and why they are fair.")
    if prepared.file_digest in version.data_digests:
        raise EvidenceError(
            f"{slug}@{number} was trained on this file, so it would look better here than it ever will in use.",
            "Use rows from after the training and before the period that is judged.",
        )
    columns = profile(pq.read_table(io.BytesIO(prepared.data)))
    last = queries.baseline(tx.session, version.key)
    row = tx.add(
        Baseline(
            version_id=version.key,
            number=1 if last is None else last.number + 1,
            name=name.strip(),
            reason=reason.strip(),
            digest=tx.keep(prepared.data, ingest.MEDIA_TYPE),
            file_digest=prepared.file_digest,
            rows=prepared.rows,
            starts_at=_midnight(prepared.first_at),
            ends_at=_midnight(prepared.last_at, days=1),
            columns=prepared.columns,
            profile={"columns": [column.to_json() for column in columns]},
            set_by=person.key,
            set_at=tx.now,
        )
    )
    tx.record(
        Event.BASELINE_SET,
        subject(model, version),
        number=row.number,
        digest=row.digest,
        file=row.file_digest,
        rows=row.rows,
        reason=tx.text(row.reason),
    )
    return row


def log_predictions(tx: Transaction, slug: str, number: int, prepared: Prepared) -> PredictionLog:
    """Keep predictions that a version made in use; the first log sets up weekly monitoring unless there is one.

    Args:
        tx: the transaction.
        slug: the model.
        number: the version.
        prepared: from `core.monitoring.ingest.predictions`.

    Raises:
        AccessError: the actor may not log predictions of this model.
        ConflictError: this file is logged already.
        EvidenceError: identifiers that were logged before, moments in the future, or answers that its monitor does
            not know.
    """
    model, version, person = _allowed(tx, slug, number, Permission.LOG_PREDICTIONS)
    ingest.refuse_future(prepared, tx.now)
    earlier = queries.logs(tx.session, version.key)
    if any(file.file_digest == prepared.file_digest for file in earlier):
        raise ConflictError("This file is logged already.", "Log the file that holds what came since.")
    _refuse_repeated(tx, [file.digest for file in earlier], prepared.data)
    monitor = queries.monitor(tx.session, version.key) or _define(tx, model, version, person, Setup())
    _refuse_other_answers(monitor, f"{slug}@{number}", prepared)
    row = tx.add(
        PredictionLog(
            version_id=version.key,
            digest=tx.keep(prepared.data, ingest.MEDIA_TYPE),
            file_digest=prepared.file_digest,
            rows=prepared.rows,
            first_at=_known(prepared.first_at),
            last_at=_known(prepared.last_at),
            columns=prepared.columns,
            logged_by=person.key,
            logged_at=tx.now,
        )
    )
    tx.record(
        Event.PREDICTIONS_LOGGED,
        subject(model, version),
        digest=row.digest,
        file=row.file_digest,
        rows=row.rows,
        first=clock.rfc3339(row.first_at),
        last=clock.rfc3339(row.last_at),
    )
    return row


def add_labels(tx: Transaction, slug: str, prepared: Prepared) -> LabelFile:
    """Keep outcomes of a model, for whichever of its versions predicted them; a later file corrects an earlier one.

    Args:
        tx: the transaction.
        slug: the model.
        prepared: from `core.monitoring.ingest.labels`.

    Raises:
        AccessError: the actor may not add labels of this model.
        ConflictError: this file was added already.
        EvidenceError: outcomes that the monitor of a version does not know.
    """
    model = registry.model(tx.session, slug)
    person = permission.require(tx.session, tx.actor, Permission.LOG_PREDICTIONS, model.scope)
    if any(file.file_digest == prepared.file_digest for file in queries.labels(tx.session, model.key)):
        raise ConflictError("This file was added already.", "Add the file that holds what came since.")
    for address, monitor in queries.monitors(tx.session, model):
        _refuse_other_answers(monitor, address, prepared)
    row = tx.add(
        LabelFile(
            model_id=model.key,
            digest=tx.keep(prepared.data, ingest.MEDIA_TYPE),
            file_digest=prepared.file_digest,
            rows=prepared.rows,
            columns=prepared.columns,
            added_by=person.key,
            added_at=tx.now,
        )
    )
    tx.record(
        Event.LABELS_ADDED,
        subject(model),
        digest=row.digest,
        file=row.file_digest,
        rows=row.rows,
        without_outcome=prepared.dropped,
    )
    return row


def _allowed(
    tx: Transaction, slug: str, number: int, wanted: Permission
) -> tuple[RegisteredModel, ModelVersion, Person]:
    model = registry.model(tx.session, slug)
    person = permission.require(tx.session, tx.actor, wanted, model.scope)
    return model, registry.version(tx.session, slug, number), person


def _define(tx: Transaction, model: RegisteredModel, version: ModelVersion, person: Person, setup: Setup) -> Monitor:
    last = queries.monitor(tx.session, version.key)
    row = tx.add(
        Monitor(
            version_id=version.key,
            number=1 if last is None else last.number + 1,
            cadence=setup.cadence,
            horizon_days=setup.horizon_days,
            positive=setup.positive if version.task is Task.BINARY else None,
            threshold=setup.threshold,
            minimum_rows=setup.minimum_rows,
            margin=setup.margin,
            features=list(setup.features),
            defined_by=person.key,
            defined_at=tx.now,
        )
    )
    tx.record(
        Event.MONITOR_DEFINED,
        subject(model, version),
        number=row.number,
        cadence=row.cadence,
        horizon_days=row.horizon_days,
        margin=str(row.margin),
        minimum_rows=row.minimum_rows,
    )
    return row


def _refuse_odd(setup: Setup) -> None:
    if not 0 <= setup.horizon_days <= 3650:
        raise InputError(
            f"A horizon of {setup.horizon_days} days makes no sense.", "Give the days after which outcomes are known."
        )
    if not 0 < setup.margin <= 1:
        raise InputError(f"A margin of {setup.margin} makes no sense.", "Give a share above 0, such as 0.1.")
    if setup.minimum_rows < 1:
        raise InputError("A window needs at least one row.", "Give the rows below which nothing is judged.")
    if setup.threshold is not None and not isfinite(setup.threshold):
        raise InputError("The threshold is no number.", "Give the score from which the version decides for the event.")


def _refuse_repeated(tx: Transaction, earlier: list[str], new: bytes) -> None:
    if not earlier:
        return
    before = [tx.blobs.local(digest) for digest in earlier]
    with tempfile.TemporaryDirectory(prefix="signoff-") as folder:  # what is refused does not stay among the files
        fresh = Path(folder) / "new.parquet"
        fresh.write_bytes(new)
        with engine.opened([*before, fresh]) as connection:
            repeated = engine.repeated(connection, before, fresh)
    if repeated:
        raise EvidenceError(
            f"{repeated:,} identifiers of this file were logged before.",
            "Log each prediction once; give repeated decisions on one case identifiers of their own.",
        )


def _refuse_other_answers(monitor: Monitor, address: str, prepared: Prepared) -> None:
    # Yes or no leaves room for the event and one other word; two others mean that the event goes by another name,
    # and every case would count as one in which it did not happen.
    others = [answer for answer in prepared.answers if answer != monitor.positive]
    if monitor.positive is not None and len(others) > 1:
        shown = ", ".join(repr(answer[:40]) for answer in prepared.answers[:4])
        raise EvidenceError(
            f"The file says {shown}, while the monitor of {address} counts {monitor.positive!r} as the event.",
            f"Say which answer is the event: signoff monitor {address} --positive {others[0][:40]!r}",
        )


def _known(at: datetime | None) -> datetime:
    if at is None:
        raise ValueError("A prepared log has moments.")
    return at


def _midnight(at: datetime | None, days: int = 0) -> datetime | None:
    return None if at is None else datetime.combine(at.date(), time(), UTC) + timedelta(days=days)
