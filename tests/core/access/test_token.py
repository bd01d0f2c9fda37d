"""API tokens: what cannot be one, what each may do, and when one stops."""

import json
import random
import string
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import MetaData, select

from core.access import actions, issuing, permission
from core.access.permission import COVERED_BY, PERSONAL, Permission
from core.access.person import ReviewRole, SystemRole
from core.access.scope import EVERYTHING, Scope
from core.access.token import LONGEST, TokenScope, TokenUse, new_secret, well_formed
from core.audit import tables
from core.errors import AccessError, ConflictError, InputError, NotFoundError
from core.registry.actions import ModelDescription, register_model, register_use_case
from core.registry.materiality import Exposure, Purpose

ALL = list(TokenScope)


@pytest.fixture
def issue(store, people):
    def make(person="scientist", scopes=ALL, name="nightly", **more):
        with store.transaction(people[person].actor("password")) as tx:
            return issuing.issue(tx, name, scopes, **more)

    return make


@pytest.fixture
def model(store, people):
    with store.transaction(people["scientist"].actor("password")) as tx:
        register_use_case(tx, slug="lending", name="Home lending", purpose="Decide about mortgages.")
        return register_model(
            tx, ModelDescription("mortgage", "Mortgage", "lending", Exposure.MODERATE, Purpose.RIGHTS)
        )


def later(store, by):
    return replace(store, clock=lambda: store.clock() + by)


def test_no_typing_mistake_of_one_character_passes():
    draw = random.Random(7)
    for _ in range(20_000):
        secret = new_secret()
        place = draw.randrange(len(secret))
        wrong = draw.choice([sign for sign in string.printable if sign != secret[place]])
        assert not well_formed(secret[:place] + wrong + secret[place + 1 :])


@pytest.mark.parametrize("text", ["", "sgn_", "sgn_" + "0" * 38, "x" * 42, "sgn_" + "é" * 38, "sgn_" + "١" * 38])
def test_what_is_no_token_is_known_without_asking_the_store(text):
    assert well_formed(new_secret())
    assert not well_formed(text)


def test_a_token_acts_as_its_owner_and_says_so_in_the_log(store, people, issue):
    row, secret = issue()

    bearer = issuing.recognise(store, secret)
    with store.transaction(bearer.actor) as tx:
        register_use_case(tx, slug="care", name="Care", purpose="Keep customers.")

    with store.reading() as session:
        newest = select(tables.entry).order_by(tables.entry.c.seq.desc()).limit(1)
        entry = session.connection().execute(newest).one()
    leaf = json.loads(entry.leaf)
    assert leaf["actor"] == {"iss": "local", "sub": people["scientist"].sub, "kind": "token"}
    assert leaf["data"]["method"] == "token"
    assert leaf["data"]["token"] == row.address == f"TOK-{row.id}"


def test_a_token_lives_at_most_90_days(store, issue):
    _, secret = issue(lasts=LONGEST)
    assert issuing.recognise(later(store, timedelta(days=89)), secret)
    with pytest.raises(AccessError, match="expired"):
        issuing.recognise(later(store, timedelta(days=90)), secret)
    for lasts in (timedelta(days=91), timedelta(0), timedelta(days=-1)):
        with pytest.raises(InputError):
            issue(lasts=lasts)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "two\nlines"])
def test_a_token_needs_a_name(issue, name):
    with pytest.raises(InputError, match="name"):
        issue(name=name)


def test_a_token_needs_a_scope(issue):
    with pytest.raises(InputError, match="nothing"):
        issue(scopes=[])


def test_a_revoked_token_is_refused_at_its_next_action(store, people, issue):
    row, secret = issue()
    bearer = issuing.recognise(store, secret)
    with store.transaction(people["scientist"].actor("password")) as tx:
        issuing.revoke(tx, row.key)

    with pytest.raises(AccessError, match="revoked"):
        issuing.recognise(store, secret)
    with pytest.raises(AccessError, match="no longer works"), store.transaction(bearer.actor) as tx:
        register_use_case(tx, slug="care", name="Care", purpose="Keep customers.")


def test_an_expired_token_is_refused_in_the_middle_of_its_work(store, issue):
    _, secret = issue(lasts=timedelta(days=1))
    bearer = issuing.recognise(store, secret)
    with (
        pytest.raises(AccessError, match="no longer works"),
        later(store, timedelta(days=1)).transaction(bearer.actor) as tx,
    ):
        register_use_case(tx, slug="care", name="Care", purpose="Keep customers.")


def test_tokens_are_taken_back_by_their_owner_or_an_administrator_once(store, people, issue):
    first, second = issue()[0], issue()[0]
    with pytest.raises(AccessError), store.transaction(people["engineer"].actor("password")) as tx:
        issuing.revoke(tx, first.key)
    with store.transaction(people["admin"].actor("password")) as tx:
        issuing.revoke(tx, first.key)
    with store.transaction(people["scientist"].actor("password")) as tx:
        issuing.revoke(tx, second.key)
    with pytest.raises(ConflictError), store.transaction(people["scientist"].actor("password")) as tx:
        issuing.revoke(tx, second.key)
    with pytest.raises(NotFoundError), store.transaction(people["scientist"].actor("password")) as tx:
        issuing.revoke(tx, 99)


def test_a_closed_account_or_a_lost_role_ends_what_its_tokens_may_do(store, people, issue):
    _, secret = issue()
    bearer = issuing.recognise(store, secret)
    with store.transaction(people["admin"].actor("password")) as tx:
        actions.set_system_role(tx, people["scientist"].key, SystemRole.VIEWER)
    with pytest.raises(AccessError, match="roles"), store.transaction(bearer.actor) as tx:
        register_use_case(tx, slug="care", name="Care", purpose="Keep customers.")
    with store.transaction(people["admin"].actor("password")) as tx:
        actions.deactivate(tx, people["scientist"].key)
    with store.reading() as session:
        assert not permission.may(session, bearer.actor, Permission.SEE)
    with store.transaction(people["admin"].actor("password")) as tx:
        actions.activate(tx, people["scientist"].key)
    with pytest.raises(AccessError, match="revoked"):  # an account that is opened again begins anew
        issuing.recognise(store, secret)


def test_a_closed_account_has_no_way_in_by_a_token_that_nobody_revoked(store, people, issue, monkeypatch):
    row, secret = issue()
    monkeypatch.setattr(issuing, "revoke_all", lambda *_: 0)
    with store.transaction(people["admin"].actor("password")) as tx:
        actions.deactivate(tx, row.person_id)
    with pytest.raises(AccessError, match="closed"):
        issuing.recognise(store, secret)


def test_a_token_makes_and_revokes_no_tokens(store, issue):
    row, secret = issue()
    bearer = issuing.recognise(store, secret)
    with pytest.raises(AccessError), store.transaction(bearer.actor) as tx:
        issuing.issue(tx, "more", ALL)
    with pytest.raises(AccessError), store.transaction(bearer.actor) as tx:
        issuing.revoke(tx, row.key)


def test_the_right_of_a_token_is_what_its_owner_and_its_scopes_both_allow(store, people):
    bearers = {}
    for username, person in people.items():
        for scope in TokenScope:
            with store.transaction(person.actor("password")) as tx:
                _, secret = issuing.issue(tx, scope.value, [scope])
            bearers[username, scope] = issuing.recognise(store, secret)
    with store.reading() as session:
        for (username, scope), bearer in bearers.items():
            for wanted in Permission:
                owner = permission.allows(
                    wanted,
                    people[username].system_role,
                    permission.grants_of(session, people[username].key),
                    EVERYTHING,
                )
                expected = owner and wanted in COVERED_BY[scope] and wanted not in PERSONAL
                assert permission.may(session, bearer.actor, wanted) is expected, (username, scope, wanted)


def test_no_scope_covers_what_is_done_by_people():
    covered = frozenset().union(*COVERED_BY.values())
    assert not covered & PERSONAL
    assert not covered & {
        Permission.KEEP_TOKENS,
        Permission.MANAGE_PEOPLE,
        Permission.PUBLISH_POLICY,
        Permission.ERASE,
        Permission.OPERATE_STORE,
        Permission.VERIFY_FINDING,
    }


def test_a_bound_token_knows_its_models_and_nothing_of_the_house(store, people, issue, model):
    bearer = issuing.recognise(store, issue(model_ids=[model.key])[1])
    with store.reading() as session:
        assert permission.require(session, bearer.actor, Permission.REGISTER_VERSION, model.scope)
        with pytest.raises(NotFoundError):
            permission.require(session, bearer.actor, Permission.REGISTER_VERSION, Scope(model_id=model.key + 1))
        for wanted, place in (
            (Permission.REGISTER_MODEL, EVERYTHING),
            (Permission.REGISTER_MODEL, Scope(use_case_id=model.use_case_id)),
            (Permission.LINK_LINEAGE, permission.ANYWHERE),
        ):
            with pytest.raises(AccessError, match="bound"):
                permission.require(session, bearer.actor, wanted, place)


@pytest.mark.parametrize("role", list(ReviewRole))
def test_a_token_never_signs(store, people, issue, role):
    bearer = issuing.recognise(store, issue("validator")[1])
    with store.reading() as session, pytest.raises(AccessError, match="cannot"):
        permission.require(session, bearer.actor, permission.REVIEW_AS[role])


def test_a_token_of_somebody_else_is_none(store, people, issue):
    bearer = issuing.recognise(store, issue()[1])
    stolen = replace(people["engineer"].actor("token"), kind=bearer.actor.kind, token_id=bearer.actor.token_id)
    nameless = replace(bearer.actor, token_id=None)
    with store.reading() as session:
        assert not permission.may(session, stolen, Permission.SEE)
        assert not permission.may(session, nameless, Permission.SEE)


def test_the_last_use_is_written_once_a_minute_and_nothing_else_is(store, issue):
    row, secret = issue()
    size = store.size()
    seen = []
    for seconds in (0, 20, 59, 60, 90, 125):
        issuing.recognise(later(store, timedelta(seconds=seconds)), secret)
        with store.reading() as session:
            seen.append(session.get(TokenUse, row.key).last_at - store.clock())
    assert [int(one.total_seconds()) for one in seen] == [0, 0, 0, 60, 60, 125]
    assert store.size() == size
    with store.reading() as session:
        [line] = issuing.tokens(session, row.person_id)
    assert line.last_used_at is not None


def test_no_table_holds_a_token(store, people, issue):
    secrets = [issue(person)[1] for person in people]
    for secret in secrets:
        issuing.recognise(store, secret)
    everything = MetaData()
    everything.reflect(store.reader)
    with store.reader.connect() as connection:
        dump = repr([connection.execute(select(table)).all() for table in everything.sorted_tables])
    for secret in secrets:
        assert secret not in dump
        assert secret[4:36] not in dump


def test_first_calls_side_by_side_are_all_let_in(store, people, issue):
    secret = issue()[1]
    start = threading.Barrier(6)

    def call(_):
        start.wait()
        return issuing.recognise(store, secret).actor.person_id

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(call, range(6))) == {people["scientist"].id}


def test_no_number_of_revoked_tokens_hides_one_that_works(store, people):
    with store.transaction(people["scientist"].actor("password")) as tx:
        hidden, _ = issuing.issue(tx, "hidden", [TokenScope.READ])
        for _ in range(200):
            issuing.revoke(tx, issuing.issue(tx, "noise", [TokenScope.READ])[0].key)
    with store.reading() as session:
        assert issuing.tokens(session, people["scientist"].key)[0].id == hidden.id
