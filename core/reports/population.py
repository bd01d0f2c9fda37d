"""Every promotion and rollback of a period: the population that an auditor samples from, as paper and as CSV."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from core.access import queries as people
from core.approvals.population import Promotion as Applied
from core.approvals.population import population
from core.audit import tables
from core.clock import parse, rfc3339
from core.errors import InputError
from core.reports.content import LogPosition, Population, Promotion
from core.reports.writing import moment
from core.tabular.export import to_csv

_COLUMNS = (
    "number",
    "request",
    "version",
    "kind",
    "target",
    "opened_by",
    "applied_at",
    "policy",
    "signed_by",
    "evidence",
    "revoked_by",
)


def compose(session: Session, start: datetime, end: datetime, position: LogPosition) -> Population:
    """Gather the population of [start, end).

    Raises:
        InputError: the period ends before it begins.
    """
    if end <= start:
        raise InputError("The period ends before it begins.", "Give the earlier moment first.")
    found: list[Applied] = []
    page = population(session, start, end)
    found += page.items
    for number in range(2, page.pages + 1):
        found += population(session, start, end, number).items
    newest = select(tables.entry.c.ts).order_by(tables.entry.c.seq.desc()).limit(1)
    return Population(
        period=f"{rfc3339(start)}/{rfc3339(end)}",
        words=f"from {moment(start)} to before {moment(end)}",
        as_of=parse(session.connection().execute(newest).scalar_one()),
        log=position,
        demo=people.is_demo(session),
        promotions=tuple(_promotion(number, one) for number, one in enumerate(found, 1)),
    )


def _promotion(number: int, one: Applied) -> Promotion:
    return Promotion(
        number=number,
        address=one.address,
        version=f"{one.model}@{one.version}",
        kind=one.kind.words,
        target=one.target.value,
        opened_by=one.opened_by,
        applied_at=one.applied_at,
        policy=one.policy,
        signers=one.signers,
        evidence=one.evidence_digest,
        revoked_by=one.revoked_by or "",
    )


def as_csv(content: Population) -> bytes:
    """Write the population as CSV, safe for spreadsheets."""
    rows = [
        (
            row.number,
            row.address,
            row.version,
            row.kind,
            row.target,
            row.opened_by,
            row.applied_at,
            row.policy,
            "; ".join(row.signers),
            row.evidence,
            row.revoked_by,
        )
        for row in content.promotions
    ]
    return to_csv(_COLUMNS, rows)
