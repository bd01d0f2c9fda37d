"""Gathering who has a hand in a version: what survives in it, and whose it is."""

from collections.abc import Iterator

from sqlmodel import Session, col, select

from core.access.grant import ReviewGrant
from core.access.person import Person, ReviewRole
from core.access.scope import Scope
from core.approvals.request import Review, TransitionRequest
from core.approvals.separation import Contribution, ContributionKind, Grant, lawful
from core.cards import queries as cards
from core.cards.asking import Writer
from core.evaluation import queries as evaluation
from core.lineage import queries as lineage
from core.registry.version import ModelVersion


def contributions(session: Session, version: ModelVersion, request: TransitionRequest | None) -> list[Contribution]:
    """Gather every hand in a version, and in asking for its transition."""
    return list(_gathered(session, version, request))


def roles_here(session: Session, person_id: int, place: Scope) -> frozenset[ReviewRole]:
    """The review roles in which somebody may sign at `place`, now; none for an account that is closed."""
    person = session.get(Person, person_id)
    if person is None or not person.active:
        return frozenset()
    rows = session.exec(
        select(ReviewGrant).where(ReviewGrant.person_id == person_id, col(ReviewGrant.revoked_at).is_(None))
    )
    held = [Grant(grant.role, grant.person_id, grant.granted_by) for grant in rows if grant.scope.covers(place)]
    return lawful(held)


def _gathered(session: Session, version: ModelVersion, request: TransitionRequest | None) -> Iterator[Contribution]:
    yield Contribution(version.registered_by, ContributionKind.ARTIFACT)
    for run in lineage.runs_upstream(session, version.key):
        yield Contribution(run.ran_by, ContributionKind.TRAINING_RUN, detail=run.name)
    for one in evaluation.current(session, version.key):
        yield Contribution(one.uploaded_by, ContributionKind.EVALUATION, one.as_validator, one.address)
    for words in cards.authors(session, version.key):
        own = words.writer is Writer.BUSINESS
        yield Contribution(words.person_id, ContributionKind.CARD, own, f"{words.section.words}: {words.label}")
    if request is not None:
        yield from asking(session, request)


def asking(session: Session, request: TransitionRequest) -> Iterator[Contribution]:
    """The hands of those who ask: whoever opened a request, and whoever answered for it when changes were wanted."""
    yield Contribution(request.opened_by, ContributionKind.OPENING)
    answers = select(Review.person_id, Review.round).where(Review.request_id == request.key, Review.round > 1)
    answered: set[int] = set()
    for person_id, number in session.exec(answers.order_by(col(Review.id))):
        if number not in answered:  # a round begins with the words of who resubmitted
            answered.add(number)
            yield Contribution(person_id, ContributionKind.RESUBMISSION)
