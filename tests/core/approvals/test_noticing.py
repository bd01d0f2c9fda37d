"""Whatever is signed: a change of it stands in the log at once, and lists say what the request itself would say."""

import json
from dataclasses import replace

import pytest

from core.access import actions as access
from core.access import queries as people
from core.access.person import ReviewRole
from core.approvals import notice, queries
from core.approvals.review import ReviewDecision
from core.approvals.standing import stand
from core.approvals.states import RequestState
from core.cards import actions as cards
from core.evaluation import actions as evaluation
from core.evaluation.upload import parse
from core.evidence.kind import EvidenceKind
from core.lineage import actions as lineage
from core.lineage.actions import Work
from core.lineage.node import EdgeKind, Node, NodeKind
from core.policy import actions as policies
from core.registry import judging
from core.registry.materiality import Exposure, Purpose
from tests.core.approvals.conftest import POLICY

SPEC = {
    "task": "binary",
    "dataset": {"name": "loans", "version": "1", "split": "test"},
    "columns": {"prediction": "decision", "label": "approve"},
    "positive": 1,
}


@pytest.fixture
def house(build):
    """Version 1 is the champion; version 2, which a risk reviewer signed, waits for the business owner."""
    made = build()
    made.store = replace(made.store, reactions=(notice.follow,))
    made.release(1)
    made.version()
    made.version()
    made.waiting = made.ask(2)
    made.decide(made.waiting, "validator")
    return made


def an_evaluation_is_uploaded(house, tmp_path):
    rows = tmp_path / "rows.csv"
    rows.write_text("decision,approve\n" + "1,1\n0,1\n0,0\n" * 40)
    actor = house.people["scientist"].actor("password")
    evaluation.upload(house.store, actor, ("mortgage", 2), rows, "rows.csv", spec=parse(json.dumps(SPEC)))


def a_card_is_saved(house, tmp_path):
    with house.by("scientist") as tx:
        cards.save(tx, house.again(2), {"model_details": {"summary": "Decides about mortgages of people."}}, None)


def it_comes_from_something_more(house, tmp_path):
    with house.by("scientist") as tx:
        lineage.record_run(tx, "fit-1", Work("Weekly fit", code_ref="abc"))
        run = Node(NodeKind.RUN, "fit-1")
        lineage.link(tx, Node(NodeKind.MODEL_VERSION, "mortgage@2"), run, EdgeKind.DERIVED_FROM)


def another_policy_governs(house, tmp_path):
    with house.by("admin") as tx:
        policies.draft(tx, "high", POLICY.replace("High materiality", "High materiality, as of March"))
        policies.publish(tx, "high", started_from=1)


def less_depends_on_it(house, tmp_path):
    with house.by("validator") as tx:
        little = {"exposure": Exposure.LIMITED, "purpose": Purpose.INFORMATION}
        judging.judge(tx, "mortgage", **little, reason="A pilot with forty customers, for a quarter.")


def another_version_became_champion(house, tmp_path):
    house.release(3)


def a_check_that_is_not_met_is_accepted(house, tmp_path):
    house.version(seed=None)
    house.waiting = house.ask(4)
    house.decide(house.waiting, "business", ReviewDecision.REQUEST_CHANGES)
    house.accept(house.waiting)


CHANGES = {
    an_evaluation_is_uploaded: EvidenceKind.EVALUATION,
    a_card_is_saved: EvidenceKind.CARD,
    it_comes_from_something_more: EvidenceKind.LINEAGE,
    another_policy_governs: EvidenceKind.POLICY,
    less_depends_on_it: EvidenceKind.POLICY,
    another_version_became_champion: EvidenceKind.CHAMPION,
    a_check_that_is_not_met_is_accepted: EvidenceKind.ACCEPTANCE,
}


def test_every_kind_of_evidence_that_can_change_is_tried():
    assert {*CHANGES.values()} == {*EvidenceKind} - {EvidenceKind.ARTIFACT}  # a version never changes its bytes


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_changes_under_a_signature_stands_in_the_log_at_once(house, change, tmp_path):
    before = len(house.events())
    change(house, tmp_path)
    happened = house.events()[before:]

    assert "request.evidence_changed" in happened
    assert "review.staled" in happened
    as_listed(house)


@pytest.mark.parametrize("loss", ["the role ends", "the account is closed"])
def test_lists_follow_when_somebody_who_signed_may_sign_no_more(house, loss):
    validator = house.people["validator"].key
    with house.by("admin") as tx:
        if loss == "the role ends":
            [grant] = people.grants(tx.session, validator)
            access.revoke_role(tx, grant.id)
        else:
            access.deactivate(tx, validator)
    as_listed(house)
    with house.store.reading() as session:
        assert ReviewRole.RISK_REVIEWER in queries.request(session, house.waiting).wanted


def as_listed(house):
    """What is written on the request for lists is what the request itself says."""
    with house.store.reading() as session:
        request = queries.request(session, house.waiting)
        standing = stand(session, request, house.now)
        assert request.evidence_digest == standing.digest
        assert set(request.barred) == standing.contributors
        wanted = list(standing.quorum.wanted) if request.state is RequestState.OPEN else []
        assert [ReviewRole(role) for role in request.wanted] == wanted
