"""What a signature is worth after the world moved on."""

from datetime import UTC, datetime, timedelta

import pytest

from core.approvals.review import ReviewDecision, Validity
from core.approvals.staleness import Signed, in_words, since, validity
from core.digest import of_bytes
from core.evidence.kind import EvidenceKind
from core.evidence.pin import Pin, set_digest

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
ENDS = NOON + timedelta(days=30)
OLD = (Pin(EvidenceKind.EVALUATION, "holdout", of_bytes(b"1"), "EVL-1"),)
NEW = (Pin(EvidenceKind.EVALUATION, "holdout", of_bytes(b"2"), "EVL-2"),)

ANNA, BEN = 1, 2


def signed(number=1, person=ANNA, decision=ReviewDecision.APPROVE, pins=OLD, answers=1) -> Signed:
    return Signed(number, person, decision, set_digest(pins), NOON, answers)


def worth(review, *others, now=OLD, entitled=True, at=NOON, answers=1, lasts=None):
    return validity(
        review, [review, *others], now, current_round=answers, entitled=entitled, ends=ENDS, lasts=lasts, at=at
    )


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(worth(signed()), Validity.CURRENT, id="nothing changed"),
        pytest.param(worth(signed(), now=NEW), Validity.STALE, id="the evaluation was replaced"),
        pytest.param(worth(signed(), now=()), Validity.STALE, id="the evaluation is gone"),
        pytest.param(worth(signed(), entitled=False), Validity.DISMISSED, id="may no longer decide"),
        pytest.param(worth(signed(), at=ENDS), Validity.EXPIRED, id="at the very end"),
        pytest.param(worth(signed(), at=ENDS - timedelta(seconds=1)), Validity.CURRENT, id="a second before"),
        pytest.param(
            worth(signed(), at=NOON + timedelta(days=7), lasts=timedelta(days=7)),
            Validity.EXPIRED,
            id="an old approval",
        ),
        pytest.param(worth(signed(), signed(2)), Validity.DISMISSED, id="decided again"),
        pytest.param(worth(signed(2), signed(1)), Validity.CURRENT, id="the later one stands"),
        pytest.param(worth(signed(), signed(2, BEN)), Validity.CURRENT, id="somebody else decided too"),
        pytest.param(
            worth(signed(), signed(2, decision=ReviewDecision.COMMENT)),
            Validity.CURRENT,
            id="a comment unsigns nothing",
        ),
        pytest.param(
            worth(signed(decision=ReviewDecision.REQUEST_CHANGES), answers=2), Validity.DISMISSED, id="was answered"
        ),
        pytest.param(worth(signed(), answers=2), Validity.CURRENT, id="an approval outlives an answer in words"),
        pytest.param(worth(signed(), answers=2, now=NEW), Validity.STALE, id="but not an answer in evidence"),
    ],
)
def test_the_worth_of_a_review(found, expected):
    assert found is expected


def test_it_says_what_changed_since_somebody_signed():
    assert in_words(since(OLD, NEW)) == "Since then the evaluation on holdout was replaced (EVL-1 → EVL-2)."
    assert in_words(since(OLD, OLD)) == ""
