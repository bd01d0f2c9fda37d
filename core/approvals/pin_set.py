"""Sets of pins by their fingerprint: what exactly a signature named can be shown for as long as the store lives."""

from collections.abc import Collection, Sequence

from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, SQLModel, col, select

from core.digest import Digest
from core.evidence.pin import Pin, from_json, set_digest, to_json
from core.store.transaction import Transaction


class PinSet(SQLModel, table=True):
    """Everything that was under review at some moment."""

    __tablename__ = "pin_set"
    __table_args__ = ({"info": {"immutable": True}},)

    digest: str = Field(primary_key=True, max_length=71)
    pins: list[dict[str, str]] = Field(sa_column=Column(JSON, nullable=False))


def remember(tx: Transaction, pins: Sequence[Pin]) -> Digest:
    """Keep a set of pins, once; returns its fingerprint."""
    found = set_digest(pins)
    if tx.session.get(PinSet, found) is None:
        tx.add(PinSet(digest=found, pins=to_json(pins)))
    return found


def recall(session: Session, digests: Collection[str]) -> dict[str, tuple[Pin, ...]]:
    """The sets of pins behind these fingerprints, in one query; what was never kept is left out."""
    rows = session.exec(select(PinSet).where(col(PinSet.digest).in_(set(digests))))
    return {row.digest: from_json(row.pins) for row in rows}
