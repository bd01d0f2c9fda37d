"""Errands to a provider on both databases: claimed once, spent once, forgotten in time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import select

from core.access import entering, errand, journal, queries, step_up
from core.access.admission import Admission, Arrival, Terms
from core.access.entering import Ticket
from core.access.errand import Departure, Errand
from core.access.person import Person, SystemRole
from core.access.session import BrowserSession, ProviderSession
from core.audit.event import Event
from core.errors import AccessError
from core.store.store import Store

ACME = "https://acme.example"
LEAVING = Departure("acme", "this browser", "a state", '{"nonce": "n"}')
FREE = Terms(Admission.CREATE, {})


class Hands:
    """A clock that tests move."""

    def __init__(self, at):
        self.at = at

    def __call__(self):
        return self.at

    def forward(self, **by):
        self.at += timedelta(**by)


@pytest.fixture
def clock(noon):
    return Hands(noon)


@pytest.fixture
def store(store_home, database, clock):
    opened = Store.open(store_home, database, clock=clock)
    yield opened
    opened.close()


def arrive(store, sub="u-1", terms=FREE, *, sid=None, seen_at=None, **said):
    ticket = Ticket("acme", sid or f"at {sub}", "signed", seen_at)
    return entering.arrive(store, Arrival(ACME, sub, **said), terms, ticket, browser="Test")


def rows(store, kind):
    with store.reading() as session:
        return list(session.exec(select(kind)))


def test_of_many_who_come_back_with_one_answer_one_is_let_in(store):
    errand.begin(store, LEAVING, "/inbox")

    def claim(_):
        try:
            return errand.claim(store, "acme", "a state", "this browser").onward
        except AccessError:
            return None

    with ThreadPoolExecutor(6) as threads:
        claimed = list(threads.map(claim, range(6)))
    assert sorted(map(str, claimed)) == ["/inbox", *["None"] * 5]


@pytest.mark.parametrize(
    ("provider", "state", "browser"),
    [
        ("twin", "a state", "this browser"),
        ("acme", "another", "this browser"),
        ("acme", "a state", "another"),
        ("acme", "", ""),
    ],
)
def test_only_the_same_browser_brings_an_answer_of_the_same_provider(provider, state, browser, store):
    errand.begin(store, LEAVING, "/")
    with pytest.raises(AccessError, match="not asked for here"):
        errand.claim(store, provider, state, browser)
    assert errand.claim(store, "acme", "a state", "this browser").kept == LEAVING.kept


def test_the_store_keeps_neither_state_nor_cookie(store):
    errand.begin(store, LEAVING, "/")

    kept = rows(store, Errand)[0].model_dump_json()
    assert "a state" not in kept
    assert "this browser" not in kept


def test_many_first_visits_at_once_make_one_person(store):
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: arrive(store, username="ada", name="Ada L."), range(4)))

    assert [who.username for who in rows(store, Person)] == ["ada"]
    assert len(rows(store, BrowserSession)) == len(rows(store, ProviderSession)) == 4


def test_a_message_of_a_provider_is_heard_once(store):
    for name in ("acme", "twin"):
        assert not errand.heard(store, name, "j-1")
        errand.note(store, name, "j-1")
        errand.note(store, name, "j-1")
        assert errand.heard(store, name, "j-1")


def ask(store, who, about):
    """Set out for a decision and come back; gives the errand, whose proof is to be confirmed."""
    step_up.prepare(store, who, 1, provider="acme", wanted="w", about=about, onward="/inbox", words={})
    waiting = next(row for row in rows(store, Errand) if row.about == about)
    errand.depart(store, waiting, Departure("acme", "this browser", about, "{}"))
    return errand.claim(store, "acme", about, "this browser")


def confirmed(store, claimed, seen_at):
    try:
        step_up.confirm(store, claimed, (ACME, "u-1"), seen_at, 1)
    except AccessError:
        return False
    return True


@pytest.mark.parametrize("told", [True, False], ids=["the provider says when", "the provider does not say when"])
def test_signing_in_is_no_proof_for_a_decision(store, clock, told):
    ada = arrive(store, seen_at=clock() if told else None).person
    signed_in = clock()
    clock.forward(seconds=20)

    assert not confirmed(store, ask(store, ada, "REQ-1"), signed_in)
    assert confirmed(store, ask(store, ada, "REQ-2"), signed_in + timedelta(seconds=1))


def test_being_seen_once_proves_one_decision(store, clock):
    ada = arrive(store).person
    clock.forward(seconds=10)
    seen = clock()
    assert confirmed(store, ask(store, ada, "REQ-1"), seen)
    clock.forward(seconds=5)

    assert not confirmed(store, ask(store, ada, "REQ-2"), seen)
    assert not confirmed(store, ask(store, ada, "REQ-3"), seen - timedelta(seconds=1))
    assert confirmed(store, ask(store, ada, "REQ-4"), seen + timedelta(seconds=1))


def test_of_many_decisions_proved_at_once_by_being_seen_once_one_is(store, clock):
    ada = arrive(store).person
    clock.forward(seconds=10)
    asked = [ask(store, ada, f"REQ-{n}") for n in range(4)]
    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(lambda one: confirmed(store, one, clock()), asked)) == [False, False, False, True]


def test_of_many_who_spend_one_proof_one_succeeds(store, clock):
    ada = arrive(store).person
    clock.forward(seconds=1)
    wanted = step_up.purpose(request=1)
    step_up.prepare(
        store, ada, 1, provider="acme", wanted=wanted, about="REQ-1", onward="/inbox", words={"comment": "Yes."}
    )
    waiting = rows(store, Errand)[0]
    errand.depart(store, waiting, LEAVING)
    claimed = errand.claim(store, "acme", "a state", "this browser")
    step_up.confirm(store, claimed, (ACME, "u-1"), clock(), 1)
    with store.reading() as session:
        proof = step_up.proof_of(step_up.of_decision(session, ada.key, "REQ-1", clock()), 1, clock())

    def spend(_):
        try:
            with store.transaction(ada.actor("provider")) as tx:
                step_up.spend(tx, proof, wanted)
                tx.record(Event.SESSION_ENDED, ada.subject, why="a test")
        except AccessError:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(spend, range(4))) == [False, False, False, True]


def test_what_is_old_is_forgotten(store, clock):
    ada = arrive(store).person
    errand.begin(store, LEAVING, "/")
    step_up.prepare(store, ada, 1, provider="acme", wanted="w", about="REQ-1", onward="/", words={})
    clock.forward(days=60)

    assert entering.forget_old(store) == 1
    assert rows(store, BrowserSession) == rows(store, ProviderSession) == rows(store, Errand) == []


def test_a_provider_ends_only_the_sessions_it_vouched_for(store, people):
    arrive(store, "u-1")
    arrive(store, "u-2")
    entering.sign_in(store, "validator", "demo-validator-2026", host="192.0.2.1")

    assert entering.end_at_provider(store, "twin", ACME, "u-1", None) == 0
    assert entering.end_at_provider(store, "acme", "https://evil.example", "u-1", None) == 0
    assert entering.end_at_provider(store, "acme", ACME, "u-1", "at u-2") == 0
    assert entering.end_at_provider(store, "acme", ACME, "u-1", None) == 1
    assert len([row for row in rows(store, BrowserSession) if row.ended_at is None]) == 2


@pytest.mark.parametrize("sid", ["s" * 255, "s" * 256, "s" * 9000, "a\x00b", ""], ids=len)
def test_a_session_whatever_the_provider_calls_it_is_ended_by_that_name(sid, store):
    arrive(store, sid=sid)
    arrive(store, sid="another")

    assert entering.end_at_provider(store, "acme", ACME, None, sid or "at u-1") == 1


@pytest.mark.parametrize(
    ("groups", "role"),
    [((), "viewer"), (("chess",), "viewer"), (("ml",), "contributor"), (("ml", "ops"), "admin"), (("ML",), "viewer")],
)
def test_the_highest_role_of_known_groups_counts(groups, role, store):
    terms = Terms(Admission.CREATE, {"ml": SystemRole.CONTRIBUTOR, "ops": SystemRole.ADMIN})

    assert arrive(store, terms=terms, groups=groups).person.system_role.value == role


def test_an_address_finds_local_accounts_only(store, people):
    arrive(store, username="mallory", email="Boss@example.org")
    with store.reading() as session:
        assert queries.by_username(session, "boss@example.org") is None
        assert queries.by_username(session, "mallory").sub == "u-1"


def test_the_log_tells_two_people_with_one_subject_apart(store, people):
    arrive(store, name="Ada L.")
    ticket = Ticket("twin", None, "signed")
    entering.arrive(store, Arrival("https://twin.example", "u-1", name="Grace H."), FREE, ticket, browser="Test")

    with store.reading() as session:
        lines = journal.entries(session, journal.EntryFilter(events=(Event.PERSON_CREATED,))).items
    assert [line.about for line in lines[:3]] == ["Grace H.", "Ada L.", people["auditor"].name]
