"""Single sign-on with a provider that behaves: who comes in, as what, and how they leave."""

import pytest
from sqlmodel import select

from core.access import actions, queries
from core.access.admission import Arrival, expect
from core.access.errand import Errand
from core.access.person import SystemRole
from core.access.throttle import DEPARTURES, Attempt
from core.audit.actor import SYSTEM
from core.audit.event import Event
from core.errors import AccessError
from tests.app.signin.conftest import leads_to


def test_somebody_new_is_created_without_a_review_role(sign_in, person, store, recorded):
    assert sign_in().headers["location"] == "/"

    made = person()
    assert (made.username, made.name, made.system_role) == ("ada", "Ada L.", SystemRole.VIEWER)
    with store.reading() as session:
        assert queries.grants(session, made.key) == []
    assert recorded()[-2:] == ["person.created", "session.started"]


def test_the_way_goes_on_where_it_was_wanted(sign_in):
    assert sign_in(onward="?next=/inbox%3Frequest%3DREQ-17").headers["location"] == "/inbox?request=REQ-17"


def test_a_way_to_another_site_is_not_taken(sign_in):
    assert sign_in(onward="?next=https://evil.example").headers["location"] == "/"


def test_every_visit_carries_its_own_state_nonce_and_proof_of_the_code(sign_in, provider, browser):
    seen = []
    for _ in range(2):
        browser.cookies.clear()
        sign_in()
        seen.append({name: provider.asked[name] for name in ("state", "nonce", "code_challenge")})
    assert not set(seen[0].values()) & set(seen[1].values())
    assert provider.asked["code_challenge_method"] == "S256"
    assert provider.verified == [True, True]
    assert "prompt" not in provider.asked


def test_what_is_remembered_of_a_visit_is_bound_to_the_browser_and_short_lived(set_out):
    kept = next(one for one in set_out().headers.get_list("set-cookie") if one.startswith("signoff_errand="))

    assert all(word in kept for word in ("HttpOnly", "SameSite=lax", "Max-Age=600"))


def test_the_profile_is_asked_for_where_the_token_brings_none(sign_in, provider, person):
    provider.claims = {"name": None, "preferred_username": None}
    provider.said = {"name": "Grace H.", "preferred_username": "Grace.Hopper@example.org", "email": "grace@example.org"}
    sign_in()

    assert (person().username, person().name, person().email) == ("grace.hopper", "Grace H.", "grace@example.org")


def test_what_is_signed_outweighs_what_is_said(sign_in, provider, settle, person):
    settle(groups={"ml": "contributor", "ops": "admin"})
    provider.claims = {"groups": ["ml"], "name": None}
    provider.said = {"groups": ["ops"]}
    sign_in()

    assert person().system_role is SystemRole.CONTRIBUTOR


@pytest.mark.parametrize("verified", [False, "false", 0, "no"])
def test_an_address_that_is_not_verified_is_not_kept(verified, sign_in, provider, person):
    provider.claims = {"email": "root@example.org", "email_verified": verified}
    sign_in()

    assert person().email is None


@pytest.mark.parametrize("name", ["", "a\u202eb", "x" * 200, 7])
def test_a_name_that_hides_something_is_left_out(name, sign_in, provider, person):
    provider.claims = {"name": name}
    sign_in()

    assert person().name == "ada"


def test_roles_follow_the_groups_at_every_sign_in(sign_in, browser, provider, settle, person, recorded):
    settle(groups={"ml": "contributor", "ops": "admin"})
    seen = []
    for groups in (["ml", "chess"], ["ml", "ops"], ["chess"]):
        provider.claims = {"groups": groups}
        browser.cookies.clear()
        sign_in()
        seen.append(person().system_role)
    assert seen == [SystemRole.CONTRIBUTOR, SystemRole.ADMIN, SystemRole.VIEWER]
    assert recorded().count("person.system_role_set") == 2


def test_name_and_address_follow_the_provider_and_identity_never_does(sign_in, browser, provider, person, recorded):
    provider.claims = {"name": "Ada L.", "email": "ada@example.org"}
    sign_in()
    before, seen = person(), []
    for claims in (
        {"name": "Ada King", "email": "ada.king@example.org", "preferred_username": "root"},
        {"name": "Ada King", "email": "ada.king@example.org"},
        {"name": "a\u202eb", "email": "x@example.org", "email_verified": False},
        {"name": None},
    ):
        provider.claims = claims
        browser.cookies.clear()
        sign_in()
        seen.append((person().name, person().email))

    assert set(seen) == {("Ada King", "ada.king@example.org")}
    assert (person().key, person().username) == (before.key, before.username)
    assert recorded().count("person.profile_followed") == 1


def test_an_address_that_somebody_else_has_is_not_taken_over_and_the_log_says_so(
    sign_in, browser, provider, person, recorded, store
):
    with store.transaction(SYSTEM) as tx:
        actions.create_first_admin(tx, "boss", "Boss", "four words that stay", "boss@example.org")
    sign_in()
    provider.claims = {"name": "The boss", "email": "Boss@example.org"}
    browser.cookies.clear()

    assert sign_in().status_code == 303
    assert (person().name, person().email) == ("Ada L.", None)
    assert recorded().count("person.profile_refused") == 1
    assert "person.profile_followed" not in recorded()


def test_an_address_that_somebody_else_has_is_not_taken_over_at_the_first_visit_either(
    sign_in, provider, person, recorded, store
):
    with store.transaction(SYSTEM) as tx:
        actions.create_first_admin(tx, "boss", "Boss", "four words that stay", "boss@example.org")
    provider.claims = {"email": "Boss@example.org"}

    assert sign_in().status_code == 303
    assert (person().name, person().email) == ("Ada L.", None)
    assert recorded()[-3:] == ["person.created", "person.profile_refused", "session.started"]


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        pytest.param({}, None, id="no token"),
        pytest.param({}, "made-up", id="a token of its own"),
        pytest.param({"origin": "https://evil.example"}, "right", id="from another site"),
        pytest.param({"sec-fetch-site": "cross-site"}, "right", id="as the browser says, from another site"),
    ],
)
def test_another_site_sends_nobody_off_and_shuts_nobody_out(headers, token, browser, store, sign_in, set_out):
    sent = {"token": token_of(browser) if token == "right" else token} if token else {}
    for _ in range(DEPARTURES + 5):
        assert leads_to(browser.get("/signin/oidc/acme", headers={"sec-fetch-dest": "image"})) is None
        assert browser.post("/signin/oidc/acme", data=sent, headers=headers).status_code == 403
    with store.reading() as session:
        assert session.exec(select(Errand)).all() == session.exec(select(Attempt)).all() == []

    assert sign_in().status_code == 303


def token_of(browser):
    return browser.get("/signin").text.split('name="token" value="')[1].split('"')[0]


def test_every_tab_at_the_sign_in_page_leads_to_the_provider(browser):
    first, _ = token_of(browser), token_of(browser)

    assert leads_to(browser.post("/signin/oidc/acme", data={"token": first}))


def test_a_form_that_is_too_old_is_shown_anew_and_still_leads_where_it_was_wanted(browser, provider):
    answer = browser.post("/signin/oidc/acme?next=/inbox", data={"token": "x"})

    assert "did not come from this page" in answer.text
    assert 'action="/signin/oidc/acme?next=%2Finbox"' in answer.text


def test_a_flood_of_sign_ins_begun_from_one_address_fills_no_store(set_out, store, clock, sign_in):
    clock.stop()
    for _ in range(DEPARTURES):
        assert leads_to(set_out())
    refused = set_out()
    with store.reading() as session:
        waiting = len(session.exec(select(Errand)).all())

    assert (refused.status_code, waiting) == (403, DEPARTURES)
    assert "Too many sign-ins were begun from your network and not finished." in refused.text
    assert "Wait 30 seconds" in refused.text
    clock.forward(seconds=31)
    assert sign_in().status_code == 303


def test_who_comes_back_from_the_provider_is_not_counted(browser, sign_in):
    for _ in range(DEPARTURES + 1):
        browser.cookies.clear()
        assert sign_in().status_code == 303


def test_without_a_setting_for_groups_a_role_given_by_hand_stays(sign_in, browser, store, person):
    sign_in()
    with store.transaction(SYSTEM) as tx:
        who = queries.person(tx.session, person().key)
        who.system_role = SystemRole.AUDITOR
        tx.add(who)
        tx.record(Event.PERSON_SYSTEM_ROLE_SET, who.subject, role="auditor")
    browser.cookies.clear()
    sign_in()

    assert person().system_role is SystemRole.AUDITOR


def test_strangers_are_refused_where_the_setting_says_so(sign_in, settle, standing, store):
    settle(admit="refuse")
    answer = sign_in()

    assert "Nobody here knows you yet." in answer.text
    assert standing() == 0
    with store.reading() as session:
        assert not queries.anybody(session)


def test_who_was_here_before_still_comes_in_where_strangers_are_refused(sign_in, settle, browser):
    sign_in()
    browser.cookies.clear()
    settle(admit="refuse")

    assert sign_in().status_code == 303


def test_who_is_expected_comes_in_where_strangers_are_refused(sign_in, settle, provider, store, person):
    settle(admit="refuse")
    with store.transaction(SYSTEM) as tx:
        admin = actions.create_first_admin(tx, "boss", "Boss", "four words that stay")
    with store.transaction(admin.actor("password")) as tx:
        expect(tx, Arrival(provider.issuer, "u-1", "lovelace", "Ada Lovelace"), SystemRole.AUDITOR)

    assert sign_in().status_code == 303
    assert (person().username, person().system_role) == ("lovelace", SystemRole.AUDITOR)


def test_only_an_administrator_expects_anybody(sign_in, provider, store, person):
    sign_in()
    arrival = Arrival(provider.issuer, "u-2", "grace", "Grace H.")
    with pytest.raises(AccessError, match="manage people"), store.transaction(person().actor("provider")) as tx:
        expect(tx, arrival, SystemRole.ADMIN)


def close(store, who):
    with store.transaction(SYSTEM) as tx:
        row = queries.person(tx.session, who.key)
        row.active = False
        tx.add(row)
        tx.record(Event.PERSON_DEACTIVATED, row.subject)


def test_a_closed_account_stays_closed(sign_in, browser, store, person, standing):
    sign_in()
    close(store, person())
    browser.post("/signout")
    browser.cookies.clear()
    answer = sign_in()

    assert "This account is closed." in answer.text
    assert not person().active


def test_signing_out_leads_on_to_the_provider(sign_in, browser, provider, standing):
    sign_in()
    token = browser.get("/signout").text.split('name="token" value="')[1].split('"')[0]
    left = browser.post("/signout", data={"token": token})
    assert "/signin/oidc/acme/leave" in left.text
    assert standing() == 0

    onward = browser.get("/signin/oidc/acme/leave").headers["location"]
    assert onward.startswith(f"{provider.issuer}/end?id_token_hint=")
    assert "post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A8501%2Fsignin" in onward


def test_a_link_to_the_providers_sign_out_ends_nothing_here(sign_in, browser, standing):
    sign_in()

    assert browser.get("/signin/oidc/acme/leave").headers["location"] == "/signout"
    assert standing() == 1


def test_a_provider_without_a_sign_out_ends_our_session_alone(sign_in, browser, provider, standing):
    provider.described = {"end_session_endpoint": None}
    sign_in()
    token = browser.get("/signout").text.split('name="token" value="')[1].split('"')[0]
    browser.post("/signout", data={"token": token})

    assert browser.get("/signin/oidc/acme/leave").headers["location"] == "/signin"
    assert standing() == 0


def test_the_sign_in_page_offers_every_provider_beside_local_accounts(browser, other_provider, settle):
    settle(others=[("twin", other_provider)])
    page = browser.get("/signin?next=/inbox").text

    assert 'action="/signin/oidc/acme?next=%2Finbox"' in page
    assert "Continue with Acme" in page
    assert "Continue with Twin" in page
    assert 'name="password"' in page


def test_a_cookie_of_a_provider_s_session_is_the_same_kind_as_any_other(sign_in):
    kept = sign_in().headers["set-cookie"]

    assert "HttpOnly" in kept
    assert "SameSite=lax" in kept
