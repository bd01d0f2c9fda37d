"""One person's decision: what can be decided, what it is worth later, and the words that are signed."""

from enum import StrEnum

from core import digest
from core.digest import Digest
from core.errors import InputError


class ReviewDecision(StrEnum):
    """What a reviewer says."""

    APPROVE = "approve"
    REQUEST_CHANGES = "request_changes"
    REJECT = "reject"
    COMMENT = "comment"

    @property
    def words(self) -> str:
        """The decision as something that was done."""
        return _DECISION_WORDS[self]

    @property
    def decides(self) -> bool:
        """Whether it weighs anything; a comment is only heard."""
        return self is not ReviewDecision.COMMENT


_DECISION_WORDS = {
    ReviewDecision.APPROVE: "approved",
    ReviewDecision.REQUEST_CHANGES: "asked for changes",
    ReviewDecision.REJECT: "rejected",
    ReviewDecision.COMMENT: "commented",
}


class Validity(StrEnum):
    """What a given review is worth now."""

    CURRENT = "current"
    STALE = "stale"
    DISMISSED = "dismissed"
    EXPIRED = "expired"

    @property
    def words(self) -> str:
        """The worth of a review as a reader would say it."""
        return _VALIDITY_WORDS[self]


_VALIDITY_WORDS = {
    Validity.CURRENT: "counts",
    Validity.STALE: "changed since signed",
    Validity.DISMISSED: "no longer counts",
    Validity.EXPIRED: "too old",
}


class Opinion(StrEnum):
    """The independent validator's professional judgement, signed together with the decision."""

    FIT = "fit"
    FIT_WITH_CONDITIONS = "fit_with_conditions"
    NOT_FIT = "not_fit"

    @property
    def words(self) -> str:
        """The opinion as a reader would say it."""
        return _OPINION_WORDS[self]


_OPINION_WORDS = {
    Opinion.FIT: "fit for this purpose",
    Opinion.FIT_WITH_CONDITIONS: "fit for this purpose, with conditions",
    Opinion.NOT_FIT: "not fit for this purpose",
}

_SIGNED_WORDS = {
    ReviewDecision.APPROVE: "I looked at it, I am answerable for this decision in my role, and I approve.",
    ReviewDecision.REQUEST_CHANGES: "I looked at it, and I ask for the changes written beside this signature.",
    ReviewDecision.REJECT: "I looked at it, and I reject it for the reason written beside this signature.",
}


def statement(decision: ReviewDecision, title: str, seen: Digest) -> str:
    """Write the sentence a reviewer signs: what was looked at, under which fingerprint, and what is decided.

    Args:
        decision: any decision that weighs something.
        title: what the request is about ("mortgage-approval v4 to production").
        seen: fingerprint of the whole set of pins on the reviewer's screen.

    Raises:
        ValueError: a comment is not signed.
    """
    if decision not in _SIGNED_WORDS:
        raise ValueError("A comment is not signed.")
    listed = f"everything listed under “What you sign”, fingerprint {digest.short(seen)}"
    return f"{title}, with {listed}: {_SIGNED_WORDS[decision]}"


def check(decision: ReviewDecision, comment: str, opinion: Opinion | None, *, validator: bool) -> None:
    """Refuse a decision that does not say enough.

    Args:
        decision: what is decided.
        comment: the reviewer's own words, may be empty only when approving without conditions.
        opinion: the validator's judgement.
        validator: whether the reviewer signs as risk reviewer.

    Raises:
        InputError: words or opinion are missing, or the opinion contradicts the decision.
    """
    if not comment.strip() and decision is not ReviewDecision.APPROVE:
        raise InputError(
            "There is no comment.", "Say in a sentence what is wrong or what you want to know; the others read it."
        )
    if not decision.decides:
        return
    if validator and opinion is None:
        raise InputError("A risk reviewer signs an opinion.", "Choose fit, fit with conditions, or not fit.")
    if not validator and opinion is not None:
        raise InputError("Only a risk reviewer signs an opinion.", "Leave it out, or put it into the comment.")
    if decision is ReviewDecision.APPROVE and opinion is Opinion.NOT_FIT:
        raise InputError(
            "“Not fit” and “approve” contradict each other.", "Reject, ask for changes, or change the opinion."
        )
    if opinion is Opinion.FIT_WITH_CONDITIONS and not comment.strip():
        raise InputError("The conditions are missing.", "Write them into the comment; the others sign knowing them.")
