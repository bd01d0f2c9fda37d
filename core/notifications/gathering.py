"""What has to be known before anybody is told: entries of the log, and the requests and findings they are about."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from core import clock
from core.access import queries as people
from core.access.person import Person, ReviewRole
from core.approvals import queries as requests
from core.approvals.called import called
from core.approvals.request import Review, TransitionRequest
from core.approvals.standing import title
from core.approvals.states import WAITING
from core.audit import tables
from core.audit.event import Event
from core.evidence.finding import MENDING, Finding
from core.monitoring import alerts
from core.notifications import notification
from core.notifications.delivery import KEPT
from core.notifications.notification import DUE_SOON, EXPIRES_SOON, FOLLOWED, Asked, Happened, Notification
from core.registry import queries as registry

_FOLLOWED: Final = {event.value: event for event in FOLLOWED}
ANSWERABLE: Final = (ReviewRole.MODEL_OWNER, ReviewRole.TECHNICAL_REVIEWER)
"""Whose review roles let them act on an alert: they mend, watch production, and roll back."""


def since(session: Session, position: int, stop: int, now: datetime) -> Iterator[Notification]:
    """Work out what is to be told about the entries from `position` up to but not including `stop`, in their order.

    Who can act is asked as of `now`: what was settled while nobody followed is told to nobody.
    """
    entry = tables.entry.c
    rows = session.connection().execute(
        columns(entry.seq, entry.leaf)
        .where(entry.seq >= position, entry.seq < stop, entry.action.in_(_FOLLOWED))
        .order_by(entry.seq)
    )
    for seq, leaf in rows.all():
        content = json.loads(leaf)
        actor = content["actor"]
        by = session.exec(select(Person.id).where(Person.iss == actor["iss"], Person.sub == actor["sub"])).first()
        happened = Happened(
            seq, clock.parse(content["ts"]), _FOLLOWED[content["action"]], by, content["data"].get("review")
        )
        if happened.event is Event.ALERT_RAISED:
            yield _alert(session, happened, content["data"]["alert"])
            continue
        request = requests.request(session, requests.number(content["subject"]["id"]))
        if (told := notification.tell(happened, asked(session, request, now))) is not None:
            yield told


def reminders(session: Session, now: datetime) -> Iterator[Notification]:
    """Work out who is to be reminded of something because time passed; the same again until it is over."""
    soon = select(TransitionRequest).where(
        col(TransitionRequest.state).in_(WAITING),
        col(TransitionRequest.ends_at) > now,
        col(TransitionRequest.ends_at) <= now + max(EXPIRES_SOON),
    )
    for request in session.exec(soon.order_by(col(TransitionRequest.id))):
        told = notification.expiring(asked(session, request, now), request.submitted_at, request.ends_at, now)
        if told is not None:
            yield told
    mending = select(Finding).where(
        col(Finding.state).in_(MENDING),
        col(Finding.due_at) <= now + max(DUE_SOON),
        col(Finding.due_at) > now - KEPT,  # what was told longer ago is forgotten, and would be told again
    )
    for finding in session.exec(mending.order_by(col(Finding.id))):
        if (told := _due(session, finding, now)) is not None:
            yield told


def asked(session: Session, request: TransitionRequest, now: datetime) -> Asked:
    """Look at a request for telling people about it."""
    model = registry.model_by_id(session, request.model_id)
    version = registry.version_by_id(session, request.version_id)
    authors = session.exec(select(Review.id, Review.person_id).where(Review.request_id == request.key))
    return Asked(
        address=request.address,
        title=title(model.name, version.version, request),
        opened_by=request.opened_by,
        calls=called(session, request, now),
        authors={review: person for review, person in authors if review is not None},
    )


def _alert(session: Session, happened: Happened, address: str) -> Notification:
    found = alerts.alert(session, address)
    version = registry.version_by_id(session, found.version_id)
    model = registry.model_by_id(session, version.model_id)
    acting = {who.key for role in ANSWERABLE for who in people.holders(session, role, model.scope)}
    page = "/model?" + urlencode({"name": model.slug, "version": version.version, "tab": "monitoring"})
    words = f"{model.name} v{version.version}: {found.words.rstrip('.')}"
    return notification.alarmed(happened, address, page, words, {model.owner_id, *acting})


def _due(session: Session, finding: Finding, now: datetime) -> Notification | None:
    if finding.due_at is None:
        return None
    model = registry.model_by_id(session, finding.model_id)
    version = registry.version_by_id(session, finding.version_id)
    page = "/model?" + urlencode({"name": model.slug, "version": version.version, "tab": "findings"})
    return notification.due(
        finding.address,
        page,
        f"{model.name} v{version.version}",
        owner=finding.owner_id,
        raised=finding.raised_at,
        ends=finding.due_at,
        now=now,
    )
