import pytest
from playwright.sync_api import expect

from core.access import actions, queries
from core.access.person import SystemRole
from tests.e2e.conftest import DESK, PHONE, type_in

pytestmark = pytest.mark.browser

LOOKS = [("light", DESK), ("dark", PHONE)]
"""Colours do not depend on the width, nor the order of things on the colours."""


def person(house, username):
    with house.store.reading() as session:
        return queries.by_username(session, username)


def test_a_stranger_is_sent_to_sign_in_before_streamlit_loads(house, browser):
    context = browser.new_context()
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{house.url}/people?person=validator")

    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    assert not [url for url in asked if "/static/js" in url or "_stcore" in url]
    context.close()


@pytest.mark.parametrize("path", ["/", "/signin", "/exports/x", "/_stcore/health", "/api/v1/models"])
def test_by_a_name_that_is_not_its_own_the_house_answers_nothing(house, path):
    status, headers, said = house.get(path, Host="evil.example")

    assert (status, b"SIGNOFF_HOSTS" in said, "set-cookie" in headers) == (400, True, False)
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("theme", "size"), LOOKS)
def test_the_sign_in_page_is_open_to_everybody(house, browser, axe, theme, size):
    context = browser.new_context(color_scheme=theme, viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.goto(f"{house.url}/signin")
    expect(page.get_by_role("button", name="Sign in as auditor")).to_be_visible()

    assert axe(page) == []
    context.close()


def test_a_card_of_the_demo_signs_its_person_in(house, browser, settled):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{house.url}/signin?next=/account")
    page.get_by_role("button", name="Sign in as auditor").click()

    expect(page.get_by_role("heading", name="Auditor")).to_be_visible()
    assert page.url == f"{house.url}/account"
    context.close()


def test_the_address_one_wanted_is_opened_after_signing_in(house, browser, settled):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{house.url}/people?person=validator")
    type_in(page, "admin")
    page.wait_for_url(lambda url: "/signin" not in url)
    settled(page)

    expect(page.get_by_role("heading", name="Independent validator")).to_be_visible()
    context.close()


def test_signing_out_in_one_tab_ends_the_others_and_the_cookie(house, enter, settled, pick):
    first = enter("admin", "/people")
    cookie = next(c for c in first.context.cookies() if c["name"] == "signoff_session")
    second = first.context.new_page()
    second.goto(f"{house.url}/people")
    settled(second)
    second.get_by_role("button", name="Sign out", exact=True).click()
    expect(second.get_by_role("heading", name="Signed out")).to_be_visible()
    pick(first, "Independent validator")

    expect(first.get_by_role("heading", name="Signed out")).to_be_visible()
    assert house.get("/media/x", Cookie=f"signoff_session={cookie['value']}")[0] == 401


def test_a_dialog_left_open_does_nothing_once_its_session_ended(house, enter, settled):
    first = enter("admin", "/people?person=auditor")
    first.get_by_role("button", name="Give a review role").click()
    give = first.get_by_role("dialog").get_by_role("button", name="Give the role")
    expect(give).to_be_visible()
    second = first.context.new_page()
    second.goto(f"{house.url}/account")
    settled(second)
    second.get_by_role("button", name="Sign out", exact=True).click()
    expect(second.get_by_role("heading", name="Signed out")).to_be_visible()
    give.click()

    expect(first.get_by_role("heading", name="Signed out")).to_be_visible()
    with house.store.reading() as session:
        assert queries.grants(session, person(house, "auditor").key) == []


def test_the_way_back_in_leads_to_where_one_was(enter, axe, settled):
    page = enter("admin", "/people?person=validator")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="Signed out")).to_be_visible()
    expect(page.get_by_role("link", name="Models")).to_have_count(0)
    assert axe(page) == []

    page.get_by_role("link", name="Sign in").click()
    type_in(page, "admin")
    expect(page.get_by_role("heading", name="Independent validator")).to_be_visible()


def test_a_closed_account_stands_outside_at_its_next_click(house, enter):
    page = enter("business", "/account")
    admin = person(house, "admin").actor("password")
    with house.store.transaction(admin) as tx:
        actions.deactivate(tx, person(house, "business").key)
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", name="Signed out")).to_be_visible()

    with house.store.transaction(admin) as tx:
        actions.activate(tx, person(house, "business").key)


def test_a_hostile_name_stays_text_in_the_browser(house, enter):
    names = [
        ":green-badge[Approved]",
        "[click](https://evil.example) www.evil.example https://evil.example",
        "![](http://evil.example/p.png)",
        "<img src=x onerror=alert(1)>",
        ":material/verified: $x^2$ `code` **bold**",
    ]
    with house.store.transaction(person(house, "admin").actor("password")) as tx:
        for n, name in enumerate(names):
            actions.create_person(tx, f"hostile{n}", name, None, SystemRole.VIEWER)
    page = enter("admin", "/people?q=hostile")
    shown = page.get_by_role("radiogroup", name="People")
    expect(shown.get_by_role("radio")).to_have_count(len(names))

    assert shown.locator("a, img, code, .katex, .stMarkdownBadge, script, [data-testid=stIconMaterial]").count() == 0
    for name in names:
        expect(shown.get_by_text(name.replace(" ", " "), exact=False).or_(shown)).to_be_visible()


def test_somebody_is_added_and_chooses_a_password_by_the_link(house, browser, enter, settled):
    page = enter("admin", "/people")
    page.get_by_role("button", name="Add somebody").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("User name").fill("grace")
    dialog.get_by_label("Name", exact=True).fill("Grace H.")
    dialog.get_by_role("button", name="Create the account").click()
    link = dialog.locator("code")
    expect(link).to_contain_text("/signin/invitation?code=")

    context = browser.new_context()
    other = context.new_page()
    other.goto(link.inner_text().strip())
    other.get_by_label("New password").fill("four words that stay")
    other.get_by_label("The same again").fill("four words that stay")
    other.get_by_role("button", name="Set the password").click()
    other.get_by_label("User name or e-mail").fill("grace")
    other.get_by_label("Password", exact=True).fill("four words that stay")
    other.get_by_role("button", name="Sign in", exact=True).click()
    other.wait_for_url(f"{house.url}/")
    settled(other)
    expect(other.get_by_text("grace · Viewer")).to_be_visible()
    context.close()
