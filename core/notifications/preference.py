"""What each person wants to be told, and by which way; only what differs from the default is kept."""

from collections.abc import Collection

from sqlmodel import Field, Session, SQLModel, col, select

from core.access.permission import Permission, require
from core.audit.actor import Actor
from core.errors import InputError
from core.notifications.kind import PERSONAL, Channel, Kind
from core.store.columns import choice
from core.store.store import Store


class NotificationPreference(SQLModel, table=True):
    """That somebody does not want to be told of a kind by a channel. Everything else is wanted."""

    __tablename__ = "notification_preference"

    person_id: int = Field(foreign_key="person.id", primary_key=True)
    channel: Channel = Field(sa_type=choice(Channel), primary_key=True)
    kind: Kind = Field(sa_type=choice(Kind), primary_key=True)


def wanted(session: Session, person_id: int) -> dict[Channel, frozenset[Kind]]:
    """Return what somebody wants to be told, by channel."""
    rows = session.exec(select(NotificationPreference).where(NotificationPreference.person_id == person_id))
    left_out = {(row.channel, row.kind) for row in rows}
    return {channel: frozenset(k for k in Kind if (channel, k) not in left_out) for channel in PERSONAL}


def unwanted(session: Session, people: Collection[int], kind: Kind) -> set[tuple[int, Channel]]:
    """Return who of these people does not want to be told of a kind, and by which channel."""
    rows = session.exec(
        select(NotificationPreference).where(
            col(NotificationPreference.person_id).in_(people), NotificationPreference.kind == kind
        )
    )
    return {(row.person_id, row.channel) for row in rows}


def choose(store: Store, actor: Actor, channel: Channel, kinds: Collection[Kind]) -> None:
    """Keep what the actor wants to be told by a channel; nobody chooses for somebody else.

    Raises:
        AccessError: the actor is no active person.
        InputError: nobody chooses for this channel.
    """
    if channel not in PERSONAL:
        raise InputError("Webhooks are no choice of one person.", "An administrator changes them under Connections.")
    with store.housekeeping() as session:
        who = require(session, actor, Permission.SEE)
        for kind in Kind:
            row = session.get(NotificationPreference, (who.key, channel, kind))
            if kind in kinds and row is not None:
                session.delete(row)
            if kind not in kinds and row is None:
                session.add(NotificationPreference(person_id=who.key, channel=channel, kind=kind))
