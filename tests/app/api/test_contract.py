"""The document keeps its word: whatever is sent, every answer is one that it describes, and none is a mistake of ours.

Schemathesis makes up the calls from the OpenAPI document: such as fit it, and such as do not. They are made on
PostgreSQL, which minds what SQLite lets pass (a number too large, a NUL in a text); every other test of the doors runs
on SQLite.
"""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.python import asgi
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.api.application import api as application
from core.access.permission import allows
from core.access.person import SystemRole
from core.access.scope import EVERYTHING
from tests.app.api.furnished import furnished
from tests.app.api.matrix import STRONGEST, Caller, operations

pytestmark = pytest.mark.postgres

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
CALLS = 8
"""For each route: of each kind, at whatever address and at one that is there."""

DOCUMENT = application().openapi()
ROUTES = {route.name: route for route in operations(DOCUMENT)}


@pytest.fixture(scope="module")
def house(tmp_path_factory, postgres_databases):
    with postgres_databases() as address, furnished(tmp_path_factory.mktemp("contract"), address) as made:
        made.values = made.begin()
        yield made


@pytest.fixture(scope="module")
def described(house):
    return schemathesis.openapi.from_asgi("/api/openapi.json", house.mounted)


@pytest.fixture
def headers(house, request):
    """A token of somebody who may call the route."""
    route = ROUTES[request.getfixturevalue("name")]
    grants = [(role, EVERYTHING) for role in STRONGEST.review]
    held = allows(route.permission, STRONGEST.system, grants, EVERYTHING)
    house.hold(STRONGEST)
    if not held:
        with house.by_admin() as tx:
            house.promote(tx, SystemRole.ADMIN)
    return dict(house.headers(Caller(STRONGEST)))


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["what fits", "what does not"])
@pytest.mark.parametrize("name", ROUTES)
def test_every_answer_is_one_that_the_document_describes(house, described, headers, name, mode):
    route = ROUTES[name]
    operation = described[route.path][route.method.upper()]
    places = {one["name"] for one in route.said.get("parameters", ()) if one["in"] == "path"}
    there = {place: house.values[place] for place in places}
    anywhere = operation.as_strategy(generation_mode=mode)
    strategy = anywhere | operation.as_strategy(generation_mode=mode, path_parameters=there) if places else anywhere

    with asgi.get_client(house.mounted) as client:

        @settings(
            max_examples=CALLS,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy)
        def call(case):
            case.call_and_validate(session=client, headers=headers, checks=CHECKS)

        call()
