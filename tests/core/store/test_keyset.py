"""Slices of a list: each row once, in order, however many arrive meanwhile."""

import base64
import json

import pytest
from sqlalchemy import select
from sqlmodel import col

from core.access.person import Person
from core.errors import InputError
from core.store.keyset import Wanted, sliced

ORDER = (col(Person.created_at), col(Person.name), col(Person.id))


def slice_of(store, wanted, **more):
    with store.reading() as session:
        return sliced(session, select(col(Person.username)), ORDER, lambda row: row[0], wanted, **more)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("limit", [1, 2, 3, 5, 6, 7])
def test_slices_put_together_are_the_list(store, people, limit, descending):
    found, cursor = [], None
    while True:
        some = slice_of(store, Wanted(limit, cursor, "people"), descending=descending)
        assert len(some.items) <= limit
        found += some.items
        if (cursor := some.next) is None:
            break
    everybody = sorted(people.values(), key=lambda one: (one.created_at, one.name, one.id), reverse=descending)
    assert found == [one.username for one in everybody]


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "!!", "W10", "WyJwZW9wbGUiXQ", "e30", "bnVsbA", "WyJwZW9wbGUiLCAxLCAyLCAzXQ", "W1tbW1tbW1tbW1tb", "é"],
)
def test_a_cursor_that_was_made_up_is_refused(store, people, cursor):
    with pytest.raises(InputError, match="cursor"):
        slice_of(store, Wanted(2, cursor, "people"))


@pytest.mark.parametrize("number", [2**31, -(2**31) - 1, 2**53, 10**30])
def test_a_number_that_the_column_cannot_hold_is_refused(store, people, number):
    made = json.dumps(["people", "2026-03-03T12:00:00Z", "x", number]).encode()
    with pytest.raises(InputError, match="cursor"):
        slice_of(store, Wanted(2, base64.urlsafe_b64encode(made).decode().rstrip("="), "people"))


def test_a_cursor_of_another_list_is_refused(store, people):
    following = slice_of(store, Wanted(2, None, "people")).next
    with pytest.raises(InputError, match="cursor"):
        slice_of(store, Wanted(2, following, "others"))
