"""The release attestations that were issued, kept as they were signed, and the reads of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from sqlalchemy import BigInteger, Text
from sqlalchemy import select as columns
from sqlmodel import Field, Session, SQLModel, col, select

from core.approvals.attestation import Approval, Result, Statement, Summary
from core.audit import dsse, ledger, tables
from core.audit.dsse import Envelope
from core.audit.proof import SUFFIX
from core.errors import NotFoundError
from core.registry import queries as registry
from core.store.columns import choice


class ReleaseAttestation(SQLModel, table=True):
    """One attestation, never changed: a newer one takes its place.

    Attributes:
        artifact: fingerprint of the bytes it is about.
        request_id: the request that led to it.
        entry: position in the log of the entry that it names.
        not_after: when it ends; None for one that takes an approval back.
        envelope: the signed envelope, byte for byte.
    """

    __tablename__ = "release_attestation"
    __table_args__ = ({"info": {"immutable": True}},)

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="model_version.id", index=True)
    request_id: int = Field(foreign_key="transition_request.id", index=True)
    artifact: str = Field(max_length=71, index=True)
    result: Result = Field(sa_type=choice(Result))
    entry: int = Field(sa_type=BigInteger)
    keyid: str = Field(max_length=64)
    issued_at: datetime
    not_after: datetime | None = None
    envelope: str = Field(sa_type=Text)


class Form(StrEnum):
    """How an attestation can be taken away."""

    DSSE = "dsse"
    SIGSTORE = "sigstore"
    TLOG = "tlog"

    @property
    def words(self) -> str:
        """What a person reads on its button."""
        return {Form.DSSE: "Attestation", Form.SIGSTORE: "Sigstore bundle", Form.TLOG: "Proof from the log"}[self]

    @property
    def filename(self) -> str:
        """What the file is called."""
        return {
            Form.DSSE: "approval.dsse.json",
            Form.SIGSTORE: "approval.sigstore.json",
            Form.TLOG: f"approval{SUFFIX}",
        }[self]

    @property
    def media_type(self) -> str:
        """What the file is."""
        return {Form.DSSE: dsse.MEDIA_TYPE, Form.SIGSTORE: dsse.BUNDLE, Form.TLOG: "text/plain"}[self]


@dataclass(frozen=True, slots=True)
class Attested:
    """An attestation, read.

    Attributes:
        row: what is kept.
        summary: what it says.
        approval: who decided, and until when.
    """

    row: ReleaseAttestation
    summary: Summary
    approval: Approval

    @property
    def passed(self) -> bool:
        """Whether it says yes."""
        return self.row.result is Result.PASSED

    def holds(self, now: datetime) -> bool:
        """Tell whether it says yes and its time is not over."""
        return self.passed and self.row.not_after is not None and now < self.row.not_after


def newest(session: Session, version_id: int) -> ReleaseAttestation | None:
    """The newest attestation of a version; None when it never had one."""
    wanted = (
        select(ReleaseAttestation)
        .where(ReleaseAttestation.version_id == version_id)
        .order_by(col(ReleaseAttestation.id).desc())
    )
    return session.exec(wanted.limit(1)).first()


def of_version(session: Session, version_id: int) -> Attested | None:
    """The newest attestation of a version, read."""
    row = newest(session, version_id)
    return read(row) if row else None


def of_bytes(session: Session, artifact: str, models: frozenset[int] | None = None) -> ReleaseAttestation | None:
    """The newest attestation about these bytes.

    Where several versions have the same bytes, the models on which most depends speak; of what they say, a yes goes
    before a no: what was taken back for one of them is still approved for the other.

    Args:
        session: for reading.
        artifact: fingerprint of the bytes.
        models: the models to look among; None for all.
    """
    found = [
        row
        for version in registry.deciding_about(session, artifact, models)
        if (row := newest(session, version.key)) is not None
    ]
    return max(found, key=lambda row: (row.result is Result.PASSED, row.id or 0), default=None)


def read(row: ReleaseAttestation) -> Attested:
    """Read what an attestation says."""
    summary = Summary.read(Statement.read(Envelope.parse(row.envelope.encode()).payload).predicate)
    if summary.approval is None:
        raise ValueError("An attestation of ours says who approved.")
    return Attested(row, summary, summary.approval)


def log_proof(session: Session, row: ReleaseAttestation) -> str | None:
    """Write the proof that the entry it names stands in the log, by the first checkpoint that covers it.

    Always the same checkpoint, so that the file is always the same; None while there is none.
    """
    wanted = (
        columns(tables.checkpoint.c.note)
        .where(tables.checkpoint.c.size > row.entry)
        .order_by(tables.checkpoint.c.size)
        .limit(1)
    )
    connection = session.connection()
    note = connection.execute(wanted).scalar_one_or_none()
    return ledger.prove(connection, row.entry, str(note)).text() if note else None


def written(session: Session, row: ReleaseAttestation, form: Form) -> str:
    """Write an attestation in a form that can be taken away.

    Raises:
        NotFoundError: the log has not signed the decision yet.
    """
    match form:
        case Form.DSSE:
            return row.envelope
        case Form.SIGSTORE:
            return Envelope.parse(row.envelope.encode()).bundle()
        case Form.TLOG:
            if (proof := log_proof(session, row)) is None:
                raise NotFoundError("The log has not signed this decision yet.", "It does within ten minutes.")
            return proof
        case _:
            assert_never(form)
