"""Before a decision the provider is asked anew: what it answers counts once, for that decision, and is fresh."""

import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlmodel import select

from app.signin import oidc
from core.access import step_up
from core.access.proof import FRESH_FOR, ProofMethod
from core.access.session import BrowserSession, ProviderSession
from core.audit.event import Event
from core.errors import AccessError
from tests.app.signin.conftest import leads_to

WANTED = step_up.purpose(request=17, decision="approve", comment="Ship it.")
WORDS = {"decision": "approve", "comment": "Ship it."}


@pytest.fixture
def signed_in(sign_in, provider, store, person):
    """Somebody whom the provider saw an hour ago and who came in just now, and the number of their session."""
    provider.claims = {"auth_time": int(time.time()) - 3600}
    sign_in()
    provider.claims = {}
    with store.reading() as session:
        return person(), session.exec(select(BrowserSession.id)).one()


@pytest.fixture
def prepare(signed_in, store):
    """Type something for REQ-17; gives the form that leads to the provider."""

    def typed(session_id=signed_in[1]):
        token = step_up.prepare(
            store,
            signed_in[0],
            session_id,
            provider="acme",
            wanted=WANTED,
            about="REQ-17",
            onward="/inbox?request=REQ-17",
            words=WORDS,
        )
        return {"url": "/signin/oidc/acme/prove", "data": {"errand": token}}

    return typed


@pytest.fixture
def prove(prepare, browser, provider):
    """Go to the provider for a decision and come back; gives the last answer."""

    def there_and_back():
        out = browser.post(**prepare())
        return browser.get("/signin/oidc/acme/callback", params=provider.visit(leads_to(out)))

    return there_and_back


@pytest.fixture
def kept(store, signed_in):
    """What waits for the visitor, and the proof in it."""

    def look():
        with store.reading() as session:
            errand = step_up.of_decision(session, signed_in[0].key, "REQ-17", store.clock())
        return errand, step_up.proof_of(errand, signed_in[1], store.clock()) if errand else None

    return look


def spend(store, who, proof, wanted=WANTED):
    with store.transaction(who.actor("provider")) as tx:
        proof.require_fresh(tx.actor, tx.now)
        step_up.spend(tx, proof, wanted)
        tx.record(Event.SESSION_ENDED, who.subject, why="a test")


def test_the_provider_is_asked_anew_and_leads_back_to_the_same_request(prove, provider, kept, signed_in):
    assert prove().headers["location"] == "/inbox?request=REQ-17"

    errand, proof = kept()
    assert provider.asked["max_age"] == "0"
    assert "prompt" not in provider.asked
    assert (proof.method, proof.person_id) == (ProofMethod.PROVIDER, signed_in[0].id)
    assert errand.typed == WORDS


def test_a_prompt_is_sent_by_setting_only(settle, prove, provider):
    settle(step_up_prompt="login")
    prove()

    assert provider.asked["prompt"] == "login"


def test_a_proof_counts_once(prove, kept, store, signed_in):
    prove()
    proof = kept()[1]
    spend(store, signed_in[0], proof)

    with pytest.raises(AccessError, match="used already"):
        spend(store, signed_in[0], proof)
    assert kept() == (None, None)


def test_a_proof_counts_for_nothing_else(prove, kept, store, signed_in):
    prove()
    other = step_up.purpose(request=17, decision="approve", comment="Ship it, and the next one.")

    with pytest.raises(AccessError, match="given for another decision"):
        spend(store, signed_in[0], kept()[1], other)
    spend(store, signed_in[0], kept()[1])


def test_a_proof_waits_five_minutes(prove, kept, store, signed_in, clock):
    prove()
    proof = kept()[1]
    clock.forward(seconds=FRESH_FOR.total_seconds() + 1)

    assert kept()[1] is None
    with pytest.raises(AccessError, match="too old"):
        spend(store, signed_in[0], proof)


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        pytest.param({"auth_time": int(time.time()) - 3600}, "saw you too long ago", id="seen an hour ago"),
        pytest.param({"auth_time": int(time.time()) + 1_000_000}, "saw you too long ago", id="seen in the future"),
        pytest.param({"auth_time": None}, "does not say when it saw you", id="not saying"),
        pytest.param({"auth_time": True}, "does not say when it saw you", id="no moment"),
        pytest.param({"sub": "u-2"}, "saw somebody else", id="somebody else"),
        pytest.param({"exp": 1}, "too old", id="a token that ended"),
        pytest.param({"nonce": "of last week"}, "another sign-in", id="a nonce that was used before"),
    ],
)
def test_a_provider_that_did_not_just_see_this_person_proves_nothing(claims, words, prove, provider, kept, standing):
    provider.claims = claims
    assert prove().headers["location"] == "/inbox?request=REQ-17"

    errand, proof = kept()
    assert proof is None
    assert words in str(errand.refusal)
    assert errand.typed == WORDS
    assert standing() == 1


def test_a_provider_that_does_not_ask_again_proves_one_decision_and_then_says_what_to_set(prove, provider, kept):
    provider.claims = {"auth_time": int(time.time())}
    prove()
    assert kept()[1]
    prove()

    errand, proof = kept()
    assert proof is None
    assert "did not ask you again" in errand.problem
    assert "STEP_UP_PROMPT" in errand.fix
    assert errand.typed == WORDS


def test_having_just_signed_in_is_no_proof(provider, prove, kept, store):
    with store.housekeeping() as session:
        session.exec(select(ProviderSession)).one().seen_at = store.clock()  # as if the provider had asked just now
    provider.claims = {"auth_time": int(time.time()) - 5}
    prove()

    assert kept()[1] is None
    assert "did not ask you again" in kept()[0].problem


def test_words_outlive_a_provider_that_is_down(prepare, browser, provider, kept):
    provider.down = {"/.well-known/openid-configuration"}
    oidc._CLIENTS.clear()
    assert browser.post(**prepare()).headers["location"] == "/inbox?request=REQ-17"

    errand, proof = kept()
    assert proof is None
    assert "Acme cannot be reached" in str(errand.refusal)
    assert errand.typed == WORDS


def test_words_outlive_a_person_who_turned_back(prepare, browser, provider, kept):
    out = browser.post(**prepare())
    back = provider.visit(leads_to(out)) | {"error": "access_denied"}
    assert browser.get("/signin/oidc/acme/callback", params=back).headers["location"] == "/inbox?request=REQ-17"

    assert "did not let you in" in str(kept()[0].refusal)
    assert kept()[0].typed == WORDS


def test_the_way_to_the_provider_is_open_once(prepare, browser):
    form = prepare()
    assert leads_to(browser.post(**form))

    assert "was used already" in browser.post(**form).text


def test_a_link_to_the_way_shows_its_form_and_sets_nobody_out(prepare, browser, kept):
    form = prepare()
    shown = browser.get(form["url"], params=form["data"])

    assert leads_to(shown) is None
    assert f'name="errand" value="{form["data"]["errand"]}"' in shown.text
    assert kept()[0].browser_sha256 is None
    assert leads_to(browser.post(**form))


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}])
def test_a_form_of_another_site_asks_no_provider_for_a_decision(headers, prepare, browser, kept):
    answer = browser.post(**prepare(), headers=headers)

    assert answer.status_code == 403
    assert kept()[0].browser_sha256 is None


def test_the_way_to_the_provider_is_closed_to_other_sessions(prepare, browser):
    assert "was used already" in browser.post(**prepare(session_id=99)).text


def test_a_proof_for_somebody_who_was_signed_out_meanwhile_does_not_count(prepare, browser, provider, kept, store):
    out = browser.post(**prepare())
    bound = browser.cookies.get("signoff_errand")
    browser.cookies.clear()
    browser.cookies.set("signoff_errand", bound)
    browser.get("/signin/oidc/acme/callback", params=provider.visit(leads_to(out)))

    errand, proof = kept()
    assert proof is None
    assert "signed out meanwhile" in str(errand.refusal)


def test_a_proof_for_a_session_that_was_replaced_meanwhile_does_not_count(prepare, browser, provider, kept, sign_in):
    out = browser.post(**prepare())
    bound = browser.cookies.get("signoff_errand")
    browser.cookies.clear()
    browser.cookies.set("signoff_errand", bound)
    sign_in()
    browser.get("/signin/oidc/acme/callback", params=provider.visit(leads_to(out)))

    errand, proof = kept()
    assert proof is None
    assert "signed in anew meanwhile" in str(errand.refusal)


def test_an_answer_for_a_decision_opens_no_session(prove, standing, browser):
    prove()

    assert standing() == 1


def test_what_was_typed_waits_an_hour_and_no_longer(prepare, kept, clock):
    prepare()
    clock.forward(minutes=59)
    assert kept()[0].typed == WORDS
    clock.forward(minutes=2)

    assert kept()[0] is None


def test_the_way_to_the_provider_carries_nothing_that_was_typed(prepare, browser):
    asked = parse_qs(urlsplit(leads_to(browser.post(**prepare()))).query)

    assert "Ship it." not in str(asked)
    assert asked["redirect_uri"] == ["http://localhost:8501/signin/oidc/acme/callback"]


def test_a_proof_is_as_old_as_the_provider_says(prove, provider, kept, store):
    provider.claims = {"auth_time": int(time.time()) - 5}
    prove()

    assert timedelta(seconds=4) <= store.clock() - kept()[1].at <= timedelta(seconds=60)
