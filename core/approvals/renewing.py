"""Issuing attestations anew before they end: they are short, because no tool asks whether one was taken back."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, func, or_
from sqlmodel import Session, col, select

from core.approvals import attested, attesting, release
from core.approvals.attestation import Result
from core.approvals.attested import ReleaseAttestation
from core.approvals.attesting import affirm, until
from core.evidence import queries as findings
from core.registry.stage import Stage
from core.registry.version import ModelVersion
from core.store.transaction import Transaction

RENEWED_IN_LAST = 6
"""An attestation is issued anew in the last sixth of its time: 15 days before 90 are over."""

RENEWED_AT_ONCE = 100
"""The most that are issued anew in one transaction, so that decisions never wait long; the next round does more."""


def withhold(tx: Transaction) -> int:
    """Take back what says yes about versions in production that a finding blocks; once it is closed, `renew` says yes.

    Called by the worker; whoever goes by the newest attestation alone stops where the gate stops.

    Returns:
        How many were taken back.
    """
    found = outdated(tx.session)
    for version in found:
        attesting.withhold(tx, version, findings.blocking(tx.session, version.key)[0])
    return len(found)


def outdated(session: Session) -> Sequence[ModelVersion]:
    """Some of the versions in production whose newest attestation says yes although a finding blocks them."""
    blocked = (
        select(ModelVersion)
        .join(ReleaseAttestation, col(ReleaseAttestation.id) == _newest())
        .where(ModelVersion.stage == Stage.PRODUCTION, ReleaseAttestation.result == Result.PASSED)
        .where(col(ModelVersion.id).in_(findings.blocked()))
        .order_by(col(ModelVersion.id))
        .limit(RENEWED_AT_ONCE)
    )
    return session.exec(blocked).all()


def renew(tx: Transaction) -> int:
    """Issue anew what ends soon or was withheld and may be released, and what was approved before there were any.

    Called by the housekeeping task; nobody's approval is stretched by it: what the gate refuses is not renewed.

    Returns:
        How many were issued.
    """
    ending = and_(
        col(ReleaseAttestation.result) == Result.PASSED,
        col(ReleaseAttestation.not_after) <= tx.now + tx.issuer.lasts / RENEWED_IN_LAST,
    )
    due = (
        select(ModelVersion)
        .outerjoin(ReleaseAttestation, col(ReleaseAttestation.id) == _newest())
        .where(ModelVersion.stage == Stage.PRODUCTION, col(ModelVersion.artifact_sha256).is_not(None))
        .where(col(ModelVersion.id).not_in(findings.blocked()))
        .where(or_(col(ReleaseAttestation.id).is_(None), col(ReleaseAttestation.result) == Result.FAILED, ending))
        # What the gate refuses comes up each time; it sinks behind what ends next.
        .order_by(col(ReleaseAttestation.not_after).desc().nulls_first(), col(ModelVersion.id))
        .limit(RENEWED_AT_ONCE)
    )
    return sum(_renewed(tx, version) for version in tx.session.exec(due).all())


def _newest() -> Any:
    newest = select(func.max(ReleaseAttestation.id)).where(ReleaseAttestation.version_id == ModelVersion.id)
    return newest.correlate(ModelVersion).scalar_subquery()


def _renewed(tx: Transaction, version: ModelVersion) -> bool:
    last = attested.newest(tx.session, version.key)
    if last is not None and last.not_after is not None and until(tx, version) <= last.not_after:
        return False
    if not release.may_release(tx.session, tx.blobs, version, Stage.PRODUCTION, tx.now).allowed:
        return False
    affirm(tx, version, release.approvals(tx.session, version, Stage.PRODUCTION)[0])
    return True
