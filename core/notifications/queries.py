"""Reading notices, deliveries and webhooks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, cast, func, literal, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from core.access.person import Person
from core.approvals import lists
from core.approvals.lists import Call
from core.approvals.request import TransitionRequest
from core.approvals.states import WAITING
from core.errors import NotFoundError
from core.evidence.finding import MENDING, Finding
from core.notifications.delivery import Delivery, DeliveryState
from core.notifications.kind import Channel, Kind
from core.notifications.webhook import Webhook
from core.store.page import Page, paged


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One delivery in a list.

    Attributes:
        receiver: name of the person, or host of the webhook.
        error: why the last try failed; empty when it did not.
    """

    id: str
    channel: Channel
    receiver: str
    kind: Kind
    address: str
    words: str
    at: datetime
    state: DeliveryState
    tries: int
    next_at: datetime
    error: str
    done_at: datetime | None


def unread(session: Session, person: Person, now: datetime, size: int = 5) -> Page[Delivery]:
    """What somebody was told in Signoff and has not marked as read, newest first: the first page of it.

    What is settled is left out: a signature is no longer wanted of them, a request is decided, a finding is mended.
    """
    calls = lists.calls_of(session, person, now)
    signing = [f"REQ-{number}" for number, call in calls.items() if call is not Call.ANSWER]
    mending = columns(literal("FND-").concat(cast(col(Finding.id), String))).where(col(Finding.state).in_(MENDING))
    waiting = columns(literal("REQ-").concat(cast(col(TransitionRequest.id), String))).where(
        col(TransitionRequest.opened_by) == person.key,
        col(TransitionRequest.state).in_(WAITING),
        col(TransitionRequest.ends_at) > now,
    )
    address, kind = col(Delivery.address), col(Delivery.kind)
    wanted = select(Delivery).where(
        Delivery.person_id == person.key,
        Delivery.channel == Channel.INBOX,
        col(Delivery.read_at).is_(None),
        or_(kind.not_in((Kind.REVIEW_ASKED, Kind.REVIEW_STALED)), address.in_(signing)),
        or_(kind != Kind.EXPIRING_SOON, address.in_([f"REQ-{number}" for number in calls]), address.in_(waiting)),
        or_(kind != Kind.FINDING_DUE, address.in_(mending)),
    )
    latest = col(Delivery.at).desc(), col(Delivery.seq).desc().nulls_last(), col(Delivery.id)
    newest = wanted.order_by(*latest).limit(size)
    total = session.exec(select(func.count()).select_from(wanted.subquery())).one()
    return Page(list(session.exec(newest)), total, 1, size)


def deliveries(
    session: Session,
    states: Collection[DeliveryState] = tuple(DeliveryState),
    channels: Collection[Channel] = (Channel.MAIL, Channel.WEBHOOK),
    number: int = 1,
    size: int = 25,
) -> Page[DeliveryLine]:
    """Deliveries that leave the house, newest first, a page at a time."""
    statement = (
        columns(
            col(Delivery.id),
            col(Delivery.channel),
            func.coalesce(col(Person.name), col(Webhook.host)),
            col(Delivery.kind),
            col(Delivery.address),
            col(Delivery.words),
            col(Delivery.at),
            col(Delivery.state),
            col(Delivery.tries),
            col(Delivery.next_at),
            col(Delivery.error),
            col(Delivery.done_at),
        )
        .outerjoin(Person, col(Person.id) == col(Delivery.person_id))
        .outerjoin(Webhook, col(Webhook.id) == col(Delivery.webhook_id))
        .where(col(Delivery.state).in_(list(states)), col(Delivery.channel).in_(list(channels)))
        .order_by(col(Delivery.at).desc(), col(Delivery.id))
    )
    return paged(session, statement, lambda row: DeliveryLine(*row), number, size)


def delivery(session: Session, wanted: str) -> Delivery:
    """Find a delivery by its id; NotFoundError when there is none."""
    if (found := session.get(Delivery, wanted)) is None:
        raise NotFoundError("There is no such delivery.", "Pick one from the list under Connections.")
    return found


def webhook(session: Session, webhook_id: int) -> Webhook:
    """Read a webhook that stands; NotFoundError when it was removed."""
    found = session.get(Webhook, webhook_id)
    if found is None or found.removed_at is not None:
        raise NotFoundError("This webhook was removed already.", "Reload the page.")
    return found


def webhooks(session: Session) -> list[Webhook]:
    """The webhooks that stand, oldest first; there are few."""
    wanted = select(Webhook).where(col(Webhook.removed_at).is_(None)).order_by(col(Webhook.id))
    return list(session.exec(wanted))


def counted(session: Session) -> dict[DeliveryState, int]:
    """How many deliveries that leave the house stand where."""
    rows = session.exec(
        select(Delivery.state, func.count()).where(col(Delivery.channel) != Channel.INBOX).group_by(col(Delivery.state))
    )
    found = dict(rows.all())
    return {state: found.get(state, 0) for state in DeliveryState}
