"""Acceptances under signatures: pinned, answered for by their author, erasable; and who resubmits has a hand in it."""

import json

import pytest
from sqlalchemy import select

from core.access import actions as access
from core.access import custody
from core.access import queries as people
from core.approvals import actions, queries
from core.approvals.dossier import gather
from core.approvals.review import Opinion, ReviewDecision, Validity
from core.approvals.states import RequestState
from core.audit import tables
from core.errors import AccessError, ConflictError, TransitionError
from core.policy import waiver
from core.policy.verdict import Verdict


@pytest.mark.parametrize("loss", ["the role ends", "the account is closed"])
def test_an_acceptance_ends_with_its_authors_role_and_the_check_says_why(house, loss):
    house.version(seed=None)
    risk = house.person("risk", "risk_reviewer")
    request_id = house.ask(2)
    house.accept(request_id, "risk")
    house.decide(request_id, "validator")
    with house.by("admin") as tx:
        if loss == "the role ends":
            (grant,) = people.grants(tx.session, risk.key)
            access.revoke_role(tx, grant.id)
        else:
            access.deactivate(tx, risk.key)
    with pytest.raises(TransitionError, match="built again"):
        house.decide(request_id, "business")
    with house.store.reading() as session:
        dossier = gather(session, house.store.blobs, queries.request(session, request_id), house.now)
    assert "no longer risk reviewer here" in dossier.gate.result("rebuildable").lapsed


def test_an_acceptance_counts_again_with_its_authors_role(house):
    house.version(seed=None)
    risk = house.person("risk", "risk_reviewer")
    request_id = house.ask(2)
    house.accept(request_id, "risk")
    house.decide(request_id, "validator")
    with house.by("admin") as tx:
        access.deactivate(tx, risk.key)
        access.activate(tx, risk.key)

    assert house.decide(request_id, "business").state is RequestState.APPLIED


def test_an_acceptance_of_somebody_who_left_after_the_decision_stays_decided(house):
    house.version(seed=None)
    risk = house.person("risk", "risk_reviewer")
    request_id = house.ask(2)
    house.accept(request_id, "risk")
    house.decide(request_id, "validator")
    house.decide(request_id, "business")
    with house.by("admin") as tx:
        access.deactivate(tx, risk.key)

    assert house.champion() == 2
    with house.store.reading() as session:
        dossier = gather(session, house.store.blobs, queries.request(session, request_id), house.now)
    assert dossier.gate.result("rebuildable").verdict is Verdict.OVERRIDDEN


def test_who_signed_before_an_acceptance_looks_again(house):
    house.version(seed=None)
    house.person("risk", "risk_reviewer")
    request_id = house.ask(2)
    house.accept(request_id)
    house.decide(request_id, "business")
    house.later(days=8)
    house.accept(request_id, "risk")

    (signature,) = house.standing(request_id).signatures
    assert signature.validity is Validity.STALE
    assert [change.words for change in signature.changes] == [
        "the acceptance on rebuildable was replaced (until 2026-03-10 → until 2026-03-18, given 2 times)"
    ]
    house.decide(request_id, "validator")
    assert house.decide(request_id, "business").state is RequestState.APPLIED


def test_an_acceptance_given_between_look_and_click_is_no_approval(house):
    house.version(seed=None)
    request_id = house.ask(2)
    house.accept(request_id)
    house.person("risk", "risk_reviewer")
    house.later(days=8)
    looked = house.standing(request_id)
    house.accept(request_id, "risk")
    with pytest.raises(ConflictError):
        house.decide(request_id, "business", looking_at=looked)


def test_time_alone_makes_no_signature_stale(house):
    house.version(seed=None)
    request_id = house.ask(2)
    house.accept(request_id)
    house.decide(request_id, "business")
    house.later(days=8)

    assert house.standing(request_id).signatures[0].validity is Validity.CURRENT


def test_erased_words_of_an_acceptance_are_gone_everywhere_and_it_still_counts(house):
    house.version(seed=None)
    request_id = house.ask(2)
    house.accept(request_id, reason="She is on sick leave until then.")
    house.decide(request_id, "business")
    with house.store.reading() as session:
        leaf = session.connection().execute(select(tables.entry.c.leaf).where(tables.entry.c.action == "override.used"))
        quoted = json.loads(leaf.scalar_one())["data"]["reason"]["text_sha256"]
    with house.by("admin") as tx:
        custody.erase_text(tx, quoted, "Health of a colleague.")

    with house.store.reading() as session:
        (kept,) = waiver.given(session, house.again(2).key)
        (shown,) = waiver.overrides(session, house.again(2).key)
    assert (kept.reason, shown.reason) == ("", waiver.ERASED)
    assert house.standing(request_id).signatures[0].validity is Validity.CURRENT
    assert house.decide(request_id, "validator").state is RequestState.APPLIED


def test_who_resubmitted_a_request_does_not_decide_about_it(house):
    house.person("helper", "risk_reviewer", "model_owner")
    request_id = house.ask()
    house.decide(request_id, "validator", ReviewDecision.REQUEST_CHANGES)
    with house.by("helper") as tx:
        actions.resubmit(tx, request_id, "The numbers are explained now.")
        assert queries.request(tx.session, request_id).barred == sorted(
            {house.people["scientist"].key, house.people["helper"].key}
        )
    with pytest.raises(AccessError, match="resubmitted this request"):
        house.decide(request_id, "helper", opinion=Opinion.FIT)
    house.decide(request_id, "business", ReviewDecision.COMMENT, comment="Thank you.")
    assert house.standing(request_id).bars(house.people["business"].key) == ()


def test_a_signature_ends_when_its_author_resubmits(house):
    house.person("helper", "risk_reviewer", "model_owner")
    request_id = house.ask()
    house.decide(request_id, "helper", opinion=Opinion.FIT)
    house.decide(request_id, "business", ReviewDecision.REQUEST_CHANGES)
    with house.by("helper") as tx:
        actions.resubmit(tx, request_id, "The numbers are explained now.")

    assert house.standing(request_id).signatures[0].validity is Validity.DISMISSED
