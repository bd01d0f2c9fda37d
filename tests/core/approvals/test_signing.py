"""People ask, look and sign; the last signature applies the transition."""

import dataclasses

import pytest

from core.access import actions as access
from core.access import queries as people
from core.access.person import ReviewRole
from core.access.proof import Proof, ProofMethod
from core.approvals import queries, signing
from core.approvals.notice import notice_changes
from core.approvals.review import Opinion, ReviewDecision, Validity
from core.approvals.states import RequestState
from core.cards import actions as cards
from core.cards import queries as saved
from core.errors import AccessError, ConflictError, InputError, TransitionError
from core.policy import actions as policies
from core.policy import queries as policy_queries
from core.registry.stage import Stage

APPROVE, ASK, REJECT, COMMENT = ReviewDecision


def save_card(house, username="scientist", summary="A model that reads mortgage applications and advises."):
    with house.by(username) as tx:
        version = house.again(1)
        newest = saved.latest(tx.session, version.key)
        content = {"model_details": {"summary": summary}}
        cards.save(tx, version, content, newest.number if newest else None)
        return notice_changes(tx, version_id=version.key)


def test_the_last_signature_applies_the_transition(house):
    request_id = house.ask()
    assert house.decide(request_id, "validator").state is RequestState.OPEN
    assert house.champion() is None
    assert house.decide(request_id, "business").state is RequestState.APPLIED
    assert house.again(1).stage is Stage.PRODUCTION
    assert house.champion() == 1
    assert house.events()[-3:] == ["review.submitted", "transition.applied", "release.attested"]


def test_the_next_champion_archives_the_former_one_and_remembers_it(house):
    house.release(1)
    house.version()
    request_id = house.release(2)
    assert house.champion() == 2
    assert house.again(1).stage is Stage.ARCHIVED
    assert house.standing(request_id).request.former_id == house.again(1).id


@pytest.mark.parametrize("who", ["scientist", "engineer", "admin", "auditor"])
def test_a_hand_in_the_version_or_no_role_in_the_matter_keeps_from_completing_it(house, who):
    request_id = house.ask()
    house.decide(request_id, "validator")
    if who == "engineer":  # a technical reviewer may sign, and nobody asked for that signature
        assert house.decide(request_id, who).state is RequestState.OPEN
    else:
        with pytest.raises(AccessError):
            house.decide(request_id, who)
    assert house.champion() is None


def test_the_opener_cannot_decide_even_with_every_role(house):
    house.person("all", *ReviewRole)
    house.ask(username="all")
    with pytest.raises(AccessError, match="opened this request"):
        house.decide(1, "all", opinion=Opinion.FIT)


def test_one_person_with_both_roles_is_still_one_person(house):
    house.person("both", "risk_reviewer", "business_owner")
    request_id = house.ask()
    assert house.decide(request_id, "both", opinion=Opinion.FIT).state is RequestState.OPEN
    assert house.decide(request_id, "business").state is RequestState.APPLIED


def test_a_page_that_is_out_of_date_signs_nothing(house):
    request_id = house.ask()
    looked = house.standing(request_id)
    save_card(house)
    with pytest.raises(ConflictError, match="model card was added"):
        house.decide(request_id, "validator", looking_at=looked)
    assert house.standing(request_id).signatures == ()


def test_another_sentence_than_the_one_shown_is_not_signed(house):
    request_id = house.ask()
    with pytest.raises(ConflictError):
        house.decide(request_id, "validator", statement="I approve of everything.")


@pytest.mark.parametrize("case", ["none", "somebody else's", "old", "simulated"])
def test_a_decision_needs_a_fresh_proof_of_ones_own(house, case):
    request_id = house.ask()
    proof = {
        "none": None,
        "somebody else's": house.proof("business"),
        "old": dataclasses.replace(house.proof("validator"), at=house.now.replace(hour=9)),
        "simulated": Proof(ProofMethod.SEEDED, house.now, house.people["validator"].key),
    }[case]
    with pytest.raises(AccessError):
        house.decide(request_id, "validator", proof=proof)
    assert house.standing(request_id).signatures == ()


def test_a_command_or_a_token_never_decides(house):
    request_id = house.ask()
    standing = house.standing(request_id)
    with pytest.raises(AccessError), house.by("validator", "cli") as tx:
        signing.submit_review(
            tx,
            request_id,
            APPROVE,
            standing.digest,
            house.proof("validator"),
            statement=standing.statement(APPROVE),
            opinion=Opinion.FIT,
        )


def test_new_evidence_makes_both_signatures_stale_at_once_and_says_why(house):
    house.person("second", "risk_reviewer")
    request_id = house.ask()
    house.decide(request_id, "validator")
    assert save_card(house) == 1
    (signature,) = house.standing(request_id).signatures
    assert signature.validity is Validity.STALE
    assert [c.words for c in signature.changes] == ["the model card was added (save 1)"]
    assert house.events()[-2:] == ["request.evidence_changed", "review.staled"]
    with house.store.reading() as session:
        (said,) = queries.reviews(session, request_id)
    assert said.staled_by == ("the model card was added (save 1)",)


def test_a_stale_signature_does_not_count_and_signing_again_does(house):
    request_id = house.ask()
    house.decide(request_id, "validator")
    save_card(house)
    assert house.decide(request_id, "business").state is RequestState.OPEN
    assert house.decide(request_id, "validator").state is RequestState.APPLIED


def test_even_a_change_that_nobody_reported_makes_a_signature_stale(house):
    request_id = house.ask()
    house.decide(request_id, "validator")
    with house.by("scientist") as tx:
        cards.save(tx, house.again(1), {"model_details": {"summary": "Written without telling anybody at all."}}, None)
    assert house.decide(request_id, "business").state is RequestState.OPEN
    assert "review.staled" in house.events()


def test_who_wrote_the_developers_part_of_the_card_cannot_decide(house):
    request_id = house.ask()
    save_card(house, "validator")
    with pytest.raises(AccessError, match="developer's part of its card"):
        house.decide(request_id, "validator")


def test_the_business_owners_own_words_do_not_bar(house):
    request_id = house.ask()
    with house.by("business") as tx:
        content = {"intended_use": {"business": {"problem": "Too many good applications wait for weeks."}}}
        cards.save(tx, house.again(1), content, None)
    assert house.standing(request_id).bars(house.people["business"].key) == ()
    house.decide(request_id, "validator")
    assert house.decide(request_id, "business").state is RequestState.APPLIED


def test_a_closed_gate_cannot_be_approved_and_says_what_is_missing(house):
    house.version(seed=None)
    request_id = house.ask(2)
    with pytest.raises(TransitionError, match="It can be built again"):
        house.decide(request_id, "validator")
    assert house.standing(request_id).signatures == ()
    assert house.events()[-1] == "transition.refused"


def test_a_rejection_ends_it(house):
    request_id = house.ask()
    house.decide(request_id, "validator")
    assert house.decide(request_id, "business", REJECT).state is RequestState.REJECTED
    with pytest.raises(TransitionError):
        house.decide(request_id, "business")


def test_a_validator_signs_an_opinion(house):
    request_id = house.ask()
    with pytest.raises(InputError, match="opinion"):
        house.decide(request_id, "validator", opinion=None)


def test_two_clicks_in_one_dialog_are_one_signature(house):
    request_id = house.ask()
    for _ in range(2):
        outcome = house.decide(request_id, "validator", once="dialog-1")
    assert outcome.state is RequestState.OPEN
    assert len(house.standing(request_id).signatures) == 1


def test_signing_the_same_twice_is_told_and_not_stored(house):
    request_id = house.ask()
    house.decide(request_id, "validator")
    with pytest.raises(ConflictError, match="already"):
        house.decide(request_id, "validator")


def test_a_dialog_that_was_used_for_one_decision_takes_no_other(house):
    request_id = house.ask()
    house.decide(request_id, "validator", once="dialog-1")
    with pytest.raises(ConflictError):
        house.decide(request_id, "business", once="dialog-1")


def test_somebody_may_change_their_mind(house):
    request_id = house.ask()
    house.decide(request_id, "validator")
    assert house.decide(request_id, "validator", REJECT).state is RequestState.REJECTED


def test_a_role_taken_away_takes_the_signature_with_it(house):
    request_id = house.ask()
    house.decide(request_id, "validator")
    with house.by("admin") as tx:
        (grant,) = people.grants(tx.session, house.people["validator"].key)
        access.revoke_role(tx, grant.id)
    (signature,) = house.standing(request_id).signatures
    assert signature.validity is Validity.DISMISSED
    assert house.decide(request_id, "business").state is RequestState.OPEN


def test_a_new_policy_makes_signatures_stale(house):
    request_id = house.ask()
    house.decide(request_id, "validator")
    with house.by("admin") as tx:
        text = policy_queries.version(tx.session, "high", 1).source
        policies.draft(tx, "high", text.replace("High materiality", "High materiality, stricter"))
        policies.publish(tx, "high", started_from=1)
        assert notice_changes(tx) == 1
    (signature,) = house.standing(request_id).signatures
    assert [c.words for c in signature.changes] == ["the policy was replaced (high, version 1 → high, version 2)"]


def test_another_champion_makes_signatures_stale(house):
    house.version()
    first, second = house.ask(1), house.ask(2)
    house.decide(first, "validator")
    house.decide(second, "validator")
    house.decide(first, "business")
    (signature,) = house.standing(second).signatures
    assert [c.words for c in signature.changes] == ["the version in production was added (version 1)"]


def test_comments_need_neither_proof_nor_role_to_sign(house):
    request_id = house.ask()
    house.decide(request_id, "scientist", COMMENT, comment="The threshold was fixed beforehand.")
    with house.store.reading() as session:
        (said,) = queries.reviews(session, request_id)
    assert (said.comment, said.person, said.statement) == (
        "The threshold was fixed beforehand.",
        "Data scientist",
        "",
    )


def test_a_decided_request_is_shown_as_it_was_decided(house):
    request_id = house.release(1)
    decided = house.standing(request_id)
    save_card(house)
    house.later(days=400)
    shown = house.standing(request_id)
    assert (shown.digest, shown.quorum, shown.state) == (decided.digest, decided.quorum, RequestState.APPLIED)
    assert {s.validity for s in shown.signatures} == {Validity.CURRENT}
