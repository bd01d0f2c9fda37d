"""Who is told what: plain rules over one event, or the time of day, and what is known of its subject."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from core.approvals.lists import Call
from core.audit.event import Event
from core.notifications.kind import Kind

EXPIRES_SOON: Final = (timedelta(days=1), timedelta(days=3))
"""So long before a request expires people are reminded, each of them once."""

DUE_SOON: Final = (timedelta(0), timedelta(days=3))
"""So long before a finding is due its owner is reminded, each time once."""

ASKING: Final = frozenset({Event.REQUEST_OPENED, Event.REQUEST_RESUBMITTED})

DECIDED: Final = MappingProxyType(
    {
        Event.REQUEST_CHANGES_ASKED: "changes were asked for",
        Event.REQUEST_EXPIRED: "expired before enough people signed",
        Event.REQUEST_REJECTED: "was rejected",
        Event.TRANSITION_APPLIED: "was approved and applied",
        Event.TRANSITION_FAILED: "was approved and could not be applied",
        Event.TRANSITION_REVOKED: "no longer holds: its approval was revoked",
    }
)
"""What became of a request, as the end of a sentence that begins with its title."""

FOLLOWED: Final = frozenset({*ASKING, *DECIDED, Event.REVIEW_STALED, Event.ALERT_RAISED})
"""Events that anybody is told about."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry of the log, as far as telling needs it.

    Attributes:
        seq: its position.
        at: when.
        event: what happened.
        by: the person who acted; None for Signoff itself.
        review: id of the review it is about, where it is about one.
    """

    seq: int
    at: datetime
    event: Event
    by: int | None
    review: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of a request when people are told.

    Attributes:
        address: `REQ-17`.
        title: "mortgage-approval v4 to production".
        opened_by: who asked.
        calls: whom it wants something of now, and what; only active people stand here.
        authors: who wrote each of its reviews.
    """

    address: str
    title: str
    opened_by: int
    calls: Mapping[int, Call] = field(default_factory=dict)
    authors: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notification:
    """Something to tell.

    Attributes:
        key: tells two notifications apart and is the same however often one is worked out.
        kind: what it is about.
        address: the subject as people call it: `REQ-17`, `FND-3`.
        page: where it is shown, as an address inside Signoff.
        words: one sentence without names and without anybody's own words.
        at: when it happened.
        to: whom; systems hear of it even where this is nobody.
        seq: position of the event in the log; None when only time passed.
    """

    key: str
    kind: Kind
    address: str
    page: str
    words: str
    at: datetime
    to: frozenset[int]
    seq: int | None = None


def tell(happened: Happened, asked: Asked) -> Notification | None:
    """Decide who hears of an event.

    Only people who can act on it now, or who asked for it; never whoever did it.

    Args:
        happened: the event.
        asked: the request it is about, as it stands now.

    Returns:
        None when the event is nothing that anybody is told.
    """
    match happened.event:
        case event if event in ASKING:
            kind, words = Kind.REVIEW_ASKED, "waits for signatures"
            to = {person for person, call in asked.calls.items() if call is not Call.ANSWER}
        case Event.REVIEW_STALED:
            kind, words = Kind.REVIEW_STALED, "changed since it was signed"
            author = asked.authors.get(happened.review or 0)
            to = {person for person, call in asked.calls.items() if person == author and call is Call.SIGN_AGAIN}
        case event if event in DECIDED:
            kind, words, to = Kind.REQUEST_DECIDED, DECIDED[event], {asked.opened_by}
        case _:
            return None
    return Notification(
        key=str(happened.seq),
        kind=kind,
        address=asked.address,
        page=request_page(asked.address),
        words=f"{asked.title}: {words}" if words.startswith("changes") else f"{asked.title} {words}",
        at=happened.at,
        to=frozenset(to - {happened.by}),
        seq=happened.seq,
    )


def alarmed(happened: Happened, address: str, page: str, words: str, acting: Collection[int]) -> Notification:
    """Tell of an alert whoever answers for the model: its owner, and who signs as owner or technical reviewer.

    Args:
        happened: the event.
        address: `ALR-3`.
        page: where it is shown.
        words: what it says, after the name of the version.
        acting: those people.
    """
    return Notification(
        key=str(happened.seq),
        kind=Kind.ALERT_RAISED,
        address=address,
        page=page,
        words=words,
        at=happened.at,
        to=frozenset(acting) - {happened.by},
        seq=happened.seq,
    )


def expiring(asked: Asked, submitted: datetime, ends: datetime, now: datetime) -> Notification | None:
    """Decide who is reminded that a request expires soon: whoever it wants something of, and whoever asked.

    Args:
        asked: the request as it stands now.
        submitted: since when people can sign it.
        ends: when it expires.
        now: the moment.
    """
    if ends <= now or (step := threshold(EXPIRES_SOON, submitted, ends, now)) is None:
        return None
    return Notification(
        key=f"{asked.address}:{ends:%Y%m%dT%H%M%S}:{step.days}",
        kind=Kind.EXPIRING_SOON,
        address=asked.address,
        page=request_page(asked.address),
        words=f"{asked.title} expires within {_days(step)} if not enough people sign",
        at=now,
        to=frozenset({*asked.calls, asked.opened_by}),
    )


def due(  # noqa: PLR0917 - a finding, flat
    address: str, page: str, title: str, owner: int, raised: datetime, ends: datetime, now: datetime
) -> Notification | None:
    """Decide whether the owner of a finding is reminded of it.

    Args:
        address: `FND-3`.
        page: where the finding is shown.
        title: what it was found in: "mortgage-approval v4".
        owner: who mends it.
        raised: since when it is known.
        ends: when it is due.
        now: the moment.
    """
    if (step := threshold(DUE_SOON, raised, ends, now)) is None:
        return None
    words = f"is due within {_days(step)}" if step else "has come due"
    return Notification(
        key=f"{address}:{ends:%Y%m%dT%H%M%S}:{step.days}",
        kind=Kind.FINDING_DUE,
        address=address,
        page=page,
        words=f"Finding against {title} {words}",
        at=now,
        to=frozenset({owner}),
    )


def threshold(steps: tuple[timedelta, ...], since: datetime, ends: datetime, now: datetime) -> timedelta | None:
    """Return the nearest reminder whose time has come; None before the first, and where it never lay ahead.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 3, 12, tzinfo=UTC)
    >>> threshold(EXPIRES_SOON, noon - timedelta(days=30), noon + timedelta(hours=60), noon).days
    3
    """
    reached = (step for step in sorted(steps) if now >= ends - step)
    return next((step for step in reached if since < ends - step), None)


def request_page(address: str) -> str:
    """Where a request is shown."""
    return f"/inbox?request={address}"


def _days(step: timedelta) -> str:
    return "a day" if step.days == 1 else f"{step.days} days"
