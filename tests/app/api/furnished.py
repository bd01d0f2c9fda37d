"""A house with one of everything that routes read, and one person whose roles and tokens change."""

import asyncio
import json
from contextlib import contextmanager
from datetime import timedelta

import pytest
from httpx2 import ASGITransport, AsyncClient
from sqlmodel import select
from starlette.applications import Starlette

from app import settings
from app.api.application import api as application
from app.api.application import mounted
from app.settings import Settings
from core.access import actions as access
from core.access import issuing
from core.access.grant import ReviewGrant
from core.access.person import SystemRole
from core.access.proof import Proof, ProofMethod
from core.access.scope import EVERYTHING, Scope
from core.access.token import new_secret
from core.approvals import queries as requests
from core.approvals.actions import open_request
from core.approvals.review import Opinion, ReviewDecision
from core.approvals.signing import submit_review
from core.approvals.standing import stand
from core.audit.actor import SYSTEM
from core.clock import rfc3339
from core.evidence.actions import Problem, raise_finding
from core.evidence.finding import Severity
from core.monitoring.actions import Setup, define_monitor
from core.policy import actions as policies
from core.registry.actions import Build, ModelDescription, register_model, register_use_case, register_version
from core.registry.materiality import Exposure, Purpose
from core.registry.queries import version
from core.registry.stage import Stage
from core.registry.version import Task
from core.reports import pdf, seal
from core.store.store import Store
from tests.app.api.conftest import POLICY, alarm
from tests.app.api.matrix import STRONGEST, Caller
from tests.conftest import NOON

OWN, OTHER = "mortgage-approval", "claims-triage"
NAMES = {
    "model": OWN,
    "version": 1,
    "released": 2,
    "seq": 0,
    "stage": "production",
    "use_case": "lending",
    "digest": f"sha256:{'f' * 64}",
}
ROWS = b"id,label,prediction,score\n" + b"".join(
    b"%d,%d,%d,0.%d\n" % (n, n % 2, n % 3 % 2, n % 9 + 1) for n in range(30)
)
SPLIT = {"dataset": {"name": "loans", "version": "1", "split": "test"}}
WHOLE = Build(
    Task.BINARY, artifact_sha256="f" * 64, code_ref="abc", data_digests=["e" * 64], environment_ref="lock", seed=1
)
HOLDOUT = SPLIT | {"name": "loans-holdout", "columns": {"id": "id", "label": "label"}, "independence": "held_out"}
ON_THE_SET = {
    "task": "binary",
    "set": HOLDOUT["name"],
    "columns": {"id": "id", "prediction": "prediction", "score": "score"},
    "positive": 1,
}
EVALUATION = SPLIT | {
    "task": "binary",
    "columns": {"id": "id", "label": "label", "prediction": "prediction", "score": "score"},
    "positive": 1,
}


class House:
    """A store with two models that are nothing to each other, and one person whose roles change."""

    def __init__(self, home, address):
        self.now = NOON
        self.store = Store.open(home, address, clock=lambda: self.now)
        with self.store.transaction(SYSTEM) as tx:
            self.people = access.create_personas(tx)
        self.admin = self.people["admin"].actor("password")
        with self.by_admin() as tx:
            self.person = access.create_person(tx, "somebody", "Somebody", None, SystemRole.CONTRIBUTOR)
        self.actor = self.person.actor("password")
        self.reaches = {"everything": EVERYTHING}
        self.hold(STRONGEST)
        self.furnish()
        self.release()
        self.mounted = Starlette(routes=[mounted(application(lambda: self.store))])
        transport = ASGITransport(self.mounted, raise_app_exceptions=False)
        self.client = AsyncClient(transport=transport, base_url="http://localhost:8501")
        self.loop = asyncio.new_event_loop()
        self.tokens = {}

    def by_admin(self):
        return self.store.transaction(self.admin)

    def hold(self, roles):
        """Give the person exactly these roles."""
        with self.store.reading() as session:
            held = session.exec(select(ReviewGrant).where(ReviewGrant.person_id == self.person.key))
            standing = [grant.id for grant in held if grant.revoked_at is None]
        with self.by_admin() as tx:
            access.set_system_role(tx, self.person.key, roles.system)
            for grant in standing:
                access.revoke_role(tx, grant)
            for role in roles.review:
                access.grant_role(tx, self.person.key, role, self.reaches[roles.reach])

    def promote(self, tx, system):
        """Give the person another system role."""
        access.set_system_role(tx, self.person.key, system)

    def furnish(self):
        """Two models in two use cases, each with a version that is watched and raised an alert."""
        for slug, reach in ((OWN, "this model"), (OTHER, "another model")):
            with self.store.transaction(self.actor) as tx:
                case = register_use_case(tx, slug="lending" if slug == OWN else "insurance", name="A", purpose="B")
                model = register_model(tx, ModelDescription(slug, slug, case.slug, Exposure.BROAD, Purpose.RIGHTS))
                register_version(tx, slug, Build(Task.BINARY, artifact_sha256=f"{model.key:064x}"))
                define_monitor(tx, slug, 1, Setup())
                self.reaches[reach] = Scope(model_id=model.key)
                if slug == OWN:
                    self.place, self.reaches["its use case"] = model.scope, Scope(use_case_id=case.key)
            alarm(self.store, slug)

    def release(self):
        """Take a second version through to production, so that there is an attestation about its bytes."""
        with self.by_admin() as tx:
            policies.draft(tx, "high", POLICY)
            policies.publish(tx, "high", started_from=1)
        with self.store.transaction(self.actor) as tx:
            asked = open_request(tx, register_version(tx, OWN, WHOLE), Stage.PRODUCTION, "Please.")
        for name, opinion in (("validator", Opinion.FIT), ("business", None)):
            with self.store.reading() as session:
                standing = stand(session, requests.request(session, asked.key), NOON)
            person, said = self.people[name], standing.statement(ReviewDecision.APPROVE)
            proof = Proof(ProofMethod.PASSWORD, NOON, person.key)
            with self.store.transaction(person.actor("password")) as tx:
                submit_review(
                    tx,
                    asked.key,
                    ReviewDecision.APPROVE,
                    standing.digest,
                    proof,
                    statement=said,
                    opinion=opinion,
                )

    def begin(self):
        """Make, over HTTP, what the routes read: all of it belongs to the one who calls later."""
        evaluation = {"files": {"file": ("rows.csv", ROWS)}, "data": {"spec": json.dumps(EVALUATION)}}
        holdout = {"files": {"file": ("labels.csv", ROWS)}, "data": {"spec": json.dumps(HOLDOUT)}}
        values = NAMES | {"at": rfc3339(NOON), "owner": self.person.username}
        compared = {"data": {"spec": json.dumps({"name": "Before", "reason": "Fair."})}}
        nothing = {"files": {"file": ("nothing.csv", b"")}}  # who may is asked before a file is looked at
        values["forms"] = {
            "POST /v1/models/{model}/versions/{version}/evaluations": evaluation,
            "POST /v1/evaluation-sets": holdout,
            "POST /v1/models/{model}/versions/{version}/predictions": nothing,
            "POST /v1/models/{model}/labels": nothing,
            "POST /v1/models/{model}/versions/{version}/baseline": compared | nothing,
        }
        self.hold(STRONGEST)
        send = self.calling(Caller(STRONGEST))

        def made(address, name, **body):
            answer = send("POST", f"/api/v1/{address}", **body)
            assert answer.status_code == 201, answer.text
            return answer.json()[name]

        about = {"model": OWN, "version": 1}
        values["name"] = made("evaluation-sets", "name", **holdout)
        measured = evaluation | {"data": {"spec": json.dumps(ON_THE_SET)}}
        made(f"models/{OWN}/versions/1/evaluations", "evaluation", **measured)
        values["evaluation"] = made(f"models/{OWN}/versions/1/evaluations", "evaluation", **evaluation)
        card = send("PUT", f"/api/v1/models/{OWN}/versions/1/card", json={"content": {}}, condition="if-none-match")
        assert card.status_code == 201, card.text
        values["request"] = made("requests", "request", json={**about, "stage": "production"})
        values["finding"] = self.found_by_somebody_else()
        values["report"] = made("reports", "id", json=about)
        made(f"models/{OWN}/versions/1/baseline", "number", **compared | {"files": {"file": ("rows.csv", ROWS)}})
        period = {"start": "2026-01-01T00:00:00Z", "end": "2026-04-01T00:00:00Z"}
        values["population"] = made("reports/population", "id", json=period)
        with self.by_admin() as tx:
            access.set_system_role(tx, self.person.key, SystemRole.ADMIN)
        values["export"] = made("audit/export", "id")
        return values

    def found_by_somebody_else(self):
        with self.store.transaction(SYSTEM) as tx:
            found = raise_finding(tx, version(tx.session, OWN, 1), Problem("A", Severity.LOW))
            return found.address

    def calling(self, caller):
        """Return what sends a request as this caller."""
        headers = self.headers(caller)

        def send(method, address, condition="if-match", **more):
            sent = [*headers, (condition, "*")]
            return self.loop.run_until_complete(self.client.request(method, address, headers=sent, **more))

        return send

    def headers(self, caller):
        secret = self.secret(caller)
        match caller.bad:
            case "no token":
                return []
            case "no bearer":
                return [("authorization", f"Basic {secret}")]
            case "two tokens":
                return [("authorization", f"Bearer {secret}")] * 2
            case "malformed":
                return [("authorization", f"Bearer {secret[:-1]}")]
            case "unknown":
                return [("authorization", f"Bearer {new_secret()}")]
            case _:
                return [("authorization", f"Bearer {secret}")]

    def secret(self, caller):
        key = (caller.scopes, caller.bound, caller.bad)
        if key not in self.tokens:
            bound = [] if caller.bound == "nothing" else [self.reaches[caller.bound].model_id]
            lasts = timedelta(minutes=1) if caller.bad == "expired" else timedelta(days=30)
            with self.store.transaction(self.actor) as tx:
                row, self.tokens[key] = issuing.issue(tx, "test", caller.scopes, model_ids=bound, lasts=lasts)
                if caller.bad == "revoked":
                    issuing.revoke(tx, row.key)
        return self.tokens[key]


@contextmanager
def furnished(folder, address=None):
    """Build the house, on the database at `address` where one is named.

    Its tokens are never slowed down, and one report stands for all: laying out takes a second.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "_SETTLED", [Settings(api_burst=1_000_000, api_rate=100_000)])
        patch.setattr(pdf, "render", _once(pdf.render))
        patch.setattr(seal, "seal", _once(seal.seal))
        made = House(folder / "home", address)
        yield made
        made.loop.run_until_complete(made.client.aclose())
        made.loop.run_until_complete(made.loop.shutdown_default_executor())
        made.loop.close()
        made.store.close()


def _once(make):
    kept = []

    def first(*given, **named):
        kept[:] = kept or [make(*given, **named)]
        return kept[0]

    return first
