from datetime import timedelta

import pytest

from core.access import actions as access
from core.access.person import ReviewRole, SystemRole
from core.approvals import actions, called, findings, lists, queries
from core.approvals.review import ReviewDecision
from core.errors import AccessError, ConflictError
from core.evidence.actions import Problem
from core.evidence.finding import Severity
from core.notifications import outbox, preference
from core.notifications import queries as notices
from core.notifications.actions import Wanted, register_webhook, remove_webhook
from core.notifications.delivery import KEPT, MOST_TRIES, DeliveryState
from core.notifications.kind import Channel, Kind
from core.notifications.outbox import Try
from core.store import cursor
from tests.core.approvals.test_signing import save_card

ASKED, STALED, DECIDED = "review.asked", "review.staled", "request.decided"


def hook(house, *kinds, url="https://hooks.example.org/a"):
    with house.by("admin") as tx:
        return register_webhook(tx, Wanted(url, kinds or tuple(Kind)))


def with_mail(house, username):
    """Bring in a validator who has a mail address."""
    with house.by("admin") as tx:
        made = access.create_person(tx, username, username.title(), f"{username}@example.org", SystemRole.VIEWER)
        access.grant_role(tx, made.key, ReviewRole.RISK_REVIEWER)
    house.people[username] = made
    return made.actor("password")


def test_reviewers_are_told_that_their_signature_is_wanted(house):
    house.ask()
    house.follow()

    assert house.told() == [("business", ASKED), ("validator", ASKED)]


def test_who_asked_is_told_of_the_decision_and_nobody_of_their_own(house):
    request = house.ask()
    house.decide(request, "validator", ReviewDecision.REJECT)
    house.follow()

    assert house.told() == [("scientist", DECIDED)]  # who could have signed need not any more


def test_the_author_of_a_signature_is_told_that_something_changed(house):
    request = house.ask()
    house.decide(request, "validator")
    house.follow()
    save_card(house)
    house.follow()

    assert house.told(kind=Kind.REVIEW_STALED) == [("validator", STALED)]


def test_nothing_of_before_the_first_start_is_told(house):
    house.ask()
    cursor.hold(house.store, "another", "x", timedelta(seconds=1))

    with house.store.reading() as session:
        assert session.get(cursor.Cursor, "another").position == house.store.size()


def test_following_again_from_the_beginning_keeps_the_same_deliveries(house):
    hook(house)
    house.release()
    house.follow()
    before = [(row.id, row.number) for row in house.deliveries()]
    with house.store.housekeeping() as session:
        cursor.locked(session, outbox.FOLLOWER).position = 0
    house.follow()

    assert [(row.id, row.number) for row in house.deliveries()] == before


def test_a_process_that_lost_the_lease_keeps_nothing(house):
    house.now += timedelta(minutes=1)
    assert house.hold("another")
    house.ask()
    house.follow()

    assert house.deliveries() == []
    assert not house.hold("this")


def test_a_closed_account_is_told_nothing(house):
    house.ask()
    with house.by("admin") as tx:
        access.deactivate(tx, house.people["business"].key)
    house.follow()

    assert house.told() == [("validator", ASKED)]


def test_people_choose_by_channel_and_kind(house):
    validator = with_mail(house, "eve")
    preference.choose(house.store, validator, Channel.MAIL, set(Kind) - {Kind.REVIEW_ASKED})
    preference.choose(house.store, validator, Channel.INBOX, set(Kind))
    house.ask()
    house.follow()

    assert [row.channel for row in house.deliveries(person_id=validator.person_id)] == [Channel.INBOX]
    preference.choose(house.store, validator, Channel.MAIL, set(Kind))
    with house.store.reading() as session:
        assert preference.wanted(session, validator.person_id)[Channel.MAIL] == set(Kind)


def test_without_a_mail_server_or_an_address_there_is_no_mail(house):
    with_mail(house, "eve")
    house.ask()
    house.follow(mail=False)

    assert house.deliveries(channel=Channel.MAIL) == []


def test_a_webhook_hears_what_it_asked_for_numbered_by_ones(house):
    here = hook(house, Kind.REQUEST_DECIDED, Kind.REVIEW_ASKED)
    house.release()
    house.follow()
    heard = house.deliveries(webhook_id=here.key)

    assert [(row.number, row.kind.value) for row in heard] == [(1, ASKED), (2, DECIDED)]
    with house.by("admin") as tx:
        remove_webhook(tx, here.key)
    house.version()
    house.ask(2)
    house.follow()
    assert len(house.deliveries(webhook_id=here.key)) == 2


def test_reminders_come_once_for_each_object_and_threshold(house):
    request = house.ask()
    house.follow()
    with house.store.reading() as session:
        ends = queries.request(session, request).ends_at
    house.now = ends - timedelta(days=2)
    for _ in range(3):
        outbox.remind(house.store, mail=True)
    assert house.told(kind=Kind.EXPIRING_SOON) == [
        (name, "request.expiring") for name in ("business", "scientist", "validator")
    ]
    house.now = ends - timedelta(hours=2)
    outbox.remind(house.store, mail=True)
    assert len(house.told(kind=Kind.EXPIRING_SOON)) == 6


def test_the_owner_of_a_finding_is_reminded_that_it_is_due(house):
    request = house.ask()
    with house.by("validator") as tx:
        findings.raise_finding(tx, request, Problem("A gap", Severity.HIGH, due_at=house.now + timedelta(days=10)))
    house.now += timedelta(days=8)
    outbox.remind(house.store, mail=True)

    [row] = house.deliveries(kind=Kind.FINDING_DUE)
    assert row.person_id == house.people["scientist"].key
    assert "A gap" not in row.words
    assert row.page == "/model?name=mortgage&version=1&tab=findings"

    house.now += timedelta(days=2) + KEPT
    outbox.forget_old(house.store)
    outbox.remind(house.store, mail=True)
    assert house.deliveries(kind=Kind.FINDING_DUE) == []  # what is forgotten is not told again


def test_what_was_delivered_long_ago_is_forgotten_and_what_can_be_sent_again_is_not(house):
    hook(house)
    for _ in range(3):
        house.ask(house.version().version)
    house.follow()
    first, second, third = house.deliveries(channel="webhook")
    outbox.note(house.store, first.id, 1, Try())
    outbox.note(house.store, second.id, 1, Try("gone", final=True))
    outbox.note(house.store, third.id, 1, Try())
    house.now += KEPT
    outbox.forget_old(house.store)
    assert len(house.deliveries()) == 9

    house.now += timedelta(seconds=1)
    outbox.forget_old(house.store, most=5)
    assert len(house.deliveries()) == 4
    outbox.forget_old(house.store, most=5)
    assert [row.number for row in house.deliveries()] == [2, 3]  # the next one is number 4
    outbox.send_again(house.store, house.people["admin"].actor("password"), second.id)


def test_a_failed_try_is_tried_again_later_and_given_up_at_last(house):
    hook(house, Kind.REVIEW_ASKED)
    house.ask()
    house.follow()
    waits = []
    for number in range(1, MOST_TRIES + 1):
        with house.store.reading() as session:
            [row] = outbox.due(session, house.now, 9)
        outbox.note(house.store, row.id, number, Try("The receiver answered 500."))
        outbox.note(house.store, row.id, number, Try("The receiver answered 500."))  # written twice, counted once
        [row] = house.deliveries(channel=Channel.WEBHOOK)
        waits.append((row.next_at - house.now) // timedelta(minutes=1))
        house.now = max(house.now, row.next_at)

    assert waits[:9] == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    assert (row.state, row.tries, row.error) == (DeliveryState.GIVEN_UP, MOST_TRIES, "The receiver answered 500.")


def test_an_administrator_sends_again_with_the_same_id(house):
    hook(house, Kind.REVIEW_ASKED)
    house.ask()
    house.follow()
    [row] = house.deliveries(channel=Channel.WEBHOOK)
    outbox.note(house.store, row.id, 1, Try("The webhook was removed.", final=True))
    with pytest.raises(AccessError):
        outbox.send_again(house.store, house.people["scientist"].actor("password"), row.id)
    outbox.send_again(house.store, house.people["admin"].actor("password"), row.id)

    with house.store.reading() as session:
        [again] = outbox.due(session, house.now, 9)
        assert notices.counted(session)[DeliveryState.WAITING] == 1
    assert (again.id, again.tries, again.granted) == (row.id, 1, 1 + MOST_TRIES)
    outbox.note(house.store, row.id, 2, Try())
    assert house.deliveries(channel=Channel.WEBHOOK)[0].state is DeliveryState.SENT


def test_what_is_shown_in_signoff_is_sent_nowhere(house):
    house.ask()
    house.follow()
    [row, *_] = house.deliveries(channel=Channel.INBOX)
    with pytest.raises(ConflictError):
        outbox.send_again(house.store, house.people["admin"].actor("password"), row.id)


def test_notices_are_marked_as_read_by_their_reader_only(house):
    house.ask()
    house.follow()
    validator = house.people["validator"]
    with house.store.reading() as session:
        [mine] = notices.unread(session, validator, house.now).items
    outbox.mark_read(house.store, house.people["business"].actor("password"), [mine.id])
    with house.store.reading() as session:
        assert notices.unread(session, validator, house.now).items == [mine]
    outbox.mark_read(house.store, validator.actor("password"), [mine.id])
    with house.store.reading() as session:
        assert notices.unread(session, validator, house.now).total == 0


def test_a_notice_is_new_only_while_its_matter_is_open(house):
    request = house.ask()
    house.follow()
    validator, scientist = house.people["validator"], house.people["scientist"]

    def new(person):
        with house.store.reading() as session:
            return [row.kind for row in notices.unread(session, person, house.now).items]

    assert new(validator) == [Kind.REVIEW_ASKED]
    house.decide(request, "validator")
    house.follow()
    assert new(validator) == []
    save_card(house)
    house.follow()
    assert new(validator) == [Kind.REVIEW_STALED, Kind.REVIEW_ASKED]
    for username in ("validator", "business"):
        house.decide(request, username)
    house.follow()
    assert new(validator) == []
    assert new(scientist) == [Kind.REQUEST_DECIDED]


def test_whom_a_request_calls_is_what_their_inboxes_say(house):
    request = house.ask()
    house.decide(request, "validator")
    with house.store.reading() as session:
        found = called.called(session, queries.request(session, request), house.now)
        each = {
            who.key: calls[request]
            for who in house.people.values()
            if request in (calls := lists.calls_of(session, who, house.now))
        }
    assert found == each
    assert found


def test_a_withdrawn_request_calls_nobody(house):
    request = house.ask()
    with house.by("scientist") as tx:
        actions.withdraw(tx, request)
    with house.store.reading() as session:
        assert called.called(session, queries.request(session, request), house.now) == {}
