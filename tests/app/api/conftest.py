"""The API over a store of its own: `calling("scientist", "register")` is a client with such a token."""

from collections.abc import Callable, Iterator

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from app.api.application import api as application
from core.access import issuing
from core.access.token import TokenScope
from core.registry.actions import ModelDescription, register_model, register_use_case
from core.registry.materiality import Exposure, Purpose


@pytest.fixture
def house(store) -> Starlette:
    """The API where it stands: mounted at /api."""
    return Starlette(routes=[Mount("/api", app=application(lambda: store))])


@pytest.fixture
def api(house) -> Iterator[TestClient]:
    """A stranger's client."""
    with TestClient(house, base_url="http://localhost:8501") as client:
        yield client


@pytest.fixture
def token(store, people) -> Callable[..., str]:
    """Makes a token: `token("scientist", "read", "register", models=["mortgage-approval"])`; without scopes all."""

    def make(person="scientist", *scopes, models=()):
        with store.transaction(people[person].actor("password")) as tx:
            bound = [_model_id(tx.session, slug) for slug in models]
            wanted = [TokenScope(scope) for scope in scopes] or list(TokenScope)
            return issuing.issue(tx, f"test of {person}", wanted, model_ids=bound)[1]

    return make


@pytest.fixture
def calling(house, api, token) -> Callable[..., TestClient]:
    """Makes a client that sends such a token with every call."""

    def make(person="scientist", *scopes, models=()):
        secret = token(person, *scopes, models=models)
        return TestClient(house, base_url="http://localhost:8501", headers={"authorization": f"Bearer {secret}"})

    return make


@pytest.fixture
def mortgage(store, people):
    """A registered model, `mortgage-approval`, of the use case `lending`."""
    with store.transaction(people["scientist"].actor("password")) as tx:
        register_use_case(tx, slug="lending", name="Home lending", purpose="Decide about mortgages.")
        return register_model(
            tx, ModelDescription("mortgage-approval", "Mortgage approval", "lending", Exposure.MODERATE, Purpose.RIGHTS)
        )


def _model_id(session, slug):
    from core.registry import queries

    return queries.model(session, slug).key
