"""Signing as somebody whom a provider vouches for: nothing that was typed is lost, and nothing else is signed."""

from datetime import timedelta

import pytest
import streamlit as st
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from app import house, visit
from app.settings import Settings
from core.access import actions, entering, errand, step_up
from core.access.admission import Admission, Arrival, Terms
from core.access.entering import Ticket
from core.access.errand import Departure
from core.access.person import ReviewRole
from core.approvals import actions as approvals
from core.approvals import queries
from core.approvals.review import Opinion
from core.cards import actions as cards
from core.errors import AccessError
from core.policy import actions as policies
from core.policy.waiver import Waiver
from core.registry import actions as registry
from core.registry.actions import Build, ModelDescription
from core.registry.materiality import Exposure, Purpose
from core.registry.stage import Stage
from core.registry.version import Task
from tests.pages.conftest import MAIN

ACME = "https://acme.example"
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
"""
COMPLETE = {"code_ref": "abc", "data_digests": ["09" * 32], "environment_ref": "lock", "seed": 7}


def ask(tx, number, **facts):
    made = registry.register_version(tx, "mortgage", Build(Task.BINARY, artifact_sha256=f"{number:064x}", **facts))
    approvals.open_request(tx, made, Stage.PRODUCTION, "Look at the groups.")
    return made


@pytest.fixture
def version(store, people):
    with store.transaction(people["admin"].actor("password")) as tx:
        policies.draft(tx, "high", POLICY)
        policies.publish(tx, "high", started_from=1)
    with store.transaction(people["scientist"].actor("password")) as tx:
        registry.register_use_case(tx, slug="lending", name="Lending", purpose="Decide about mortgages")
        said = ModelDescription("mortgage", "Mortgage", "lending", exposure=Exposure.BROAD, purpose=Purpose.RIGHTS)
        registry.register_model(tx, said)
        return ask(tx, 1, **COMPLETE)


@pytest.fixture
def ada(store, people, version, monkeypatch):
    """A risk reviewer of a provider, signed in."""
    terms, ticket = Terms(Admission.CREATE, {}), Ticket("acme", "s-1", "signed", store.clock() - timedelta(hours=1))
    entry = entering.arrive(store, Arrival(ACME, "u-1", "ada", "Ada L."), terms, ticket, browser="Test")
    with store.transaction(people["admin"].actor("password")) as tx:
        actions.grant_role(tx, entry.person.key, ReviewRole.RISK_REVIEWER)
    acme = {"issuer": ACME, "client_id": "signoff", "label": "Acme"}
    monkeypatch.setattr("app.settings._SETTLED", [Settings(home=store.home, oidc={"acme": acme})])
    monkeypatch.setattr(house, "store", lambda: store)
    monkeypatch.setattr(visit, "cookie", lambda: entry.token)
    return entry


@pytest.fixture
def look(ada):
    def open_inbox(request="REQ-1"):
        st.cache_data.clear()
        at = AppTest.from_file(str(MAIN), default_timeout=30).run()
        at.switch_page("../pages/inbox.py")
        at.query_params["request"] = request
        return at.run()

    return open_inbox


@pytest.fixture
def waiting(store, ada):
    """What waits for Ada."""

    def look(about="REQ-1"):
        with store.reading() as session:
            return step_up.of_decision(session, ada.person.key, about, store.clock())

    return look


@pytest.fixture
def answer(store, ada, waiting):
    """Come back from the provider: with a proof, or with a refusal."""

    def come_back(refusal=None, about="REQ-1"):
        errand.depart(store, waiting(about), Departure("acme", "browser", "a state", "{}"))
        claimed = errand.claim(store, "acme", "a state", "browser")
        if refusal:
            step_up.refuse(store, claimed, refusal)
        else:
            step_up.confirm(store, claimed, (ACME, "u-1"), store.clock(), claimed.session_id)

    return come_back


def texts(at):
    every = [*at.markdown, *at.caption, *at.error, *at.success]
    return " ".join(element.value for element in every).replace("\\", "")


def button(at, label):
    return next(one for one in at.button if one.label == label)


def set_out(at, opinion=Opinion.FIT, comment="Groups fare alike."):
    button(at, "Approve").click().run()
    if opinion:
        at.radio(key="sign-opinion").set_value(opinion)
    at.text_area(key="sign-comment").set_value(comment)
    return at.button(key="sign-send").click().run()


def review(store):
    with store.reading() as session:
        return queries.reviews(session, 1)


def test_no_password_is_asked_of_a_providers_people(look):
    at = look()
    button(at, "Approve").click().run()

    assert not at.exception
    assert "sign-password" not in [one.key for one in at.text_input]
    assert at.button(key="sign-send").label == "Go on with Acme"


def test_nobody_is_sent_away_with_a_decision_that_says_too_little(look, waiting):
    at = set_out(look(), opinion=None)

    assert "A risk reviewer signs an opinion." in texts(at)
    assert waiting() is None


def test_what_was_typed_waits_and_is_signed_when_the_provider_has_seen_the_person(look, store, waiting, answer):
    assert "Going on to Acme" in texts(set_out(look()))
    assert waiting().typed["comment"] == "Groups fare alike."
    assert review(store) == []

    answer()
    at = look()
    assert "Acme has just seen you." in texts(at)
    assert "Groups fare alike." in texts(at)
    at.button(key="sign-proved").click().run()

    (signed,) = review(store)
    assert (signed.comment, signed.opinion.value, signed.proof_method.value) == (
        "Groups fare alike.",
        "fit",
        "provider",
    )
    assert waiting() is None


def test_a_refusal_of_the_provider_stands_above_the_words_that_were_typed(look, store, answer):
    set_out(look())
    answer(AccessError("Acme did not let you in.", "Try again."))
    at = look()

    assert "Acme did not let you in." in texts(at)
    assert at.text_area(key="sign-comment").value == "Groups fare alike."
    assert at.radio(key="sign-opinion").value is Opinion.FIT
    assert review(store) == []


def test_changed_words_need_the_provider_again(look, store, answer, waiting):
    set_out(look())
    answer()
    at = look()
    at.button(key="sign-change").click().run()
    assert at.text_area(key="sign-comment").value == "Groups fare alike."
    at.text_area(key="sign-comment").set_value("Groups fare differently.")
    at.button(key="sign-send").click().run()

    assert review(store) == []
    assert (waiting().typed["comment"], waiting().proved_at) == ("Groups fare differently.", None)


def test_what_changed_meanwhile_is_not_signed(look, store, people, version, answer):
    set_out(look())
    with store.transaction(people["scientist"].actor("password")) as tx:
        cards.save(tx, version, {"model_details": {"summary": "It reads applications."}}, None)
    answer()
    at = look()

    assert "Nothing was signed." in texts(at)
    assert review(store) == []


def test_a_provider_that_left_the_settings_is_a_sentence(look, store, monkeypatch):
    at = look()
    monkeypatch.setattr("app.settings._SETTLED", [Settings(home=store.home)])
    at = set_out(at)

    assert "no longer in the settings" in texts(at)
    assert review(store) == []


def test_accepting_a_check_that_is_not_met_asks_the_provider_too(look, store, people, answer, waiting):
    with store.transaction(people["scientist"].actor("password")) as tx:
        ask(tx, 2)
    at = look("REQ-2")
    at.button(key="accept-rebuildable").click().run()
    at.text_area(key="accept-reason").set_value("Retrained next week.")
    at.button(key="accept-send").click().run()
    assert waiting("REQ-2 rebuildable").typed["reason"] == "Retrained next week."

    answer(about="REQ-2 rebuildable")
    at = look("REQ-2")
    assert "Retrained next week." in texts(at)
    at.button(key="accept-proved").click().run()

    assert not at.exception
    with store.reading() as session:
        (waiver,) = session.exec(select(Waiver))
    assert waiver.rule_id == "rebuildable"
    assert waiting("REQ-2 rebuildable") is None
