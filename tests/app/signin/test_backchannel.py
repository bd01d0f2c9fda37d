"""A provider says that somebody signed out there: only a fresh notice of its own, meant for us, ends a session."""

import time

import pytest

from app.signin.backchannel import EVENT


@pytest.fixture
def send(browser, provider):
    return lambda token=None, **claims: browser.post(
        "/signin/oidc/acme/logout", data={"logout_token": token or provider.logout_token(**claims)}
    )


def test_a_notice_ends_the_session(sign_in, send, standing, recorded):
    sign_in()
    answer = send()

    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert standing() == 0
    assert recorded()[-1] == "session.ended"


def test_a_notice_about_one_session_leaves_the_others(sign_in, browser, provider, send, standing):
    sign_in()
    browser.cookies.clear()
    provider.claims = {"sid": "s-2"}
    sign_in()

    assert send(sid="s-2", sub=None).status_code == 200
    assert standing() == 1


def test_a_notice_about_a_person_ends_all_their_sessions(sign_in, browser, provider, send, standing):
    for sid, sub in (("s-1", "u-1"), ("s-2", "u-1"), ("s-3", "u-2")):
        provider.claims = {"sid": sid, "sub": sub}
        browser.cookies.clear()
        sign_in()

    assert send(sid=None).status_code == 200
    assert standing() == 1


def test_a_notice_about_nobody_here_is_taken(sign_in, send, standing):
    sign_in()

    assert send(sub="u-9", sid=None).status_code == 200
    assert standing() == 1


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"iss": "https://evil.example"}, "somebody else issued it"),
        ({"aud": "payroll"}, "meant for another application"),
        ({"events": None}, "does not say that somebody signed out"),
        ({"events": {"http://schemas.openid.net/event/other": {}}}, "does not say that somebody signed out"),
        ({"events": EVENT}, "does not say that somebody signed out"),
        ({"nonce": "n"}, "carries a nonce"),
        ({"iat": None}, "not issued just now"),
        ({"iat": int(time.time()) - 600}, "not issued just now"),
        ({"iat": int(time.time()) + 1_000_000}, "not issued just now"),
        ({"exp": int(time.time()) - 600}, "too old"),
        ({"exp": "tomorrow"}, "too old"),
        ({"jti": None}, "no identifier"),
        ({"sub": None, "sid": None}, "neither a person nor a session"),
    ],
)
def test_a_notice_that_says_something_wrong_ends_nothing(claims, words, sign_in, send, standing):
    sign_in()
    answer = send(**claims)

    assert answer.status_code == 400
    assert words in answer.json()["error_description"]
    assert standing() == 1


def test_a_notice_counts_once(sign_in, browser, send, provider, standing):
    token = provider.logout_token()
    sign_in()
    assert send(token).status_code == 200
    browser.cookies.clear()
    sign_in()

    assert "used already" in send(token).json()["error_description"]
    assert standing() == 1


def test_a_notice_that_could_not_be_followed_counts_when_it_is_sent_again(sign_in, send, provider, standing):
    token = provider.logout_token()
    sign_in()
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr("core.access.entering.end_at_provider", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            send(token)

    assert send(token).status_code == 200
    assert standing() == 0


@pytest.mark.parametrize("lie", ["none", "another key", "garbage", "nothing"])
def test_a_notice_that_the_provider_did_not_sign_ends_nothing(lie, sign_in, browser, send, provider, keys, standing):
    sign_in()
    if lie == "none":
        provider.header = {"alg": "none"}
    if lie == "another key":
        provider.key = keys[1]
    token = {"garbage": "a.b.c", "nothing": ""}.get(lie, provider.logout_token())

    assert browser.post("/signin/oidc/acme/logout", data={"logout_token": token}).status_code == 400
    assert standing() == 1


def test_a_provider_that_changed_its_key_is_believed(sign_in, browser, send, provider, keys, standing):
    def change(key, name):
        provider.published = provider.key = key
        provider.published_as, provider.header = name, {"alg": "RS256", "kid": name}
        browser.cookies.clear()

    sign_in()
    change(keys[1], "two")
    sign_in()
    assert standing() == 2
    change(keys[0], "three")
    assert send(provider.logout_token(sid=None)).status_code == 200
    assert standing() == 0


def test_forged_notices_make_nobody_fetch_keys_more_than_once_a_minute(sign_in, send, provider, keys, clock, standing):
    sign_in()
    before = provider.fetched["/jwks"]
    for n in range(20):
        provider.key, provider.header = keys[1], {"alg": "RS256", "kid": f"forged {n}"}
        assert "its signature does not hold" in send().json()["error_description"]
    assert provider.fetched["/jwks"] - before == 1
    assert standing() == 1

    # In that minute a changed key is not known yet; afterwards it is.
    provider.published = provider.key = keys[1]
    provider.published_as, provider.header = "two", {"alg": "RS256", "kid": "two"}
    assert send(sid=None).status_code == 400
    clock.forward(seconds=61)
    assert send(provider.logout_token(sid=None, iat=int(clock().timestamp()), exp=None)).status_code == 200
    assert standing() == 0


def test_an_id_token_is_no_notice(sign_in, send, provider, standing):
    sign_in()

    assert send(provider.id_token(provider.asked)).status_code == 400
    assert standing() == 1


@pytest.mark.parametrize("name", ["umbrella", "acme"])
def test_a_body_that_is_far_too_long_is_not_read(name, browser, sign_in, standing):
    sign_in()
    answer = browser.post(f"/signin/oidc/{name}/logout", data={"logout_token": "x" * 100_000})

    assert answer.status_code in {400, 404}
    assert standing() == 1
