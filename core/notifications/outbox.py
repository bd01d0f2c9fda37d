"""What is on its way: kept in the same transaction as the cursor, so that nothing is told twice and nothing is lost."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from core.access.permission import Permission, require
from core.access.person import Person
from core.audit.actor import Actor
from core.errors import ConflictError, NotFoundError
from core.notifications import gathering, preference
from core.notifications.delivery import KEPT, MOST_TRIES, Delivery, DeliveryState, delivery_id, wait
from core.notifications.kind import PERSONAL, Channel
from core.notifications.notification import Notification
from core.notifications.webhook import Webhook
from core.store import cursor
from core.store.store import Store

FOLLOWER = "notifications"
"""Name of the cursor."""

AT_ONCE = 500
"""Most entries of the log dealt with in one transaction."""


@dataclass(frozen=True, slots=True)
class Try:
    """What became of one try to deliver.

    Attributes:
        problem: why it failed, as one sentence; empty when it arrived.
        final: whether trying again is of no use.
    """

    problem: str = ""
    final: bool = False


def follow(store: Store, holder: str, *, mail: bool) -> int:
    """Deal with what the log says since the last time: keep deliveries and move the cursor, together or not at all.

    Args:
        store: the store.
        holder: the process that holds the cursor.
        mail: whether there is a way for mail.

    Returns:
        How many entries are still ahead.
    """

    def deal(session: Session, begin: int, stop: int) -> None:
        keep(session, store, gathering.since(session, begin, stop, store.clock()), mail=mail)

    return cursor.follow(store, FOLLOWER, holder, deal, AT_ONCE)


def remind(store: Store, *, mail: bool) -> None:
    """Keep deliveries for what is due because time passed; what was kept before stays as it is."""
    with store.reading() as session:  # mostly there is nothing new, and finding that out takes no lock
        found = list(gathering.reminders(session, store.clock()))
        fresh = [told for told in found if _missing(session, store, told, mail=mail)]
    if fresh:
        with store.housekeeping() as session:
            keep(session, store, fresh, mail=mail)


def keep(session: Session, store: Store, notifications: Iterable[Notification], *, mail: bool) -> None:
    """Keep one delivery for each receiver and channel of these notifications, unless it is there already."""
    now = store.clock()
    for told in notifications:
        for wanted in _deliveries(session, store, told, mail=mail):
            if session.get(Delivery, wanted.id) is not None:
                continue
            wanted.next_at = now
            if wanted.channel is Channel.INBOX:
                wanted.state, wanted.done_at = DeliveryState.SENT, now
            if wanted.webhook_id is not None:
                last = select(func.max(Delivery.number)).where(Delivery.webhook_id == wanted.webhook_id)
                wanted.number = (session.exec(last).one() or 0) + 1
            session.add(wanted)
            session.flush()


def due(session: Session, now: datetime, most: int) -> list[Delivery]:
    """Return what is to be tried now, longest waiting first."""
    wanted = select(Delivery).where(Delivery.state == DeliveryState.WAITING, col(Delivery.next_at) <= now)
    return list(
        session.exec(wanted.order_by(col(Delivery.next_at), col(Delivery.number), col(Delivery.id)).limit(most))
    )


def note(store: Store, delivery: str, number: int, outcome: Try) -> None:
    """Write down what became of a try; writing it twice changes nothing.

    Args:
        store: the store.
        delivery: id of the delivery.
        number: which try it was, from 1.
        outcome: what became of it.
    """
    with store.housekeeping() as session:
        row, now = session.get(Delivery, delivery, with_for_update=True), store.clock()
        if row is None or row.tries != number - 1 or row.state is not DeliveryState.WAITING:
            return
        row.tries, row.error = number, outcome.problem[:300]
        if not outcome.problem:
            row.state, row.done_at = DeliveryState.SENT, now
        elif outcome.final or number >= row.granted:
            row.state, row.done_at = DeliveryState.GIVEN_UP, now
        else:
            row.next_at = now + wait(number - (row.granted - MOST_TRIES))
        session.add(row)


def send_again(store: Store, actor: Actor, delivery: str) -> None:
    """Let a delivery be tried again at once, with the id it has: a receiver that has it knows it.

    Raises:
        AccessError: the actor does not manage connections.
        NotFoundError: there is no such delivery.
        ConflictError: it is shown in Signoff and is sent nowhere.
    """
    with store.housekeeping() as session:
        require(session, actor, Permission.MANAGE_CONNECTIONS)
        row = session.get(Delivery, delivery, with_for_update=True)
        if row is None:
            raise NotFoundError("There is no such delivery.", "Pick one from the list under Connections.")
        if row.channel is Channel.INBOX:
            raise ConflictError("This one is shown in Signoff and is sent nowhere.", "Pick a mail or a webhook.")
        row.state, row.done_at, row.next_at = DeliveryState.WAITING, None, store.clock()
        row.granted = row.tries + MOST_TRIES
        session.add(row)


def mark_read(store: Store, actor: Actor, deliveries: Iterable[str] | None = None) -> None:
    """Mark notices as read, these or all; only the actor's own change.

    Raises:
        AccessError: the actor is no active person.
    """
    with store.housekeeping() as session:
        who = require(session, actor, Permission.SEE)
        unread = select(Delivery).where(
            Delivery.person_id == who.key, Delivery.channel == Channel.INBOX, col(Delivery.read_at).is_(None)
        )
        if deliveries is not None:
            unread = unread.where(col(Delivery.id).in_(list(deliveries)))
        for row in session.exec(unread):
            row.read_at = store.clock()
            session.add(row)


def forget_old(store: Store, most: int = 1000) -> None:
    """Remove some of what was delivered long ago, read or not.

    The last message of each webhook stays: the next one is numbered after it.
    """
    before = store.clock() - KEPT
    other = aliased(Delivery)
    last = select(func.max(other.number)).where(other.webhook_id == Delivery.webhook_id).scalar_subquery()
    gone = (
        select(Delivery.id)
        .where(
            Delivery.state == DeliveryState.SENT,
            col(Delivery.at) < before,
            col(Delivery.done_at) < before,
            or_(col(Delivery.webhook_id).is_(None), col(Delivery.number) < last),
        )
        .limit(most)
    )
    with store.housekeeping() as session:
        session.exec(delete(Delivery).where(col(Delivery.id).in_(session.exec(gone).all())))


def _missing(session: Session, store: Store, told: Notification, *, mail: bool) -> bool:
    return any(session.get(Delivery, one.id) is None for one in _deliveries(session, store, told, mail=mail))


def _deliveries(session: Session, store: Store, told: Notification, *, mail: bool) -> list[Delivery]:
    """Everybody and everything that a notification goes to."""
    active = session.exec(select(Person).where(col(Person.id).in_(told.to), Person.active).order_by(col(Person.id)))
    left_out = preference.unwanted(session, told.to, told.kind)
    made = [
        _delivery(store, told, channel, person_id=who.key)
        for who in active
        for channel in PERSONAL
        if (who.key, channel) not in left_out and (channel is not Channel.MAIL or (mail and who.email))
    ]
    hooks = session.exec(select(Webhook).where(col(Webhook.removed_at).is_(None)).order_by(col(Webhook.id)))
    return made + [_delivery(store, told, Channel.WEBHOOK, webhook_id=h.key) for h in hooks if told.kind in h.told]


def _delivery(
    store: Store, told: Notification, channel: Channel, *, person_id: int | None = None, webhook_id: int | None = None
) -> Delivery:
    return Delivery(
        id=delivery_id(store.origin, told.key, told.kind, channel, person_id or webhook_id or 0),
        channel=channel,
        person_id=person_id,
        webhook_id=webhook_id,
        kind=told.kind,
        address=told.address,
        page=told.page,
        words=told.words[:400],
        seq=told.seq,
        at=told.at,
        next_at=told.at,
    )
