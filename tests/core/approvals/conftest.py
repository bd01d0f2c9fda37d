"""A model with a policy that asks little, so that tests are about people."""

import shutil
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.access import actions as access
from core.access.person import ReviewRole, SystemRole
from core.access.proof import Proof, ProofMethod
from core.approvals import actions, findings, queries, signing
from core.approvals.dossier import gather
from core.approvals.review import Opinion, ReviewDecision
from core.approvals.standing import stand
from core.audit import tables
from core.audit.actor import SYSTEM
from core.policy import actions as policies
from core.registry import actions as registry
from core.registry import queries as versions
from core.registry.actions import Build, ModelDescription
from core.registry.materiality import Exposure, Purpose
from core.registry.stage import Stage
from core.registry.version import Task
from core.store.store import Store
from tests.conftest import NOON, everybody

POLICY = """
signoff_policy: 1
name: high
title: High materiality
governs: [high, critical]
stages:
  production:
    rules:
      - id: bytes-named
        kind: artifact_digest
        title: The model file is named
        severity: required
      - id: rebuildable
        kind: reproducible
        title: It can be built again
        severity: required
        acceptable: {by: risk_reviewer, max_days: 30}
    approvals:
      - role: risk_reviewer
      - role: business_owner
"""


class House:
    """A store with people and a model, and the few things that tests do with it again and again."""

    def __init__(self, home, noon, url=None, slug="mortgage", origin="localhost/audit"):
        self.now = noon
        self.slug = slug
        self.store = Store.open(home, url, clock=lambda: self.now, origin=origin)

    def by(self, username, method="password"):
        return self.store.transaction(self.people[username].actor(method))

    def furnish(self):
        with self.store.transaction(SYSTEM) as tx:
            self.people = access.create_personas(tx)
        with self.by("admin") as tx:
            policies.draft(tx, "high", POLICY)
            policies.publish(tx, "high", started_from=1)
        with self.by("scientist") as tx:
            registry.register_use_case(tx, slug="lending", name="Lending", purpose="Decide about mortgages")
            registry.register_model(
                tx, ModelDescription(self.slug, "Mortgage", "lending", exposure=Exposure.BROAD, purpose=Purpose.RIGHTS)
            )
        self.version()
        return self

    def known(self):
        """Meet the people of a house that was furnished before and copied since."""
        self.people, self.count = everybody(self.store), 1
        return self

    def version(self, **facts):
        """Register the next version, complete enough for the policy."""
        count = getattr(self, "count", 0) + 1
        self.count = count
        given = {
            "artifact_sha256": f"{count:064x}",
            "code_ref": "abc",
            "data_digests": [f"{9:064x}"],
            "environment_ref": "lock",
            "seed": count,
        } | facts
        with self.by("scientist") as tx:
            return registry.register_version(tx, self.slug, Build(Task.BINARY, **given))

    def again(self, number):
        with self.store.reading() as session:
            return versions.version(session, self.slug, number)

    def champion(self):
        with self.store.reading() as session:
            found = versions.champion(session, self.again(1).model_id)
            return found.version if found else None

    def ask(self, number=1, target=Stage.PRODUCTION, username="scientist"):
        with self.by(username) as tx:
            return actions.open_request(tx, versions.version(tx.session, self.slug, number), target, "Please.").key

    def standing(self, request_id):
        with self.store.reading() as session:
            return stand(session, queries.request(session, request_id), self.now)

    def proof(self, username):
        return Proof(ProofMethod.PASSWORD, self.now, self.people[username].key)

    def decide(self, request_id, username, decision=ReviewDecision.APPROVE, **said):
        standing = said.pop("looking_at", None) or self.standing(request_id)
        if decision is not ReviewDecision.COMMENT:
            said.setdefault("statement", standing.statement(decision))
            said.setdefault("proof", self.proof(username))
        if username == "validator" and decision.decides:
            fit = Opinion.FIT if decision is ReviewDecision.APPROVE else Opinion.NOT_FIT
            said.setdefault("opinion", fit)
        said.setdefault("comment", "" if decision is ReviewDecision.APPROVE else "Because.")
        with self.by(username) as tx:
            return signing.submit_review(tx, request_id, decision, standing.digest, **said)

    def release(self, number=1):
        """Take a version through to production."""
        request_id = self.ask(number)
        self.decide(request_id, "validator")
        self.decide(request_id, "business")
        return request_id

    def basis(self, request_id, rule="rebuildable"):
        """What stands behind a check of a request now: what somebody who accepts it has seen."""
        with self.store.reading() as session:
            dossier = gather(session, self.store.blobs, queries.request(session, request_id), self.now)
            return dossier.gate.result(rule).basis

    def accept(self, request_id, username="validator", rule="rebuildable", **said):
        given = {"reason": "It is retrained next week anyway.", "until": self.now + timedelta(days=7)} | said
        seen = given.pop("seen", None) or self.basis(request_id, rule)
        with self.by(username) as tx:
            return findings.accept_rule(tx, request_id, rule, seen, proof=self.proof(username), **given)

    def events(self):
        """The names of everything in the log, oldest first."""
        with self.store.reading() as session:
            return list(
                session.connection().execute(select(tables.entry.c.action).order_by(tables.entry.c.seq)).scalars()
            )

    def person(self, username, *roles):
        """Bring in somebody new with review roles."""
        with self.by("admin") as tx:
            made = access.create_person(tx, username, username.title(), None, SystemRole.CONTRIBUTOR)
            for role in roles:
                access.grant_role(tx, made.key, ReviewRole(role))
        self.people[username] = made
        return made

    def later(self, **span):
        self.now += timedelta(**span)


@pytest.fixture
def build(tmp_path, furnished):
    """Build a furnished house, in a folder of its own, on the database at `url`."""
    built = []

    def one(url=None):
        home = tmp_path / f"house-{len(built)}"
        built.append(House(home, NOON, url).furnish() if url else House(shutil.copytree(furnished, home), NOON).known())
        return built[-1]

    yield one
    for made in built:
        made.store.close()


@pytest.fixture
def house(build):
    return build()
