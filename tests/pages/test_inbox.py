"""The inbox and the review page: what waits for whom, and signing exactly what one looked at."""

import pytest

from app.theme import md
from core.access.proof import Proof, ProofMethod
from core.approvals import actions, queries, signing
from core.approvals.notice import notice_changes
from core.approvals.review import Opinion, ReviewDecision
from core.approvals.standing import stand
from core.approvals.states import RequestState
from core.cards import actions as cards
from core.cards import queries as saved
from core.evaluation import actions as evaluations
from core.evaluation import upload
from core.policy import actions as policies
from core.registry import actions as registry
from core.registry import queries as versions
from core.registry.actions import Build, ModelDescription
from core.registry.materiality import Exposure, Purpose
from core.registry.stage import Stage
from core.registry.version import Task

POLICY = """
signoff_policy: 1
name: high
title: High materiality
governs: [high, critical]
stages:
  production:
    rules:
      - {id: bytes-named, kind: artifact_digest, title: The model file is named, severity: required}
      - id: rebuildable
        kind: reproducible
        title: It can be built again
        severity: required
        acceptable: {by: risk_reviewer, max_days: 30}
    approvals:
      - role: risk_reviewer
      - role: business_owner
"""
COMPLETE = {"code_ref": "abc", "data_digests": ["09" * 32], "environment_ref": "lock", "seed": 7}


@pytest.fixture
def by(store, people):
    return lambda username: store.transaction(people[username].actor("password"))


@pytest.fixture
def model(by):
    with by("admin") as tx:
        policies.draft(tx, "high", POLICY)
        policies.publish(tx, "high", started_from=1)
    with by("scientist") as tx:
        registry.register_use_case(tx, slug="lending", name="Lending", purpose="Decide about mortgages")
        said = ModelDescription("mortgage", "Mortgage", "lending", exposure=Exposure.BROAD, purpose=Purpose.RIGHTS)
        return registry.register_model(tx, said)


def ask(by, number=1, **facts):
    """Register a version and ask for production."""
    with by("scientist") as tx:
        build = Build(Task.BINARY, artifact_sha256=f"{number:064x}", **(COMPLETE | facts))
        version = registry.register_version(tx, "mortgage", build)
        return actions.open_request(tx, version, Stage.PRODUCTION, "Look at *the groups*.").key


@pytest.fixture
def asked(by, model):
    return ask(by)


def texts(at):
    every = [*at.markdown, *at.caption, *at.error, *at.info, *at.header, *at.title, *at.subheader]
    return " ".join(element.value for element in every)


def button(at, label):
    return next(one for one in at.button if one.label == label)


def labels(at):
    return [one.label for one in at.button]


def state(store, request_id):
    with store.reading() as session:
        return queries.request(session, request_id).state


def reviews(store, request_id):
    with store.reading() as session:
        return queries.reviews(session, request_id)


def decide(store, by, people, request_id, username, opinion=None):
    with by(username) as tx:
        standing = stand(tx.session, queries.request(tx.session, request_id), tx.now)
        proof = Proof(ProofMethod.PASSWORD, tx.now, people[username].key)
        approve = ReviewDecision.APPROVE
        said = standing.statement(approve)
        signing.submit_review(tx, request_id, approve, standing.digest, proof, statement=said, opinion=opinion)


def write_card(by, summary="It reads applications and advises an officer."):
    with by("scientist") as tx:
        version = versions.version(tx.session, "mortgage", 1)
        newest = saved.latest(tx.session, version.key)
        content = {"model_details": {"summary": summary}}
        cards.save(tx, version, content, newest.number if newest else None)
        notice_changes(tx, version.key)


def sign(at, label="Approve", *, password, opinion=None, comment=None):
    button(at, label).click().run()
    if opinion is not None:
        at.radio(key="sign-opinion").set_value(opinion)
    if comment is not None:
        at.text_area(key="sign-comment").set_value(comment)
    at.text_input(key="sign-password").set_value(password)
    return at.button(key="sign-send").click().run()


# The list


def test_an_empty_inbox_says_what_to_do_next(look, model):
    at = look("inbox", "validator")
    assert not at.exception
    assert "Open a version on the Models page" in texts(at)


def test_what_waits_for_me_comes_first(look, asked):
    at = look("inbox", "validator")
    assert not at.exception
    assert at.segmented_control(key="kind").value == "Needs me"
    assert "One request needs you" in texts(at)
    assert at.radio(key="pick_request").options == ["**Mortgage v1 to production** :red-badge[Critical]"]


def test_whoever_is_not_wanted_sees_what_waits_for_others(look, asked):
    at = look("inbox", "auditor")
    assert at.segmented_control(key="kind").value == "Waiting"
    assert len(at.radio(key="pick_request").options) == 1
    assert "Approve" not in labels(at)


def test_requests_are_found_by_their_number(look, by, asked):
    ask(by, 2)
    at = look("inbox", "auditor", q="REQ-2")
    assert len(at.radio(key="pick_request").options) == 1
    assert not look("inbox", "auditor", q="nothing like it").exception


def test_an_address_that_leads_nowhere_is_told(look, asked):
    at = look("inbox", "auditor", request="REQ-77")
    assert not at.exception
    assert "There is no request REQ" in texts(at)
    assert not look("inbox", "auditor", request="<b>").exception


# The request


def test_the_page_says_what_is_decided_and_what_people_wrote_stays_text(look, asked):
    at = look("inbox", "validator", request="REQ-1")
    assert "You decide whether version 1 goes to production as its first version." in texts(at)
    assert r"Look at \*the groups\*\." in texts(at)


def test_a_check_that_is_not_met_keeps_from_approving_and_says_why(look, by, model):
    ask(by, seed=None)
    at = look("inbox", "validator", request="REQ-1")
    assert button(at, "Approve").disabled
    assert not button(at, "Reject").disabled
    assert "In the way: It can be built again" in texts(at)


def test_whoever_has_a_hand_in_it_is_told_why_somebody_else_decides(look, asked):
    at = look("inbox", "scientist", request="REQ-1")
    assert "You registered the version and opened this request, so somebody else decides" in texts(at)
    assert "Approve" not in labels(at)
    assert "Withdraw" in labels(at)


@pytest.mark.parametrize("username", ["scientist", "engineer", "validator", "business", "admin", "auditor"])
def test_every_tab_can_be_read_by_everybody(look, asked, username):
    at = look("inbox", username, request="REQ-1")
    for name in ("What changed", "Comparison", "Card", "Lineage", "What you sign", "Discussion (1)", "Findings"):
        at.session_state["review-tab-1"] = name
        at.run()
        assert not at.exception, name


# Signing


def test_two_people_sign_with_their_passwords_and_it_is_applied(look, store, people, asked):
    at = sign(look("inbox", "validator", request="REQ-1"), password=people_password("validator"), opinion=Opinion.FIT)
    assert not at.exception
    assert state(store, asked) is RequestState.OPEN
    sign(look("inbox", "business", request="REQ-1"), password=people_password("business"))
    assert state(store, asked) is RequestState.APPLIED
    (first, second) = reviews(store, asked)
    assert (first.opinion, first.proof_method, second.person) == (Opinion.FIT, ProofMethod.PASSWORD, "Business owner")


def people_password(username):
    return f"demo-{username}-2026"


def test_a_wrong_password_signs_nothing_and_keeps_what_was_typed(look, store, asked):
    at = look("inbox", "validator", request="REQ-1")
    at = sign(at, password="wrong", opinion=Opinion.FIT, comment="Fine for now.")
    assert "This is not your password" in texts(at)
    assert at.text_area(key="sign-comment").value == "Fine for now."
    assert reviews(store, asked) == []


def test_without_a_password_it_is_asked_for(look, store, asked):
    at = sign(look("inbox", "validator", request="REQ-1"), password="", opinion=Opinion.FIT)
    assert "Type your password" in texts(at)
    assert reviews(store, asked) == []


def test_a_validator_without_an_opinion_is_asked_for_it(look, store, asked):
    at = sign(look("inbox", "validator", request="REQ-1"), password=people_password("validator"))
    assert "signs an opinion" in texts(at)
    assert reviews(store, asked) == []


def test_a_rejection_needs_a_reason(look, store, asked):
    at = look("inbox", "business", request="REQ-1")
    assert "no comment" in texts(sign(at, "Reject", password=people_password("business"), comment=" "))
    at = look("inbox", "business", request="REQ-1")
    sign(at, "Reject", password=people_password("business"), comment="Not before spring.")
    assert state(store, asked) is RequestState.REJECTED


def test_evidence_that_changed_between_looking_and_clicking_is_not_signed(look, store, by, asked):
    at = look("inbox", "validator", request="REQ-1")
    write_card(by)
    button(at, "Approve").click().run()
    assert "Nothing was signed" in texts(at)
    assert reviews(store, asked) == []


def test_evidence_that_changed_while_the_dialog_was_open_is_not_signed(look, store, by, asked):
    at = look("inbox", "validator", request="REQ-1")
    button(at, "Approve").click().run()
    write_card(by)
    at.radio(key="sign-opinion").set_value(Opinion.FIT)
    at.text_input(key="sign-password").set_value(people_password("validator"))
    at.button(key="sign-send").click().run()
    assert "the model card was added" in texts(at)
    assert reviews(store, asked) == []


def test_a_stale_signature_calls_back_and_says_what_changed(look, store, by, people, asked):
    decide(store, by, people, asked, "validator", Opinion.FIT)
    write_card(by)
    at = look("inbox", "validator")
    assert "One request needs you" in texts(at)
    assert "It changed since you signed" in texts(at)
    at.session_state["review-tab-1"] = "What changed (1 since you signed)"
    at.run()
    assert "The model card was added" in texts(at)


def measure(store, people, folder, share):
    rows = [f"{n},{n % 2},{(n % 2) if n < share else 1 - n % 2}" for n in range(200)]
    path = folder / "held-out.csv"
    path.write_text("id,label,prediction\n" + "\n".join(rows), encoding="utf-8")
    columns = upload.Columns(id="id", label="label", prediction="prediction")
    spec = upload.Spec(task=Task.BINARY, columns=columns, dataset=upload.DataName(name="held-out"))
    actor = people["scientist"].actor("password")
    evaluations.upload(store, actor, ("mortgage", 1), path, path.name, spec=spec)


def test_a_replaced_evaluation_says_which_numbers_moved(look, store, by, people, asked, tmp_path):
    measure(store, people, tmp_path, 180)
    decide(store, by, people, asked, "validator", Opinion.FIT)
    measure(store, people, tmp_path, 170)
    with by("scientist") as tx:
        notice_changes(tx, versions.version(tx.session, "mortgage", 1).key)
    at = look("inbox", "validator", request="REQ-1")
    at.session_state["review-tab-1"] = "What changed (1 since you signed)"
    at.run()
    assert not at.exception
    moved = at.table[0].value
    assert moved.columns.tolist() == ["Number measured there", md("EVL-1"), md("EVL-2"), "Moved"]
    assert moved.iloc[0].tolist() == ["Accuracy", "0.900", "0.850", "-0.050 :red[worse]"]


# Asking, answering, findings, exceptions


def test_changes_are_asked_for_and_answered_in_the_browser(look, store, asked):
    at = look("inbox", "validator", request="REQ-1")
    sign(at, "Ask for changes", password=people_password("validator"), opinion=Opinion.NOT_FIT, comment="Why .8?")
    assert state(store, asked) is RequestState.CHANGES_REQUESTED
    at = look("inbox", "scientist")
    assert "One request needs you" in texts(at)
    button(at, "Answer and submit again").click().run()
    at.text_area(key="answer-words").set_value("It was fixed beforehand.")
    button(at, "Submit again").click().run()
    assert state(store, asked) is RequestState.OPEN
    assert reviews(store, asked)[-1].comment == "It was fixed beforehand."


def test_the_opener_withdraws(look, store, asked):
    at = look("inbox", "scientist", request="REQ-1")
    at.button(key="withdraw-1").click().run()
    next(one for one in at.button if one.label == "Withdraw" and one.key != "withdraw-1").click().run()
    assert state(store, asked) is RequestState.WITHDRAWN


def test_anybody_who_works_on_it_comments(look, store, asked):
    at = look("inbox", "scientist", request="REQ-1")
    at.session_state["review-tab-1"] = "Discussion (1)"
    at.run()
    at.text_area(key="words-1").set_value("See the notebook.")
    button(at, "Comment").click().run()
    assert [said.comment for said in reviews(store, asked)] == ["See the notebook."]
    assert at.session_state["review-tab-1"] == "Discussion (2)"


def test_a_finding_is_raised_and_closed_in_the_browser(look, asked):
    at = look("inbox", "validator", request="REQ-1")
    at.session_state["review-tab-1"] = "Findings"
    at.run()
    at.button(key="raise-finding").click().run()
    at.text_input(key="finding-title").set_value("Sentinels in lines")
    button(at, "Raise it").click().run()
    at = look("inbox", "validator", request="REQ-1")
    at.session_state["review-tab-1"] = "Findings (1 open)"
    at.run()
    assert "Sentinels in lines" in texts(at)
    at.button(key="close-1").click().run()
    at.text_area(key="close-words").set_value("They are gone.")
    button(at, "Put it on record").click().run()
    assert "1 open" not in " ".join(tab.label for tab in look("inbox", "validator", request="REQ-1").tabs)


def test_a_check_is_accepted_with_reason_end_and_password(look, by, model):
    ask(by, seed=None)
    at = look("inbox", "validator", request="REQ-1")
    at.button(key="accept-rebuildable").click().run()
    at.text_area(key="accept-reason").set_value("It is retrained next week anyway.")
    at.text_input(key="accept-password").set_value(people_password("validator"))
    button(at, "Sign and accept").click().run()
    assert not at.exception
    at = look("inbox", "validator", request="REQ-1")
    assert not button(at, "Approve").disabled
    assert "Accepted by Independent validator" in texts(at)


def test_a_transition_is_asked_for_on_the_page_of_the_version(look, store, by, model):
    with by("scientist") as tx:
        version = registry.register_version(tx, "mortgage", Build(Task.BINARY, artifact_sha256="ab" * 32))
    at = look("model", "scientist", name="mortgage", version="1")
    at.button(key=f"ask-{version.key}").click().run()
    assert not at.exception
    assert at.radio(key="ask-target").options == ["Production", "Staging", "Archived"]
    at.text_area(key="ask-comment").set_value("Please look at the groups.")
    at.button(key="ask-send").click().run()
    with store.reading() as session:
        asked = queries.request(session, 1)
        assert (asked.target, queries.comment(session, asked)) == (Stage.PRODUCTION, "Please look at the groups.")


def test_only_whoever_may_ask_is_offered_to(look, by, model):
    with by("scientist") as tx:
        registry.register_version(tx, "mortgage", Build(Task.BINARY))
    assert "Ask for a transition" not in labels(look("model", "auditor", name="mortgage", version="1"))


def test_a_decided_request_shows_the_checks_and_the_champion_of_then(look, store, by, people, asked):
    for request_id, number in ((asked, 1), (ask(by, 2), 2), (ask(by, 3), 3)):
        assert request_id == number
        decide(store, by, people, request_id, "validator", Opinion.FIT)
        decide(store, by, people, request_id, "business")
    with by("admin") as tx:
        policies.draft(tx, "high", POLICY.replace("It can be built again", "Another question"))
        policies.publish(tx, "high", started_from=1)

    at = look("inbox", "auditor", request="REQ-2")
    assert not at.exception
    shown = texts(at)
    assert "As they stood on" in shown
    assert "version 1, against version 1 in charge." in shown
    assert "The question was whether version 2 replaces version 1 in production." in shown
    assert "2 of 2 required checks met" in shown
    assert "It can be built again" in shown
    assert "Another question" not in shown

    at.session_state["review-tab-2"] = "Comparison"
    at.run()
    assert not at.exception
    assert "Version 2 and version 1, in charge, were not measured on the same data." in texts(at)
