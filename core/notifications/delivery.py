"""One message to one receiver: what it says, whether it arrived, and when it is tried again."""

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel, UniqueConstraint

from core.notifications.kind import Channel, Kind
from core.store.columns import choice

MOST_TRIES: Final = 10
"""After so many tries in a row a delivery is given up, about nine hours after the first one."""

KEPT: Final = timedelta(days=90)
"""How long it can be seen that something was delivered; what was given up stays, because it can be sent again."""

_FIRST_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(hours=6)


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"

    @property
    def words(self) -> str:
        """The state as a reader would say it."""
        return _STATE_WORDS[self]


_STATE_WORDS = {
    DeliveryState.WAITING: "waiting",
    DeliveryState.SENT: "delivered",
    DeliveryState.GIVEN_UP: "given up",
}


class Delivery(SQLModel, table=True):
    """One notification on its way to one person or one webhook. An operational table.

    Attributes:
        id: the same for the same notification, channel and receiver, however often it is worked out or sent.
        number: counts the deliveries of one webhook by ones, so that a receiver notices a gap.
        address: the subject as people call it.
        page: where it is shown, as an address inside Signoff.
        words: one sentence, without names and without anybody's own words.
        seq: position of its event in the log; None when only time passed.
        at: when it happened.
        tries: how often it was tried.
        granted: how many tries it has; grows when somebody asks to send it again.
        next_at: when it is tried next.
        error: why the last try failed; empty when it did not.
        done_at: when it arrived or was given up.
        read_at: when its reader marked it as read, for what is shown in Signoff.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (webhook_id IS NULL)", name="ck_delivery_one_receiver"),
        UniqueConstraint("webhook_id", "number", name="uq_delivery_number"),
        Index("ix_delivery_due", "state", "next_at"),
        Index("ix_delivery_at", "at"),
    )

    id: str = Field(primary_key=True, max_length=32)
    channel: Channel = Field(sa_type=choice(Channel))
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    webhook_id: int | None = Field(default=None, foreign_key="webhook.id")
    number: int | None = None
    kind: Kind = Field(sa_type=choice(Kind))
    address: str = Field(max_length=40)
    page: str = Field(max_length=300)
    words: str = Field(max_length=400)
    seq: int | None = None
    at: datetime
    state: DeliveryState = Field(default=DeliveryState.WAITING, sa_type=choice(DeliveryState))
    tries: int = 0
    granted: int = MOST_TRIES
    next_at: datetime
    error: str = Field(default="", max_length=300)
    done_at: datetime | None = None
    read_at: datetime | None = None


def delivery_id(origin: str, key: str, kind: Kind, channel: Channel, receiver: int) -> str:
    """Name a delivery: 32 hexadecimal digits, the same whenever the same notification goes to the same receiver.

    Args:
        origin: name of the log, which no two logs share.
        key: what tells the notification from others.
        kind: what it is about.
        channel: by which way.
        receiver: number of the person or the webhook.
    """
    return hashlib.sha256("\n".join((origin, key, kind, channel, str(receiver))).encode()).hexdigest()[:32]


def wait(tries: int) -> timedelta:
    """Return how long to wait after so many failed tries: a minute, doubled each time, six hours at most.

    >>> [int(wait(n).total_seconds() // 60) for n in (1, 2, 3, 9, 20)]
    [1, 2, 4, 256, 360]
    """
    return min(_FIRST_WAIT * (1 << min(max(tries, 1) - 1, 16)), _LONGEST_WAIT)
