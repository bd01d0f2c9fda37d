from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import select

from core.access import actions, ending, entering, queries
from core.access.person import Person
from core.access.proof import FRESH_FOR, ProofMethod, prove
from core.access.session import ABSOLUTE, IDLE, BrowserSession, fingerprint
from core.access.throttle import PER_ACCOUNT, PER_ADDRESS
from core.audit import tables
from core.errors import AccessError
from core.store.store import Store


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


def enter(store, username="validator", host="192.0.2.1"):
    return entering.sign_in(store, username, f"demo-{username}-2026", host=host)


def recorded(store):
    with store.reading() as session:
        return list(session.connection().execute(select(tables.entry.c.action).order_by(tables.entry.c.seq)).scalars())


def test_a_password_opens_a_session_that_names_its_person(store, people):
    entry = enter(store)

    found = entering.recognise(store, entry.token)
    assert (found.person.username, found.method) == ("validator", "password")
    assert recorded(store)[-1] == "session.started"


def test_the_store_keeps_no_cookie(store, people):
    token = enter(store).token

    with store.reading() as session:
        row = session.exec(select(BrowserSession)).one()
    assert token not in row.model_dump_json()


@pytest.mark.parametrize("token", [None, "", "guessed", "x" * 10_000])
def test_an_unknown_cookie_is_nobody(store, people, token):
    assert entering.recognise(store, token) is None


def test_a_session_ends_when_nobody_comes_by(store, people, clock):
    token = enter(store).token
    clock.forward(hours=7)
    assert entering.recognise(store, token)
    clock.forward(hours=4)
    assert entering.recognise(store, token)
    clock.forward(seconds=IDLE.total_seconds())

    assert entering.recognise(store, token) is None


def test_a_session_ends_in_the_end_however_busy(store, people, clock):
    token = enter(store).token
    for _ in range(11):
        clock.forward(hours=1)
        assert entering.recognise(store, token)
    clock.forward(seconds=(ABSOLUTE - timedelta(hours=11)).total_seconds())

    assert entering.recognise(store, token) is None


def test_a_cookie_that_was_signed_out_is_nobody_for_good(store, people):
    token = enter(store).token
    found = entering.recognise(store, token)
    entering.sign_out(store, found.session_id, found.person, found.method)

    assert entering.recognise(store, token) is None


def test_closing_an_account_ends_its_sessions_at_the_next_look(store, people):
    token = enter(store).token
    with store.transaction(people["admin"].actor("password")) as tx:
        actions.deactivate(tx, people["validator"].key)
    assert entering.recognise(store, token) is None
    with store.transaction(people["admin"].actor("password")) as tx:
        actions.activate(tx, people["validator"].key)

    assert entering.recognise(store, token) is None


def test_somebody_sees_and_ends_their_own_sessions(store, people):
    kept, other = enter(store), enter(store)
    here = entering.recognise(store, kept.token)
    with store.transaction(here.person.actor(here.method)) as tx:
        assert ending.end_own_sessions(tx, keep=here.session_id) == 1

    assert entering.recognise(store, other.token) is None
    with store.reading() as session:
        assert [row.id for row in queries.sessions(session, here.person.key, store.clock())] == [here.session_id]


@pytest.mark.parametrize("username", ["validator", "nobody-here"])
def test_a_wrong_password_and_an_unknown_name_sound_alike(store, people, username):
    with pytest.raises(AccessError) as refused:
        entering.sign_in(store, username, "wrong", host="192.0.2.1")

    assert refused.value.problem == "User name or password is wrong."


def wrongly(store, times, host="192.0.2.1", username="validator"):
    said = []
    for _ in range(times):
        with pytest.raises(AccessError) as refused:
            entering.sign_in(store, username, "wrong", host=host)
        said.append(refused.value.problem)
    return said


def test_guessing_at_one_account_is_slowed_from_any_address(store, people, clock):
    assert set(wrongly(store, PER_ACCOUNT)) == {"User name or password is wrong."}
    assert wrongly(store, 2, host="192.0.2.2") == ["Too many wrong passwords."] * 2
    with pytest.raises(AccessError, match="Too many"):
        enter(store)
    clock.forward(seconds=31)

    assert enter(store).token
    assert recorded(store).count("sign_in.refused") == 1


def test_guessing_at_many_accounts_from_one_address_is_slowed(store, people, monkeypatch):
    monkeypatch.setattr("core.access.proof.matches", lambda stored, password: False)
    for n in range(PER_ADDRESS):
        wrongly(store, 1, username=f"nobody-{n}")

    assert wrongly(store, 1, username="yet-another") == ["Too many wrong passwords."]
    assert wrongly(store, 1, host="192.0.2.2", username="from-elsewhere") == ["User name or password is wrong."]


def test_guesses_side_by_side_are_counted_one_by_one(store, people, monkeypatch):
    looked = []
    monkeypatch.setattr("core.access.proof.matches", lambda stored, password: looked.append(password))
    with ThreadPoolExecutor(12) as crowd:
        list(crowd.map(lambda _: wrongly(store, 1), range(12)))

    assert len(looked) == PER_ACCOUNT


def test_an_office_that_signs_in_rightly_never_waits(store, people, monkeypatch):
    monkeypatch.setattr("core.access.proof.matches", lambda stored, password: True)

    assert all(enter(store).token for _ in range(PER_ADDRESS + 5))


def test_a_proof_holds_for_its_person_and_for_minutes(store, people, clock):
    validator, business = people["validator"], people["business"]
    proof = prove(store, validator, "demo-validator-2026")

    proof.require_fresh(validator.actor("password"), clock())
    assert proof.method is ProofMethod.PASSWORD
    with pytest.raises(AccessError, match="somebody else"):
        proof.require_fresh(business.actor("password"), clock())
    with pytest.raises(AccessError, match="too old"):
        proof.require_fresh(validator.actor("password"), clock() + FRESH_FOR + timedelta(seconds=1))


def test_a_wrong_password_proves_nothing_and_is_throttled(store, people):
    validator = people["validator"]
    for _ in range(PER_ACCOUNT):
        with pytest.raises(AccessError, match="not your password"):
            prove(store, validator, "demo-business-2026")

    with pytest.raises(AccessError, match="Too many"):
        prove(store, validator, "demo-validator-2026")


def test_a_stranger_who_guesses_at_the_door_keeps_nobody_inside_from_deciding(store, people):
    wrongly(store, PER_ACCOUNT + 2)
    with pytest.raises(AccessError, match="Too many"):
        enter(store)

    assert prove(store, people["validator"], "demo-validator-2026").method is ProofMethod.PASSWORD


def test_who_guesses_inside_a_session_is_slowed_there_and_shuts_nobody_out(store, people, clock):
    validator = people["validator"]
    for _ in range(PER_ACCOUNT + 2):
        with pytest.raises(AccessError):
            prove(store, validator, "wrong")
    assert enter(store).token  # and signing in forgives no guess made inside
    with pytest.raises(AccessError, match="Too many") as refused:
        prove(store, validator, "demo-validator-2026")

    assert refused.value.fix == "Wait 30 seconds, then try again."
    assert recorded(store).count("sign_in.refused") == 1
    clock.forward(seconds=31)
    assert prove(store, validator, "demo-validator-2026")


def test_a_closed_account_neither_enters_nor_proves(store, people):
    with store.transaction(people["admin"].actor("password")) as tx:
        actions.deactivate(tx, people["validator"].key)
    with store.reading() as session:
        closed = session.get(Person, people["validator"].key)

    with pytest.raises(AccessError):
        enter(store)
    with pytest.raises(AccessError):
        prove(store, closed, "demo-validator-2026")


def test_sessions_are_forgotten_a_month_after_their_end(store, people, clock):
    old = enter(store).token
    clock.forward(days=29)
    kept = enter(store).token
    assert entering.forget_old(store) == 0
    clock.forward(days=2)

    assert entering.forget_old(store) == 1
    with store.reading() as session:
        [row] = session.exec(select(BrowserSession)).all()
    assert row.token_sha256 == fingerprint(kept) != fingerprint(old)
