"""Whatever a provider does wrong gives a sentence, and never a session."""

import time

import pytest

from core.access import queries
from tests.app.signin.conftest import leads_to

DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture
def refused(standing):
    """Checks that an answer is a sentence on the sign-in page and that nobody is in."""

    def check(answer, words):
        assert answer.status_code in {401, 403, 404, 503}
        assert words in answer.text
        assert 'name="password"' in answer.text  # local accounts stay usable
        assert "signoff_session" not in answer.headers.get("set-cookie", "")
        assert standing() == 0

    return check


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        pytest.param({"iss": "https://evil.example"}, "somebody else issued it", id="another issuer"),
        pytest.param({"iss": None}, "somebody else issued it", id="no issuer"),
        pytest.param({"aud": "payroll"}, "meant for another application", id="another audience"),
        pytest.param({"aud": "payroll", "azp": "signoff"}, "meant for another application", id="audience and party"),
        pytest.param({"aud": ["payroll", "signoff"], "azp": "payroll"}, "meant for another", id="another party"),
        pytest.param({"aud": None}, "meant for another application", id="no audience"),
        pytest.param({"exp": int(time.time()) - 600}, "it is too old", id="expired"),
        pytest.param({"exp": None}, "does not fit", id="no end"),
        pytest.param({"iat": int(time.time()) + 1_000_000}, "does not fit", id="from the future"),
        pytest.param({"nonce": "of last week"}, "belongs to another sign-in", id="a nonce that was used before"),
        pytest.param({"nonce": None}, "belongs to another sign-in", id="no nonce"),
        pytest.param({"sub": None}, "does not", id="nobody"),
        pytest.param({"sub": ""}, "does not", id="an empty name"),
        pytest.param({"sub": 7}, "does not", id="a number"),
    ],
)
def test_a_token_that_says_something_wrong_opens_nothing(claims, words, provider, sign_in, refused):
    provider.claims = claims
    refused(sign_in(), words)


def test_a_token_without_a_signature_opens_nothing(provider, sign_in, refused):
    provider.header = {"alg": "none"}
    refused(sign_in(), "its signature does not hold")


def test_a_token_signed_with_another_key_opens_nothing(provider, keys, sign_in, refused):
    provider.key = keys[1]
    refused(sign_in(), "its signature does not hold")


def test_a_key_under_an_unknown_name_opens_nothing(provider, keys, sign_in, refused):
    provider.key, provider.header = keys[1], {"alg": "RS256", "kid": "two"}
    refused(sign_in(), "its signature does not hold")


def test_the_public_key_is_no_shared_secret(provider, keys, sign_in, refused):
    provider.key, provider.header = keys[0].as_pem(private=False), {"alg": "HS256", "kid": "one"}
    refused(sign_in(), "its signature does not hold")


def test_a_provider_that_only_signs_with_shared_secrets_is_not_asked(provider, sign_in, refused):
    provider.described = {"id_token_signing_alg_values_supported": ["HS256", "none"]}
    refused(sign_in(), "signs with nothing that Signoff accepts")


def test_an_answer_counts_once(browser, set_out, provider, standing):
    out = leads_to(set_out())
    back = provider.visit(out)
    assert browser.get("/signin/oidc/acme/callback", params=back).status_code == 303

    again = browser.get("/signin/oidc/acme/callback", params=back | {"code": provider.visit(out)["code"]})
    assert "was used already" in again.text
    assert standing() == 1


@pytest.mark.parametrize("state", [None, "", "guessed"])
def test_an_answer_that_nobody_asked_for_opens_nothing(state, sign_in, refused):
    refused(sign_in(state=state), "was not asked for here")


def test_an_answer_counts_only_in_the_browser_that_set_out(browser, set_out, provider, refused):
    out = leads_to(set_out())
    back = provider.visit(out)
    browser.cookies.clear()

    refused(browser.get("/signin/oidc/acme/callback", params=back), "was not asked for here")


def test_nobody_is_waited_for_longer_than_ten_minutes(browser, set_out, provider, clock, refused):
    out = leads_to(set_out())
    back = provider.visit(out)
    clock.forward(minutes=11)

    refused(browser.get("/signin/oidc/acme/callback", params=back), "was not asked for here")


def test_an_answer_in_the_name_of_another_provider_opens_nothing(sign_in, refused):
    refused(sign_in(iss="https://evil.example"), "the answer names another issuer")


def test_a_provider_that_promises_its_name_has_to_give_it(provider, sign_in, refused):
    provider.described = {"authorization_response_iss_parameter_supported": True}
    refused(sign_in(iss=None), "the answer names another issuer")


def test_the_same_address_under_another_issuer_is_another_person(
    provider, other_provider, settle, browser, sign_in, store, person
):
    settle(others=[("twin", other_provider)])
    provider.claims = {"email": "ada@example.org", "email_verified": True}
    other_provider.claims = provider.claims | {"sub": "u-2"}
    assert sign_in().status_code == 303
    browser.cookies.clear()
    assert sign_in(at=other_provider, name="twin").status_code == 303

    first, second = person("u-1"), person("u-2")
    assert first.id != second.id
    assert (first.email, second.email) == ("ada@example.org", None)
    assert (first.username, second.username) == ("ada", "ada-2")


def test_the_same_subject_under_another_issuer_is_another_person(
    provider, other_provider, settle, browser, sign_in, store
):
    settle(others=[("twin", other_provider)])
    sign_in()
    browser.cookies.clear()
    sign_in(at=other_provider, name="twin")

    with store.reading() as session:
        names = [queries.by_identity(session, one.issuer, "u-1").username for one in (provider, other_provider)]
    assert names == ["ada", "ada-2"]


@pytest.mark.parametrize("groups", ["admins", {"admins": True}, [["admins"]], None, 7])
def test_groups_that_are_no_list_of_names_give_no_role(groups, provider, settle, sign_in, person):
    settle(groups={"admins": "admin"})
    provider.claims = {"groups": groups}
    provider.said = {"groups": groups}

    assert sign_in().status_code == 303
    assert person().system_role.value == "viewer"


@pytest.mark.parametrize("path", [DISCOVERY, "/token", "/jwks"])
def test_a_provider_that_is_down_leaves_local_accounts_usable(path, provider, sign_in, refused):
    provider.down = {path}
    refused(sign_in(), "Acme cannot be reached" if path != "/token" else "Acme")


def test_a_provider_that_comes_back_is_believed_again(provider, sign_in, refused):
    provider.down = {DISCOVERY}
    refused(sign_in(), "Acme cannot be reached")
    provider.down = set()

    assert sign_in().status_code == 303


def test_without_the_profile_nobody_comes_in(provider, sign_in, refused):
    provider.claims, provider.down = {"name": None}, {"/userinfo"}
    refused(sign_in(), "Acme cannot be reached")


def test_the_profile_of_somebody_else_opens_nothing(provider, sign_in, refused):
    provider.claims, provider.said = {"name": None}, {"sub": "u-2", "name": "Mallory"}
    refused(sign_in(), "it describes somebody else than it signed for")


@pytest.mark.parametrize(
    ("described", "words"),
    [
        ({"issuer": "https://evil.example"}, "calls itself otherwise"),
        ({"token_endpoint": None}, "does not say its token_endpoint"),
        ({"token_endpoint": "http://evil.example/token"}, "unsafe token_endpoint"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "unsafe authorization_endpoint"),
        ({"jwks_uri": "file:///etc/passwd"}, "unsafe jwks_uri"),
    ],
)
def test_a_description_that_does_not_fit_is_not_followed(described, words, provider, sign_in, refused):
    provider.described = described
    refused(sign_in(), words)


@pytest.mark.parametrize(
    ("error", "words"),
    [("access_denied", "did not let you in"), ("server_error", "(server_error)"), ("<script>", "(unknown)")],
)
def test_a_refusal_of_the_provider_is_a_sentence(error, words, sign_in, refused):
    refused(sign_in(error=error, code=None), words)


def test_an_unknown_provider_is_a_sentence(browser, set_out, refused):
    for answer in (browser.get("/signin/oidc/umbrella"), set_out("umbrella")):
        refused(answer, "no such identity provider")
