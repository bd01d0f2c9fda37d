"""Raising alerts, Signoff's own act, from the verdicts that everybody sees; and answering them, which people do."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, select

from core.audit.actor import SYSTEM, ActorKind
from core.audit.event import Event
from core.clock import rfc3339
from core.errors import AccessError
from core.evidence.actions import Problem, raise_finding
from core.evidence.finding import Finding
from core.monitoring import alerts, phrasing, queries
from core.monitoring.alarm import Alarm, alarms, next_due
from core.monitoring.alert import Alert
from core.monitoring.look import Look, note
from core.monitoring.queries import Watch
from core.monitoring.watch import Judged
from core.registry import queries as registry
from core.registry.actions import subject
from core.registry.version import ModelVersion
from core.store.store import Store
from core.store.transaction import Transaction


def look(store: Store, found: Look) -> int:
    """Look at a version and raise what is to be raised; returns how many alerts are new.

    Measuring takes its time, so it is done before the transaction, which only finds the same again.

    Raises:
        NotFoundError: a kept file was erased.
        IntegrityError: a kept file no longer matches its fingerprint.
    """
    now = store.clock()
    with store.reading() as session:
        version = registry.version_by_id(session, found.version_id)
        watch = queries.windows(session, store.blobs, version, now)
        fresh = watch and news(session, version, watch, now, found.looked_at)
    raised = []
    if fresh:
        with store.transaction(SYSTEM) as tx:
            raised = raise_alerts(tx, version, found.looked_at)
    note(store, found, now, next_due(watch.windows, now) if watch else None)
    return len(raised)


def raise_alerts(tx: Transaction, version: ModelVersion, looked_at: datetime | None = None) -> list[Alert]:
    """Put on record what is alarming about a version; what is on record already stays as it is.

    Args:
        tx: the transaction.
        version: what is watched; nothing is raised about a version that is not.
        looked_at: when somebody looked last; see `core.monitoring.alarm.alarms`.

    Returns:
        The alerts that are new.

    Raises:
        AccessError: somebody else than Signoff itself.
        NotFoundError: a kept file was erased.
        IntegrityError: a kept file no longer matches its fingerprint.
    """
    if tx.actor.kind is not ActorKind.SYSTEM:
        raise AccessError("Alerts are raised by Signoff itself.", "Raise a finding about what you see.")
    watch = queries.windows(tx.session, tx.blobs, version, tx.now)
    if watch is None:
        return []
    return [_raise(tx, version, watch, alarm) for alarm in news(tx.session, version, watch, tx.now, looked_at)]


def answer(tx: Transaction, address: str, problem: Problem) -> Finding:
    """Answer an alert by a finding that names it; from there on the finding says who mends it until when.

    Args:
        tx: the transaction.
        address: the alert, `ALR-3`.
        problem: what was found.

    Raises:
        NotFoundError: there is no such alert.
        AccessError: the actor reviews nothing here.
        InputError: the finding says too little.
    """
    found = alerts.alert(tx.session, address)
    version = registry.version_by_id(tx.session, found.version_id)
    return raise_finding(tx, version, replace(problem, alert=found.address))


def news(
    session: Session, version: ModelVersion, watch: Watch, now: datetime, looked_at: datetime | None
) -> list[Alarm[Judged]]:
    """Return what is alarming about a version and not on record yet; arguments as in `raise_alerts`."""
    return [
        alarm
        for alarm in alarms(watch.windows, now, looked_at)
        if session.exec(
            select(Alert.id).where(
                Alert.version_id == version.key,
                Alert.cause == alarm.cause,
                Alert.starts_at == alarm.judged.window.start,
                Alert.ends_at == alarm.judged.window.end,
            )
        ).first()
        is None
    ]


def _raise(tx: Transaction, version: ModelVersion, watch: Watch, alarm: Alarm[Judged]) -> Alert:
    row = tx.add(
        Alert(
            version_id=version.key,
            cause=alarm.cause,
            starts_at=alarm.judged.window.start,
            ends_at=alarm.judged.window.end,
            monitor=watch.monitor.number,
            baseline=None if watch.baseline is None else watch.baseline.number,
            inputs=alarm.inputs,
            words=phrasing.alarm(alarm, watch),
            raised_at=tx.now,
        )
    )
    tx.record(
        Event.ALERT_RAISED,
        subject(registry.model_by_id(tx.session, version.model_id), version),
        alert=row.address,
        cause=row.cause.value,
        start=rfc3339(row.starts_at),
        end=rfc3339(row.ends_at),
        monitor=row.monitor,
        baseline=row.baseline,
        inputs=len(row.inputs),
    )
    return row
