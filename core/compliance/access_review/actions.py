"""The verbs of a review of access: start it, say what becomes of each account, sign it, take it away."""

from datetime import datetime

from core.access import step_up
from core.access.permission import Permission, require
from core.access.person import Person
from core.access.proof import Proof
from core.approvals.proving import require_proof
from core.audit.event import Event, Subject
from core.compliance.access_review import document, queries
from core.compliance.access_review.document import Document
from core.compliance.access_review.holding import holdings
from core.compliance.access_review.review import AccessReview, Mark, Ruling
from core.digest import Digest
from core.errors import ConflictError, EvidenceError, InputError, NotFoundError
from core.store import export
from core.store.transaction import Transaction

LONGEST_WORD = 500
"""Characters with which an account can be commented."""


def start(tx: Transaction, period_start: datetime, period_end: datetime) -> AccessReview:
    """Start a review of who has access.

    Args:
        tx: the transaction.
        period_start: the first moment it is for.
        period_end: the moment it ends before; not in the future.

    Raises:
        AccessError: the actor may not.
        ConflictError: another one is under way.
        InputError: the period is none, or not over.
    """
    person = require(tx.session, tx.actor, Permission.REVIEW_ACCESS)
    if not period_start < period_end <= tx.now:
        raise InputError("This is no period that can be reviewed.", "Choose a first and a last day that are past.")
    if (other := queries.under_way(tx.session)) is not None:
        raise ConflictError(f"{other.address} is still under way.", "Sign it, or withdraw it first.")
    review = tx.add(
        AccessReview(period_start=period_start, period_end=period_end, started_by=person.key, started_at=tx.now)
    )
    tx.record(
        Event.ACCESS_REVIEW_STARTED,
        _subject(review),
        since=period_start.date().isoformat(),
        until=period_end.date().isoformat(),
    )
    return review


def rule(
    tx: Transaction, review_id: int, person_id: int, ruling: Ruling, *, word: str = "", seen: Digest | None = None
) -> None:
    """Say what becomes of one account; said again, it takes the place of what was said before.

    Args:
        tx: the transaction.
        review_id: the review.
        person_id: whose account.
        ruling: what becomes of it.
        word: why; may be left out only where it is kept.
        seen: fingerprint of the access that was looked at; None where there was no screen.

    Raises:
        AccessError: the actor may not.
        ConflictError: the review is over, or the account holds something else by now.
        InputError: there is no word where one is needed, or it is too long.
        NotFoundError: there is no such review or person.
    """
    person = require(tx.session, tx.actor, Permission.REVIEW_ACCESS)
    review = _open(tx, review_id)
    said = word.strip()
    if (ruling is not Ruling.KEPT and not said) or len(said) > LONGEST_WORD:
        raise InputError(
            "This needs a word about what has to change.",
            f"Write one that a colleague can act on, at most {LONGEST_WORD} characters.",
        )
    account = tx.session.get(Person, person_id)
    if account is None or not account.active:
        raise NotFoundError("This account is not open.", "Look again: it may have been closed meanwhile.")
    (held,) = holdings(tx.session, [account], tx.now)
    if seen is not None and seen != held.access.digest:
        raise ConflictError(f"What {account.name} holds changed while you were looking.", "Look again, then decide.")
    mark = Mark(ruling=ruling, word=said, by=person.key, at=tx.now, seen=held.access)
    review.marks = {**review.marks, str(account.key): mark.model_dump(mode="json")}
    tx.add(review)
    quoted = {"word": tx.text(said)} if said else {}
    tx.record(
        Event.ACCESS_REVIEW_RULED,
        _subject(review),
        person=account.subject.id,
        ruling=ruling.value,
        access=held.access.digest,
        **quoted,
    )


def sign(tx: Transaction, review_id: int, seen: Digest, proof: Proof | None) -> Document:
    """Sign a review: what every account holds now and what was said of it becomes a file that stays as it is.

    Args:
        tx: the transaction.
        review_id: the review.
        seen: fingerprint of what lay before the one who signs; see `AccessReview.digest`.
        proof: that they showed for this who they are.

    Raises:
        AccessError: the actor may not, or gave no fresh proof of identity.
        ConflictError: the review is over, or something was said or changed since it was looked at.
        EvidenceError: not every account was looked at.
    """
    signer = require(tx.session, tx.actor, Permission.REVIEW_ACCESS)
    review = _open(tx, review_id)
    proven = require_proof(tx, proof, purpose(review.address, seen))
    if seen != review.digest:
        raise ConflictError("Somebody looked at an account while you were signing.", "Look again, then sign.")
    written = _written(tx, review, signer, proven)
    kept = tx.keep(written.canonical, "application/json")
    counts = written.counts
    review.signed_by, review.signed_at, review.document = signer.key, tx.now, kept
    review.kept, review.changed, review.closed = (counts[ruling] for ruling in Ruling)
    review.marks = {}  # the file says it all, and words are kept once
    tx.add(review)
    tx.record(
        Event.ACCESS_REVIEW_SIGNED,
        _subject(review),
        digest=kept,
        accounts=str(len(written.lines)),
        own=str(sum(one.own for one in written.lines)),
        proof=proven.method.value,
        **{ruling.value: str(counts[ruling]) for ruling in Ruling},
    )
    return written


def withdraw(tx: Transaction, review_id: int) -> None:
    """Give up a review that was not signed; what was said in it stays in the log.

    Raises:
        AccessError: the actor may not.
        ConflictError: the review is over.
        NotFoundError: there is no such review.
    """
    require(tx.session, tx.actor, Permission.REVIEW_ACCESS)
    review = _open(tx, review_id)
    review.withdrawn_at = tx.now
    tx.add(review)
    tx.record(Event.ACCESS_REVIEW_WITHDRAWN, _subject(review))


def offer(tx: Transaction, review_id: int) -> str:
    """Make a signed review a table to take away; returns the id in `/exports/{id}`.

    Raises:
        AccessError: the actor may not.
        IntegrityError: the file is not what was signed.
        NotFoundError: there is no such review, or it is not signed.
    """
    require(tx.session, tx.actor, Permission.REVIEW_ACCESS)
    review = tx.session.get(AccessReview, review_id)
    if review is None:
        raise NotFoundError("There is no such review of access.", "Pick one from the list.")
    table = document.as_csv(queries.document(tx.blobs, review))
    made = export.offer(tx, table, f"access-review-{review.address}.csv", "text/csv")
    tx.record(Event.ACCESS_REVIEW_EXPORTED, _subject(review), digest=review.document)
    return made


def purpose(address: str, seen: Digest) -> Digest:
    """Name the one decision that a provider's proof is asked for."""
    return step_up.purpose(decision="access_review", review=address, seen=seen)


def _written(tx: Transaction, review: AccessReview, signer: Person, proof: Proof) -> Document:
    looked = queries.everything(tx.session, review, tx.now)
    if missing := [one.holding.person.name for one in looked if one.mark is None]:
        raise EvidenceError(
            f"{len(missing)} of {len(looked)} accounts were not looked at.", f"Look at {_some(missing)} first."
        )
    if moved := [one.holding.person.name for one in looked if one.holding.person.active and not one.settled]:
        raise ConflictError(
            f"What was kept is not what stands there now: {_some(moved)}.", "Look at them again, then sign."
        )
    ruled = {one.holding.person.key: one.mark for one in looked if one.mark is not None}
    people = queries.names(tx.session, {mark.by for mark in ruled.values()} | {review.started_by})
    return Document(
        review=review.address,
        period_start=review.period_start,
        period_end=review.period_end,
        started_by=document.who(people[review.started_by]),
        started_at=review.started_at,
        signed_by=document.who(signer),
        signed_at=tx.now,
        proof=proof.method,
        statement=document.statement(review, [mark.ruling for mark in ruled.values()]),
        lines=tuple(document.line(one.holding, ruled[one.holding.person.key], people, signer) for one in looked),
    )


def _open(tx: Transaction, review_id: int) -> AccessReview:
    review = tx.session.get(AccessReview, review_id, with_for_update=True, populate_existing=True)
    if review is None:
        raise NotFoundError("There is no such review of access.", "Pick one from the list.")
    if not review.is_open:
        state = "signed" if review.signed_at else "withdrawn"
        raise ConflictError(f"{review.address} is {state}, and stays as it is.", "Start a new review.")
    return review


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def _subject(review: AccessReview) -> Subject:
    return Subject("access_review", review.address)
