"""Answers that were given, kept for a day: a caller who never heard the first one asks again and nothing happens twice.

A key is claimed before the work begins, marked in the very transaction that commits it, and given its answer
afterwards. So whatever dies in between, the work is never done a second time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Column, LargeBinary, UniqueConstraint, delete
from sqlalchemy.exc import IntegrityError as TakenError
from sqlmodel import Field, Session, SQLModel, col, select

from core.errors import ConflictError, InputError
from core.store.store import Store
from core.store.transaction import Transaction

KEPT: Final = timedelta(hours=24)
"""How long an answer can be asked for again."""

_ABANDONED: Final = timedelta(minutes=10)
"""After this long without a commit a claim is free again: whoever held it is gone."""


class IdempotencyKey(SQLModel, table=True):
    """One key of one caller. An operational table: the events of the work stand in the log.

    `request` is the id of the events once the work is committed; `status` is set once the answer is known.
    """

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("principal", "key", name="uq_idempotency_key"),)

    id: int | None = Field(default=None, primary_key=True)
    principal: str = Field(max_length=40)
    key: str = Field(max_length=200)
    sent_sha256: str = Field(max_length=64)
    at: datetime = Field(index=True)
    request: str | None = Field(default=None, max_length=64)
    status: int | None = None
    headers: str = Field(default="", max_length=2000)
    body: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))


class UnderWayError(ConflictError):
    """The same request is being worked on; whoever asks again with its key gets its answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered.

    Attributes:
        status: HTTP status.
        headers: those worth repeating, as JSON.
        body: the bytes.
    """

    status: int
    headers: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """A key that is held, under which the work may begin.

    Attributes:
        id: its number.
        at: since when; SQLite gives the number of a deleted row again.
    """

    id: int
    at: datetime


def claim(store: Store, principal: str, key: str, sent_sha256: str) -> Answer | Claim:
    """Claim a key, or find what was answered under it.

    Args:
        store: the house.
        principal: whose key it is: keys of different callers never meet.
        key: as the caller chose it, at most 200 characters.
        sent_sha256: fingerprint of all that was sent, 64 hexadecimal digits.

    Returns:
        The stored answer, or the claim under which the work may begin.

    Raises:
        UnderWayError: the same request is being worked on.
        ConflictError: it was committed and its answer was lost.
        InputError: the key came with another request before.
    """
    now = store.clock()
    with store.housekeeping() as session:
        forget_old(session, now)
        found = session.exec(
            select(IdempotencyKey)
            .where(IdempotencyKey.principal == principal, IdempotencyKey.key == key)
            .with_for_update()
        ).first()
        if found is not None and found.sent_sha256 != sent_sha256:
            raise InputError("This Idempotency-Key came with another request before.", "Take a new key.")
        if found is not None and found.status is not None:
            return Answer(found.status, found.headers, found.body)
        if found is not None and not _is_free(found, now):
            raise _unanswered(found)
        if found is not None:
            session.delete(found)
            session.flush()
        row = IdempotencyKey(principal=principal, key=key, sent_sha256=sent_sha256, at=now)
        session.add(row)
        try:
            session.flush()
        except TakenError:  # the same call at the same moment
            raise _unanswered(row) from None
        return Claim(row.id or 0, now)


def forget_old(session: Session, at: datetime) -> None:
    """Remove answers that can be asked for no longer."""
    session.connection().execute(delete(IdempotencyKey).where(col(IdempotencyKey.at) <= at - KEPT))


def mark(tx: Transaction, claimed: Claim) -> None:
    """Note in the transaction that does the work that it is done.

    Raises:
        UnderWayError: the work took so long that the claim was given to the same request, sent again.
    """
    if (row := _held(tx.session, claimed)) is None:
        raise UnderWayError(
            "This took so long that the same request was sent again and is carried out instead.",
            "Ask again with the same key for its answer.",
        )
    row.request = tx.request
    tx.add(row)


def settle(store: Store, claimed: Claim, answer: Answer) -> None:
    """Keep the answer of work that was done."""
    with store.housekeeping() as session:
        if row := _held(session, claimed):
            row.status, row.headers, row.body = answer.status, answer.headers, answer.body
            session.add(row)


def release(store: Store, claimed: Claim) -> None:
    """Give a key back whose work was refused, so that it can be used again; work that was committed keeps its key."""
    with store.housekeeping() as session:
        row = _held(session, claimed)
        if row is not None and row.request is None:
            session.delete(row)


def _held(session: Session, claimed: Claim) -> IdempotencyKey | None:
    row = session.get(IdempotencyKey, claimed.id)
    return row if row is not None and row.at == claimed.at else None


def _is_free(row: IdempotencyKey, now: datetime) -> bool:
    return row.request is None and now - row.at >= _ABANDONED


def _unanswered(row: IdempotencyKey) -> ConflictError:
    if row.request is not None:
        return ConflictError(
            "This request was carried out, and its answer was lost.",
            f"Look for what it made; its events carry the request id {row.request}.",
        )
    return UnderWayError(
        "This request is being worked on.", "Ask again with the same key, or look later for what it made."
    )
