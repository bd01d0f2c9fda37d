"""Signing: one person decides on exactly what stood on their screen, and the last signature applies the transition."""

from dataclasses import dataclass

from sqlmodel import select

from core.access import permission
from core.access.permission import REVIEW_AS, Permission
from core.access.person import Person, ReviewRole
from core.access.proof import Proof
from core.approvals import decided, queries
from core.approvals.actions import end, say, words
from core.approvals.applying import apply, subject
from core.approvals.contributions import roles_here
from core.approvals.dossier import Dossier, gather
from core.approvals.notice import look_again, note
from core.approvals.outcome import MOVES, Outcome, weigh
from core.approvals.pin_set import recall, remember
from core.approvals.proving import purpose_of, require_proof
from core.approvals.quorum import Approval
from core.approvals.request import Review, TransitionRequest
from core.approvals.review import Opinion, ReviewDecision, Validity, check
from core.approvals.separation import in_words
from core.approvals.standing import Standing, stand
from core.approvals.states import Move, after
from core.audit.event import Event
from core.digest import Digest
from core.errors import AccessError, ConflictError
from core.evidence.pin import difference
from core.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a reviewer hands in; see `submit_review`."""

    decision: ReviewDecision
    seen: Digest
    proof: Proof | None
    comment: str
    opinion: Opinion | None
    statement: str
    once: str | None


def submit_review(
    tx: Transaction,
    request_id: int,
    decision: ReviewDecision,
    seen: Digest,
    proof: Proof | None = None,
    *,
    comment: str = "",
    opinion: Opinion | None = None,
    statement: str = "",
    once: str | None = None,
) -> Outcome:
    """Decide about a request.

    Everything is looked at again under the lock of this transaction. Where the reviewer's screen no longer shows
    what stands there, nothing is stored.

    Args:
        tx: the transaction.
        request_id: number of the request.
        decision: what is decided.
        seen: fingerprint of everything on the reviewer's screen (`Standing.digest`).
        proof: who the reviewer is, shown for this decision; a comment needs none.
        comment: the reviewer's own words; may be missing only when approving.
        opinion: the independent validator's judgement.
        statement: the sentence that was signed, word for word as `Standing.statement` wrote it.
        once: a key made up when the dialog opened, so that two clicks are one decision.

    Returns:
        Where the request stands now: `applied` when this was the last signature it needed.

    Raises:
        AccessError: no review role here, a hand in the version, no fresh proof of identity.
        ConflictError: something changed since the page was opened, or this was signed already.
        TransitionError: the request is not open, or a check or a finding stands against approving.
        InputError: the decision does not say enough.
    """
    ballot = Ballot(decision, seen, proof, words(comment), opinion, statement, once)
    request = queries.request(tx.session, request_id)
    if not decision.decides:
        return _comment(tx, request, ballot)
    if (twin := _already(tx, request, ballot)) is not None:
        return twin
    dossier = gather(tx.session, tx.blobs, request, tx.now)
    standing = dossier.standing
    after(standing.state, MOVES[decision])  # that it is decided already is said before anything else
    person, roles = _entitled(tx, standing)
    _must_be_seen(tx, standing, ballot)
    check(decision, ballot.comment, opinion, validator=ReviewRole.RISK_REVIEWER in roles)
    proven = require_proof(
        tx, proof, purpose_of(request_id, decision, seen, statement, comment=ballot.comment, opinion=opinion)
    )
    approvals = [a for a in standing.approvals if a.person_id != person.key]
    if decision is ReviewDecision.APPROVE:
        approvals.append(Approval(person.key, frozenset(roles)))
    outcome = weigh(
        standing.state,
        decision,
        rules=standing.rules,
        approvals=approvals,
        contributors=standing.contributors,
        obstacles=dossier.obstacles,
    )
    _must_be_new(standing, person, ballot)
    look_again(tx, request)
    review = _store(tx, standing, person, roles, ballot=ballot, proof=proven)
    return _carry_out(tx, dossier, outcome, review)


def must_not_contribute(standing: Standing, person: Person, what: str) -> None:
    """Refuse somebody with a hand in the version.

    Raises:
        AccessError: the person has one; the sentence says which.
    """
    if hands := standing.bars(person.key):
        raise AccessError(
            f"You {in_words(hands)}, so you cannot {what}.", "You can comment. Somebody without a hand in it decides."
        )


def _comment(tx: Transaction, request: TransitionRequest, ballot: Ballot) -> Outcome:
    standing = stand(tx.session, request, tx.now)
    person = permission.require(tx.session, tx.actor, Permission.COMMENT, standing.model.scope)
    check(ballot.decision, ballot.comment, ballot.opinion, validator=False)
    outcome = weigh(
        standing.state,
        ballot.decision,
        rules=standing.rules,
        approvals=standing.approvals,
        contributors=standing.contributors,
        obstacles=(),
    )
    say(tx, request, person, ballot.comment)
    return outcome


def _already(tx: Transaction, request: TransitionRequest, ballot: Ballot) -> Outcome | None:
    """Find what a second click of the same person in the same dialog did the first time."""
    if ballot.once is None:
        return None
    twin = tx.session.exec(select(Review).where(Review.once == ballot.once)).first()
    if twin is None:
        return None
    if (twin.request_id, twin.person_id, twin.decision) != (request.id, tx.actor.person_id, ballot.decision):
        raise ConflictError("This dialog was used for another decision.", "Close it and open it again.")
    return Outcome(request.state, None, stand(tx.session, request, tx.now).quorum)


def _entitled(tx: Transaction, standing: Standing) -> tuple[Person, frozenset[ReviewRole]]:
    """Find out as whom the actor signs here, from the database, at this moment."""
    person_id = tx.actor.person_id
    roles = roles_here(tx.session, person_id, standing.model.scope) if person_id is not None else frozenset()
    asked = next(iter(sorted(roles)), standing.quorum.wanted[0] if standing.quorum.wanted else ReviewRole.RISK_REVIEWER)
    person = permission.require(tx.session, tx.actor, REVIEW_AS[ReviewRole(asked)], standing.model.scope)
    if not roles:
        raise AccessError("A role that one gave to oneself does not count.", "Ask another administrator for it.")
    must_not_contribute(standing, person, "decide about it")
    return person, roles


def _must_be_seen(tx: Transaction, standing: Standing, ballot: Ballot) -> None:
    if ballot.seen != standing.digest:
        known = recall(tx.session, [ballot.seen]).get(ballot.seen)
        changed = "; ".join(d.words for d in difference(known, standing.pins)) if known else "something under review"
        raise ConflictError(
            f"This changed while you were looking: {changed}.",
            "Nothing was signed. Look at what changed and decide again.",
        )
    if ballot.statement != standing.statement(ballot.decision):
        raise ConflictError(
            "The signed sentence is not the one that belongs to this decision.", "Open the dialog again."
        )


def _must_be_new(standing: Standing, person: Person, ballot: Ballot) -> None:
    for signature in standing.signatures:
        review = signature.review
        same = (review.person_id, review.decision, review.evidence_digest, review.round)
        if same == (person.key, ballot.decision, ballot.seen, standing.request.round):
            raise ConflictError("You have signed exactly this already.", "It counts; nothing more is needed from you.")


def _store(
    tx: Transaction,
    standing: Standing,
    person: Person,
    roles: frozenset[ReviewRole],
    *,
    ballot: Ballot,
    proof: Proof,
) -> Review:
    review = tx.add(
        Review(
            request_id=standing.request.key,
            person_id=person.key,
            round=standing.request.round,
            decision=ballot.decision,
            opinion=ballot.opinion,
            roles=sorted(roles),
            comment_sha256=tx.text(ballot.comment)["text_sha256"] if ballot.comment else None,
            statement=ballot.statement,
            evidence_digest=remember(tx, standing.pins),
            proof_method=proof.method,
            proof_at=proof.at,
            once=ballot.once,
            at=tx.now,
        )
    )
    tx.record(
        Event.REVIEW_SUBMITTED,
        subject(standing.request),
        review=review.key,
        decision=review.decision.value,
        opinion=review.opinion.value if review.opinion else None,
        roles=review.roles,
        evidence=review.evidence_digest,
        statement=review.statement,
        comment={"text_sha256": review.comment_sha256},
        proof=proof.method.value,
        proved_at=proof.at.isoformat(),
    )
    return review


def _carry_out(tx: Transaction, dossier: Dossier, outcome: Outcome, review: Review) -> Outcome:
    request = dossier.standing.request
    match outcome.move:
        case None:
            note(tx, stand(tx.session, request, tx.now))
        case Move.REJECT:
            kept = decided.keep(tx, dossier.standing, dossier.gate)
            end(tx, request, Move.REJECT)
            tx.record(Event.REQUEST_REJECTED, subject(request), review=review.key, gate=kept)
        case Move.ASK_FOR_CHANGES:
            request.state = outcome.state
            note(tx, stand(tx.session, request, tx.now))
            tx.record(Event.REQUEST_CHANGES_ASKED, subject(request), review=review.key)
        case Move.APPROVE:
            counted = {person for seat in outcome.quorum.seats for person in seat.people}
            standing = stand(tx.session, request, tx.now)
            signed = [
                s.review.key
                for s in standing.signatures
                if s.review.person_id in counted and s.validity is Validity.CURRENT and s.review.decision.decides
            ]
            end(tx, request, Move.APPROVE)
            apply(tx, dossier, signed)
        case _:
            raise ValueError(f"{outcome.move} is no decision.")
    return Outcome(request.state, outcome.move, outcome.quorum)
