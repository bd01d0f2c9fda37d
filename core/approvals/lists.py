"""Lists of requests: what needs somebody, and what there is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, func, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col

from core.access.permission import grants_of
from core.access.person import Person, ReviewRole
from core.access.scope import Scope
from core.approvals.request import Review, TransitionRequest
from core.approvals.review import ReviewDecision
from core.approvals.states import WAITING, RequestKind, RequestState
from core.registry.address import number
from core.registry.materiality import RiskTier
from core.registry.model import RegisteredModel
from core.registry.stage import Stage
from core.registry.version import ModelVersion
from core.store import keyset
from core.store.keyset import Slice, Wanted
from core.store.page import Page, paged

MOST_WAITING = 2_000
"""Most undecided requests that an inbox looks through; they expire, so there are few."""


class Call(StrEnum):
    """What a request wants from somebody."""

    SIGN = "sign"
    SIGN_AGAIN = "sign_again"
    ANSWER = "answer"

    @property
    def words(self) -> str:
        """The call as a reader would say it."""
        return _CALL_WORDS[self]


_CALL_WORDS = {
    Call.SIGN: "wants your signature",
    Call.SIGN_AGAIN: "changed since you signed",
    Call.ANSWER: "changes were asked for",
}


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request in a list.

    Attributes:
        state: as written down; whose time is over reads `expired` with `state_at`.
        wanted: review roles whose signature was missing after the last action.
        call: what it wants from whoever asked; None in a list for nobody in particular.
    """

    id: int
    kind: RequestKind
    state: RequestState
    model: str
    model_name: str
    version: int
    target: Stage
    materiality: RiskTier
    opened_by: str
    opened_at: datetime
    ends_at: datetime
    decided_at: datetime | None
    wanted: tuple[ReviewRole, ...]
    call: Call | None = None

    @property
    def address(self) -> str:
        """How people call it: `REQ-17`."""
        return f"REQ-{self.id}"

    @property
    def title(self) -> str:
        """What is asked, in a line, with the model's name in addresses."""
        return self._asked(self.model)

    @property
    def named(self) -> str:
        """The same with the model's name, for pages."""
        return self._asked(self.model_name)

    def _asked(self, model: str) -> str:
        back = self.kind is RequestKind.ROLLBACK
        return f"{model} back to v{self.version}" if back else f"{model} v{self.version} to {self.target.value}"


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Which requests: in these states, of a kind, of a model or version, opened by somebody, with a text in them.

    `policy` is a governing policy as people call it, "high, version 3". `ids` and `among` keep to some requests and to
    some models; None and empty mean all.
    """

    states: Collection[RequestState] = ()
    kinds: Collection[RequestKind] = ()
    model_id: int | None = None
    version_id: int | None = None
    opened_by: int | None = None
    text: str = ""
    policy: str = ""
    targets: Collection[Stage] = ()
    ids: Collection[int] | None = None
    among: Collection[int] = ()


def requests(
    session: Session, wanted: RequestFilter, now: datetime, page: int = 1, size: int = 25
) -> Page[RequestLine]:
    """Requests, newest first, a page at a time. One whose time is over counts as expired, written down or not."""
    statement = _lines().where(*_conditions(wanted, now)).order_by(col(TransitionRequest.id).desc())
    return paged(session, statement, lambda row: _line(row, now), page, size)


def slice_of(
    session: Session, looked_for: RequestFilter, now: datetime, calls: Mapping[int, Call], wanted: Wanted
) -> Slice[RequestLine]:
    """Requests, newest first, a slice at a time.

    Args:
        session: where to read.
        looked_for: which.
        now: the moment at which expiry is judged.
        calls: what requests want from whoever asks, see `calls_of`.
        wanted: which slice.
    """
    lines = _lines().where(*_conditions(looked_for, now))
    order = (col(TransitionRequest.id),)
    return keyset.sliced(session, lines, order, lambda row: _line(row, now, calls.get(row[0])), wanted, descending=True)


def inbox(session: Session, person: Person, now: datetime, page: int = 1, size: int = 25) -> Page[RequestLine]:
    """What needs somebody: signatures that are wanted from them, and answers to changes asked of them.

    Soonest end first. What everybody wants from everybody is kept on the request by the last action; deciding always
    looks at the evidence itself.
    """
    calls = calls_of(session, person, now)
    statement = (
        _lines()
        .where(col(TransitionRequest.id).in_(calls))
        .order_by(col(TransitionRequest.ends_at), col(TransitionRequest.id))
    )
    return paged(session, statement, lambda row: _line(row, now, calls[row[0]]), page, size)


def calls_of(session: Session, person: Person, now: datetime) -> dict[int, Call]:
    """What each undecided request wants from somebody; requests that want nothing are left out."""
    rows = session.connection().execute(
        columns(
            col(TransitionRequest.id),
            col(TransitionRequest.state),
            col(TransitionRequest.model_id),
            col(RegisteredModel.use_case_id),
            col(TransitionRequest.opened_by),
            col(TransitionRequest.round),
            col(TransitionRequest.evidence_digest),
            col(TransitionRequest.wanted),
            col(TransitionRequest.barred),
        )
        .join(RegisteredModel, col(RegisteredModel.id) == col(TransitionRequest.model_id))
        .where(col(TransitionRequest.state).in_(WAITING), col(TransitionRequest.ends_at) > now)
        .order_by(col(TransitionRequest.ends_at))
        .limit(MOST_WAITING)
    )
    grants = grants_of(session, person.key) if person.active else []
    signed = _signed_by(session, person.key)
    found: dict[int, Call] = {}
    for row in rows:
        here = Scope(model_id=row.model_id, use_case_id=row.use_case_id)
        if row.state is RequestState.CHANGES_REQUESTED:
            if row.opened_by == person.key:
                found[row.id] = Call.ANSWER
            continue
        asked = any(role.value in row.wanted and reach.covers(here) for role, reach in grants)
        if asked and person.key not in row.barred and (row.round, row.evidence_digest) not in signed.get(row.id, set()):
            found[row.id] = Call.SIGN_AGAIN if row.id in signed else Call.SIGN
    return found


def _signed_by(session: Session, person_id: int) -> dict[int, set[tuple[int, str]]]:
    """For each waiting request somebody signed: the submissions and states of evidence they signed."""
    rows = session.connection().execute(
        columns(col(Review.request_id), col(Review.round), col(Review.evidence_digest))
        .join(TransitionRequest, col(TransitionRequest.id) == col(Review.request_id))
        .where(
            col(Review.person_id) == person_id,
            col(Review.decision) != ReviewDecision.COMMENT,
            col(TransitionRequest.state).in_(WAITING),
        )
    )
    found: dict[int, set[tuple[int, str]]] = {}
    for request_id, answered, seen in rows:
        found.setdefault(request_id, set()).add((answered, seen))
    return found


def _lines() -> Any:
    return (
        columns(
            col(TransitionRequest.id),
            col(TransitionRequest.kind),
            col(TransitionRequest.state),
            col(RegisteredModel.slug),
            col(RegisteredModel.name).label("model_name"),
            col(ModelVersion.version),
            col(TransitionRequest.target),
            col(RegisteredModel.materiality),
            col(Person.name).label("opened_by"),
            col(TransitionRequest.opened_at),
            col(TransitionRequest.ends_at),
            col(TransitionRequest.decided_at),
            col(TransitionRequest.wanted),
        )
        .join(RegisteredModel, col(RegisteredModel.id) == col(TransitionRequest.model_id))
        .join(ModelVersion, col(ModelVersion.id) == col(TransitionRequest.version_id))
        .join(Person, col(Person.id) == col(TransitionRequest.opened_by))
    )


def _line(row: Sequence[Any], now: datetime, call: Call | None = None) -> RequestLine:
    key, kind, state, model, model_name, version, target, materiality, by, opened_at, ends_at, decided_at, wanted = row
    over = state in WAITING and ends_at <= now
    return RequestLine(
        id=key,
        kind=kind,
        state=RequestState.EXPIRED if over else state,
        model=model,
        model_name=model_name,
        version=version,
        target=target,
        materiality=materiality,
        opened_by=by,
        opened_at=opened_at,
        ends_at=ends_at,
        decided_at=decided_at,
        wanted=() if over else tuple(ReviewRole(role) for role in wanted),
        call=call,
    )


def _conditions(wanted: RequestFilter, now: datetime) -> list[Any]:
    found: list[Any] = []
    if wanted.states:
        found.append(_in_states(wanted.states, now))
    if wanted.kinds:
        found.append(col(TransitionRequest.kind).in_(list(wanted.kinds)))
    if wanted.model_id is not None:
        found.append(col(TransitionRequest.model_id) == wanted.model_id)
    if wanted.version_id is not None:
        found.append(col(TransitionRequest.version_id) == wanted.version_id)
    if wanted.opened_by is not None:
        found.append(col(TransitionRequest.opened_by) == wanted.opened_by)
    if wanted.targets:
        found.append(col(TransitionRequest.target).in_(list(wanted.targets)))
    if wanted.ids is not None:
        found.append(col(TransitionRequest.id).in_(list(wanted.ids)))
    if wanted.among:
        found.append(col(TransitionRequest.model_id).in_(list(wanted.among)))
    if wanted.policy:
        found.append(col(TransitionRequest.policy) == wanted.policy)
    if text := wanted.text.strip().lower():
        found.append(
            or_(
                func.lower(RegisteredModel.name).contains(text, autoescape=True),
                col(RegisteredModel.slug).contains(text, autoescape=True),
                func.lower(Person.name).contains(text, autoescape=True),
                col(TransitionRequest.id) == (number(text.removeprefix("req-")) or -1),
            )
        )
    return found


def _in_states(states: Collection[RequestState], now: datetime) -> Any:
    over = and_(col(TransitionRequest.state).in_(WAITING), col(TransitionRequest.ends_at) <= now)
    standing = and_(col(TransitionRequest.state).in_(list(states)), ~over)
    return or_(standing, over) if RequestState.EXPIRED in states else standing
