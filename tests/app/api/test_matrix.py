"""Who may call what: every route of the document by every kind of caller, each cell tested, none listed by hand."""

import sys
from contextlib import contextmanager
from datetime import timedelta

import pytest

from app.api.application import api as application
from app.api.permitted import PERMISSION
from core.access import actions as access
from core.access.token import TokenScope
from tests.app.api.furnished import OWN, furnished
from tests.app.api.matrix import STRONGEST, Caller, callers, expected, mentions, operations
from tests.conftest import NOON


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with furnished(tmp_path_factory.mktemp("matrix")) as made:
        yield made


@contextmanager
def _as_told(house, caller):
    """Let time pass, or close the account, for the callers that this is about."""
    if caller.bad == "expired":
        house.now += timedelta(minutes=2)
    if caller.bad == "closed account":
        with house.by_admin() as tx:
            access.deactivate(tx, house.person.key)
    yield
    if caller.bad == "closed account":
        with house.by_admin() as tx:
            access.activate(tx, house.person.key)
        house.tokens.clear()  # they were revoked with the account, for good
    house.now = NOON


@pytest.fixture
def routes():
    return operations(application().openapi())


def test_every_route_says_which_permission_it_asks_for(routes):
    assert [one.name for one in routes if PERMISSION not in one.said] == []


def test_every_route_answers_every_caller_as_the_permission_table_says(house, routes, capsys):
    values = house.begin()
    wrong, leaks, cells, held = [], [], 0, None
    for caller in callers():
        if caller.roles != held:
            house.hold(caller.roles)
            held = caller.roles
        send = house.calling(caller)
        with _as_told(house, caller):
            for route in routes:
                answer = send(route.method, route.address(values), params=route.query(values), **route.body(values))
                cells += 1
                wanted, got = expected(route, caller, house.place, house.reaches), answer.status_code
                if (got in {401, 403, 404, 500}) if wanted is None else (got != wanted):
                    wrong.append(
                        f"{route.name} by {caller.name}: {got} and not {wanted or 'through'} {answer.text[:200]}"
                    )
                if got < 300 and caller.bound == "another model" and mentions(answer.content, OWN):
                    leaks.append(f"{route.name} by {caller.name}")
    with capsys.disabled():
        sys.stdout.write(f" {cells:,} cells: {len(routes)} routes x {cells // len(routes)} callers ")
    assert wrong == []
    assert leaks == []


def test_what_one_raised_oneself_takes_a_token_that_reaches_as_far(house):
    house.hold(STRONGEST)
    about = {"model": OWN, "version": 1, "title": "A", "severity": "low"}
    raised = house.calling(Caller(STRONGEST))("POST", "/api/v1/findings", json=about).json()["finding"]
    done = {"json": {"resolution": "Mended."}}

    reading = house.calling(Caller(STRONGEST, (TokenScope.READ,)))("POST", f"/api/v1/findings/{raised}/resolve", **done)
    asking = house.calling(Caller(STRONGEST, (TokenScope.REQUEST,)))(
        "POST", f"/api/v1/findings/{raised}/resolve", **done
    )
    assert (reading.status_code, asking.status_code) == (403, 200)
    assert asking.json()["state"] == "resolved"  # closing it takes a person
