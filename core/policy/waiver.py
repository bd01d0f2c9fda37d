"""A rule that is not met and was accepted: by whom, why, until when, and on seeing what."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Text
from sqlmodel import Field, Session, SQLModel, col, select

from core import digest
from core.access import permission
from core.access.permission import Permission
from core.access.person import Person, ReviewRole
from core.access.scope import Scope
from core.audit.event import Event, Subject
from core.clock import rfc3339
from core.digest import Digest
from core.errors import AccessError, InputError, TransitionError
from core.policy.result import Override, RuleResult
from core.policy.verdict import Verdict
from core.store.columns import choice
from core.store.transaction import Transaction

ERASED: Final = "(The words of this acceptance were erased.)"


class Waiver(SQLModel, table=True):
    """One acceptance. It covers one rule of one request, and only the evidence that its author saw (`basis`)."""

    __tablename__ = "waiver"
    # The words may be erased on request; that they were given stays.
    __table_args__ = ({"info": {"immutable": True, "except": ("reason",), "words": {"reason": "reason_sha256"}}},)

    id: int | None = Field(default=None, primary_key=True)
    request: str = Field(max_length=20, index=True)
    version_id: int = Field(foreign_key="model_version.id", index=True)
    rule_id: str = Field(max_length=64)
    basis: str = Field(max_length=71)
    found: Verdict = Field(sa_type=choice(Verdict))
    reason: str = Field(sa_type=Text)
    reason_sha256: str | None = Field(default=None, max_length=64)
    person_id: int = Field(foreign_key="person.id")
    role: ReviewRole = Field(sa_type=choice(ReviewRole))
    accepted_at: datetime
    until: datetime


def accept(
    tx: Transaction,
    result: RuleResult,
    *,
    request: str,
    version_id: int,
    scope: Scope,
    contributors: Collection[int],
    reason: str,
    until: datetime,
) -> Waiver:
    """Accept that a rule is not met.

    Args:
        tx: the transaction.
        result: what the gate answered in this transaction; the acceptance is bound to what it read.
        request: address of the request it is given for, `REQ-17`.
        version_id: the version that is to move.
        scope: where the permission is asked.
        contributors: everybody with a hand in the version; none of them may accept anything.
        reason: why the risk is borne, in words.
        until: when it ends, aware; at most the days that the policy allows.

    Raises:
        AccessError: the actor is no risk reviewer here, or had a hand in the version.
        TransitionError: the policy lets nobody accept this rule, or there is nothing to accept.
        InputError: no reason, or no sensible end.
    """
    person = permission.require(tx.session, tx.actor, Permission.ACCEPT_RULE, scope)
    if person.key in contributors:
        raise AccessError(
            "Whoever had a hand in a version cannot accept what it does not meet.",
            "Ask a risk reviewer who did not contribute to it.",
        )
    allowed = result.rule.acceptable
    if allowed is None:
        raise TransitionError(
            f"The policy lets nobody accept “{result.rule.title}”.",
            result.clearing.how if result.clearing else "There is nothing to accept.",
        )
    if result.verdict not in {Verdict.UNSATISFIED, Verdict.NOT_MEASURED}:
        raise TransitionError(f"There is nothing to accept: {result.verdict.words.lower()}.", "Look at the page again.")
    if len(reason.strip()) < 10:
        raise InputError("An acceptance needs its reason.", "Write why the risk is borne and what limits it.")
    if not tx.now < until <= tx.now + timedelta(days=allowed.max_days):
        raise InputError(
            "The acceptance has no end that the policy allows.",
            f"Choose a day after today, at most {allowed.max_days} days from now.",
        )
    quoted = tx.text(reason.strip())
    waiver = tx.add(
        Waiver(
            request=request,
            version_id=version_id,
            rule_id=result.rule.id,
            basis=result.basis,
            found=result.found,
            reason=reason.strip(),
            reason_sha256=quoted["text_sha256"],
            person_id=person.key,
            role=allowed.by,
            accepted_at=tx.now,
            until=until,
        )
    )
    tx.record(
        Event.APPROVAL_RULE_ACCEPTED,
        Subject("request", request),
        rule=result.rule.id,
        found=result.found.value,
        basis=result.basis,
        until=until.date().isoformat(),
        reason=quoted,
    )
    tx.concerns(scope.model_id)
    return waiver


def given(session: Session, version_id: int, request: str | None = None) -> list[Waiver]:
    """The acceptances given for a version, oldest first; only those for `request`, `REQ-17`, where one is named."""
    wanted = select(Waiver).where(Waiver.version_id == version_id).order_by(col(Waiver.id))
    return list(session.exec(wanted if request is None else wanted.where(Waiver.request == request)))


def fingerprint(waivers: Iterable[Waiver]) -> Digest:
    """Fingerprint acceptances by what was accepted, by whom and until when; words may be erased and stay out of it."""
    return digest.of_json(
        [
            {
                "rule": one.rule_id,
                "basis": one.basis,
                "found": one.found.value,
                "person": one.person_id,
                "role": one.role.value,
                "accepted_at": rfc3339(one.accepted_at),
                "until": rfc3339(one.until),
            }
            for one in waivers
        ]
    )


def overrides(
    session: Session,
    version_id: int,
    request: str | None = None,
    void: Callable[[Waiver], str] = lambda _waiver: "",
) -> list[Override]:
    """The acceptances given for a version as a gate weighs them, oldest first.

    Args:
        session: where to read.
        version_id: the version.
        request: only those given for this request, `REQ-17`.
        void: says why an acceptance no longer counts, because of who gave it; empty where it does.
    """
    waivers = given(session, version_id, request)
    people = {one.person_id for one in waivers}
    names = dict(session.exec(select(Person.id, Person.name).where(col(Person.id).in_(people))).all())
    return [
        Override(
            rule_id=one.rule_id,
            basis=one.basis,
            reason=one.reason or ERASED,
            until=one.until,
            accepted_at=one.accepted_at,
            by=names[one.person_id],
            request=one.request,
            waiver=one.id,
            void=void(one),
        )
        for one in waivers
    ]
