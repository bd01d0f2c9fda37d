import json

import pytest
from sqlmodel import select

from core.access import ending, entering, queries
from core.audit import tables
from core.errors import AccessError, NotFoundError


@pytest.fixture
def admin(people):
    return people["admin"].actor("password")


def signed_in(store, who, browser="Firefox on Linux"):
    """Begin a session; returns its cookie and its id."""
    token = entering.begin_session(store, who, "password", browser).token
    return token, entering.recognise(store, token).session_id


def last_entry(store):
    with store.reading() as session:
        rows = session.connection().execute(select(tables.entry.c.leaf).order_by(tables.entry.c.seq.desc()))
        return json.loads(rows.first().leaf)


def test_an_administrator_ends_one_session_and_the_other_stands(store, admin, people):
    validator = people["validator"]
    lost, lost_id = signed_in(store, validator)
    kept, _ = signed_in(store, validator)
    with store.transaction(admin) as tx:
        ending.end_session(tx, lost_id)

    assert entering.recognise(store, lost) is None
    assert entering.recognise(store, kept) is not None
    entry = last_entry(store)
    assert (entry["action"], entry["subject"]["id"]) == ("session.ended", validator.sub)
    assert (entry["data"]["sessions"], entry["data"]["why"]) == (1, "administrator")


def test_everybody_ends_their_own_session(store, people):
    business = people["business"]
    token, session_id = signed_in(store, business)
    with store.transaction(business.actor("password")) as tx:
        ending.end_session(tx, session_id)

    assert entering.recognise(store, token) is None
    assert last_entry(store)["data"]["why"] == "own choice"


@pytest.mark.parametrize("which", ["somebody else's", "none at all"])
def test_nobody_learns_of_a_session_that_is_not_theirs(store, people, which):
    token, session_id = signed_in(store, people["validator"])
    asked = session_id if which == "somebody else's" else session_id + 1000
    with pytest.raises(AccessError), store.transaction(people["business"].actor("password")) as tx:
        ending.end_session(tx, asked)

    assert entering.recognise(store, token) is not None


def test_a_session_ends_once(store, admin, people):
    _, session_id = signed_in(store, people["validator"])
    with store.transaction(admin) as tx:
        ending.end_session(tx, session_id)
    with pytest.raises(NotFoundError, match="ended already"), store.transaction(admin) as tx:
        ending.end_session(tx, session_id)


def test_an_administrator_sees_where_somebody_is_signed_in_and_ends_all_of_it(store, admin, people):
    for browser in ("Firefox on Linux", "Safari on macOS"):
        signed_in(store, people["engineer"], browser)
    with store.reading() as session:
        standing = queries.sessions(session, people["engineer"].key, store.clock())
    assert {(row.browser, row.method) for row in standing} == {
        ("Firefox on Linux", "password"),
        ("Safari on macOS", "password"),
    }
    with store.transaction(admin) as tx:
        assert ending.end_sessions_of(tx, people["engineer"].key) == 2
    with store.reading() as session:
        assert queries.sessions(session, people["engineer"].key, store.clock()) == []
