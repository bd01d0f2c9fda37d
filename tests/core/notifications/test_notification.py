from datetime import UTC, datetime, timedelta

import pytest

from core.approvals.lists import Call
from core.audit.event import Event
from core.notifications.kind import Kind
from core.notifications.notification import Asked, Happened, alarmed, due, expiring, tell

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
ANN, BEN, EVE, OPENER = 1, 2, 3, 4
REQUEST = Asked(
    "REQ-17", "mortgage v4 to production", OPENER, {ANN: Call.SIGN, BEN: Call.SIGN_AGAIN}, authors={7: BEN, 8: EVE}
)


def told(event, by=OPENER, review=None, asked=REQUEST):
    return tell(Happened(41, NOON, event, by, review), asked)


@pytest.mark.parametrize(
    ("event", "by", "review", "kind", "to"),
    [
        pytest.param(Event.REQUEST_OPENED, OPENER, None, Kind.REVIEW_ASKED, {ANN, BEN}, id="opened: who can sign"),
        pytest.param(Event.REQUEST_RESUBMITTED, OPENER, None, Kind.REVIEW_ASKED, {ANN, BEN}, id="resubmitted"),
        pytest.param(Event.REQUEST_OPENED, ANN, None, Kind.REVIEW_ASKED, {BEN}, id="never of one's own act"),
        pytest.param(Event.REVIEW_STALED, OPENER, 7, Kind.REVIEW_STALED, {BEN}, id="staled: its author"),
        pytest.param(Event.REVIEW_STALED, BEN, 7, Kind.REVIEW_STALED, set(), id="staled by its own author"),
        pytest.param(Event.REVIEW_STALED, OPENER, 8, Kind.REVIEW_STALED, set(), id="staled: author may sign no more"),
        pytest.param(Event.TRANSITION_APPLIED, ANN, None, Kind.REQUEST_DECIDED, {OPENER}, id="applied: who asked"),
        pytest.param(Event.REQUEST_REJECTED, ANN, None, Kind.REQUEST_DECIDED, {OPENER}, id="rejected"),
        pytest.param(Event.REQUEST_CHANGES_ASKED, ANN, None, Kind.REQUEST_DECIDED, {OPENER}, id="changes asked for"),
        pytest.param(Event.TRANSITION_FAILED, ANN, None, Kind.REQUEST_DECIDED, {OPENER}, id="could not be applied"),
        pytest.param(Event.REQUEST_EXPIRED, None, None, Kind.REQUEST_DECIDED, {OPENER}, id="expired by itself"),
        pytest.param(Event.TRANSITION_REVOKED, OPENER, None, Kind.REQUEST_DECIDED, set(), id="revoked by the opener"),
    ],
)
def test_an_event_is_told_to_who_can_act_or_who_asked(event, by, review, kind, to):
    found = told(event, by, review)

    assert (found.kind, found.to) == (kind, frozenset(to))
    assert (found.address, found.page, found.seq) == ("REQ-17", "/inbox?request=REQ-17", 41)


@pytest.mark.parametrize("event", [Event.REVIEW_SUBMITTED, Event.REQUEST_WITHDRAWN, Event.CARD_SAVED])
def test_other_events_are_told_to_nobody(event):
    assert told(event) is None


def test_a_request_that_wants_an_answer_asks_nobody_for_a_signature():
    assert (
        told(Event.REQUEST_OPENED, by=ANN, asked=Asked("REQ-1", "x", OPENER, {OPENER: Call.ANSWER})).to == frozenset()
    )


def test_an_alert_is_told_to_who_answers_for_the_model():
    happened = Happened(41, NOON, Event.ALERT_RAISED, None)
    found = alarmed(happened, "ALR-3", "/model?name=mortgage&version=4&tab=monitoring", "mortgage v4: more", {ANN, BEN})

    assert (found.kind, found.address, found.to, found.seq) == (Kind.ALERT_RAISED, "ALR-3", {ANN, BEN}, 41)


def test_the_sentence_says_what_became_of_it():
    assert told(Event.TRANSITION_APPLIED, ANN).words == "mortgage v4 to production was approved and applied"
    assert told(Event.REQUEST_CHANGES_ASKED, ANN).words == "mortgage v4 to production: changes were asked for"


@pytest.mark.parametrize(
    ("left", "key"),
    [
        pytest.param(timedelta(days=3, seconds=1), None, id="not yet"),
        pytest.param(timedelta(days=3), "3", id="three days before"),
        pytest.param(timedelta(days=1, hours=1), "3", id="still the first reminder"),
        pytest.param(timedelta(days=1), "1", id="a day before"),
        pytest.param(timedelta(seconds=1), "1", id="a second before"),
        pytest.param(timedelta(0), None, id="over"),
    ],
)
def test_a_request_reminds_three_days_and_one_day_before_it_expires(left, key):
    found = expiring(REQUEST, NOON - timedelta(days=20), NOON + left, NOON)

    assert (found and found.key.rsplit(":", 1)[1]) == key
    assert found is None or found.to == {ANN, BEN, OPENER}


def test_a_request_that_never_had_three_days_reminds_on_the_last_one_only():
    submitted, ends = NOON, NOON + timedelta(days=2)
    assert expiring(REQUEST, submitted, ends, NOON) is None
    assert expiring(REQUEST, submitted, ends, NOON + timedelta(hours=30)).kind is Kind.EXPIRING_SOON


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=4), None),
        (timedelta(days=2), "Finding against mortgage v4 is due within 3 days"),
        (timedelta(0), "Finding against mortgage v4 has come due"),
        (timedelta(days=-9), "Finding against mortgage v4 has come due"),
    ],
)
def test_the_owner_of_a_finding_is_reminded_before_and_when_it_is_due(left, words):
    found = due("FND-3", "/inbox?request=REQ-17", "mortgage v4", ANN, NOON - timedelta(days=20), NOON + left, NOON)

    assert (found and found.words) == words
    assert found is None or found.to == {ANN}
