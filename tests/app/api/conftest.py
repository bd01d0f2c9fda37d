"""The API over a store of its own: `calling("scientist", "register")` is a client with such a token."""

import json
from collections.abc import Callable, Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.api.application import api as application
from app.api.application import mounted
from app.settings import Settings
from core.access import issuing
from core.access.proof import Proof, ProofMethod
from core.access.token import TokenScope
from core.approvals import queries as requests
from core.approvals.review import Opinion, ReviewDecision
from core.approvals.signing import submit_review
from core.approvals.standing import stand
from core.audit.actor import SYSTEM
from core.audit.event import Event
from core.monitoring.alert import Alert, AlertCause
from core.policy import actions as policies
from core.registry import queries
from core.registry.actions import Build, ModelDescription, register_model, register_use_case, register_version, subject
from core.registry.materiality import Exposure, Purpose
from core.registry.version import Task
from core.store.store import Store
from tests.conftest import NOON

POLICY = """
signoff_policy: 1
name: high
title: High materiality
governs: [low, medium, high, critical]
stages:
  production:
    rules:
      - id: bytes-named
        kind: artifact_digest
        title: The model file is named
        severity: required
    approvals:
      - role: risk_reviewer
      - role: business_owner
"""


@pytest.fixture(scope="session")
def built() -> tuple[Starlette, list[Store]]:
    """The API where it stands, mounted at /api, and the store it answers from; built once, because that takes long.

    It slows nobody down: in every store the first token has the same number, and the clock stands still.
    """
    answering: list[Store] = []
    api = application(lambda: answering[-1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.settings._SETTLED", [Settings(api_burst=1_000_000, api_rate=100_000)])
        api.middleware_stack = api.build_middleware_stack()
    return Starlette(routes=[mounted(api)]), answering


@pytest.fixture
def house(built, store) -> Starlette:
    """The API, answering from the store of this test."""
    api, answering = built
    answering[:] = [store]
    return api


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


def alarm(store, slug, *, month=2):
    """Put an alert about the first version of a model on record, without the months that it takes to earn one."""
    with store.transaction(SYSTEM) as tx:
        version = queries.version(tx.session, slug, 1)
        span = {"starts_at": NOON.replace(month=month, day=1), "ends_at": NOON.replace(month=month + 1, day=1)}
        said = {"monitor": 1, "words": "2.00 times as many as announced.", "raised_at": tx.now}
        row = tx.add(Alert(version_id=version.key, cause=AlertCause.MORE, **span, **said))
        tx.record(Event.ALERT_RAISED, subject(queries.model(tx.session, slug), version), alert=row.address)
        return row.address


def _model_id(session, slug):
    return queries.model(session, slug).key


@pytest.fixture
def version(store, people, mortgage):
    """mortgage-approval@1, complete enough for the policy."""
    build = Build(
        Task.BINARY,
        artifact_sha256="a" * 64,
        code_ref="abc",
        data_digests=["b" * 64],
        environment_ref="lock",
        seed=1,
    )
    with store.transaction(people["scientist"].actor("password")) as tx:
        return register_version(tx, "mortgage-approval", build)


@pytest.fixture
def foreign(store, people, mortgage):
    """churn@1, of another model."""
    with store.transaction(people["scientist"].actor("password")) as tx:
        register_model(tx, ModelDescription("churn", "Churn", "lending", Exposure.LIMITED, Purpose.INFORMATION))
        return register_version(tx, "churn", Build(Task.BINARY, artifact_sha256="c" * 64))


@pytest.fixture
def policy(store, people):
    """A policy for every materiality that asks for a named model file, a validator and a business owner."""
    with store.transaction(people["admin"].actor("password")) as tx:
        policies.draft(tx, "high", POLICY)
        policies.publish(tx, "high", started_from=1)


@pytest.fixture
def sign(store, people):
    """Signs a request as a person does in a browser: `sign("REQ-1", "validator")`."""

    def signing_as(address, username, decision=ReviewDecision.APPROVE, comment=""):
        with store.reading() as session:
            request = requests.request(session, requests.number(address))
            standing = stand(session, request, store.clock())
        fit = Opinion.FIT if decision is ReviewDecision.APPROVE else Opinion.NOT_FIT
        person = people[username]
        with store.transaction(person.actor("password")) as tx:
            return submit_review(
                tx,
                request.key,
                decision,
                standing.digest,
                Proof(ProofMethod.PASSWORD, store.clock(), person.key),
                statement=standing.statement(decision),
                comment=comment,
                opinion=fit if username == "validator" else None,
            )

    return signing_as


@pytest.fixture
def loans():
    """A hundred and twenty applications with outcome, decision, score and group."""
    outcome = [int(place % 3 != 0) for place in range(120)]
    return [
        {
            "application": f"A-{place:04d}",
            "approve": happened,
            "decision": int((place * 7) % 10 < (8 if happened else 3)),
            "p": round(0.15 + 0.5 * happened + 0.003 * (place % 100), 4),
            "race": ["white", "black", "hispanic"][place % 3 if place % 5 else 0],
        }
        for place, happened in enumerate(outcome)
    ]


@pytest.fixture
def table():
    """Writes rows as CSV."""

    def written(rows) -> bytes:
        lines = [",".join(rows[0]), *(",".join("" if cell is None else str(cell) for cell in r.values()) for r in rows)]
        return ("\n".join(lines) + "\n").encode()

    return written


@pytest.fixture
def holdout(calling, table, loans):
    """The evaluation set `mortgage-holdout`, sent by a validator."""
    answer = calling("validator", "evaluate").post(
        "/api/v1/evaluation-sets",
        files={"file": ("holdout.csv", table(loans))},
        data={
            "spec": json.dumps(
                {
                    "name": "mortgage-holdout",
                    "columns": {"id": "application", "label": "approve", "groups": ["race"]},
                    "dataset": {"name": "loanapp", "version": "1", "split": "test"},
                    "independence": "held_out",
                }
            )
        },
    )
    assert answer.status_code == 201, answer.text
    return answer.json()
