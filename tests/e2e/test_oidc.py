"""Single sign-on in a real browser with a certified provider: come in, sign by being asked anew, leave at both ends."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from core.access import actions, queries
from core.access.person import Person, ReviewRole, SystemRole
from core.access.proof import ProofMethod
from core.access.session import BrowserSession
from core.approvals import actions as approvals
from core.approvals.request import Review
from core.audit.actor import SYSTEM
from core.compliance.access_review import actions as access_reviews
from core.compliance.access_review import queries as reviews
from core.compliance.access_review.review import Ruling
from core.policy import actions as policies
from core.registry import actions as registry
from core.registry.actions import Build, ModelDescription
from core.registry.materiality import Exposure, Purpose
from core.registry.stage import Stage
from core.registry.version import Task
from core.store.store import Store
from tests.e2e.conftest import at_provider, free_port, provided, serving

pytestmark = pytest.mark.browser

SLOW = 30_000
PEOPLE = {
    "reviewer": {"name": "Risk reviewer", "email": "risk@example.org", "groups": ["everybody"]},
    "builder": {"name": "Model builder", "groups": ["everybody", "ml"]},
    "checker": {"name": "Access checker", "groups": ["internal-audit"]},
}
POLICY = """
signoff_policy: 1
name: high
title: High materiality
governs: [high, critical]
stages:
  production:
    rules:
      - {id: bytes-named, kind: artifact_digest, title: The model file is named, severity: required}
    approvals:
      - role: risk_reviewer
"""


def ask_for_production(home: Path) -> None:
    """Fill a store with six people, a model, and a request whose checks are met."""
    store = Store.open(home, origin="localhost/audit")
    with store.transaction(SYSTEM) as tx:
        people = actions.create_personas(tx)
    with store.transaction(people["admin"].actor("password")) as tx:
        policies.draft(tx, "high", POLICY)
        policies.publish(tx, "high", started_from=1)
    with store.transaction(people["scientist"].actor("password")) as tx:
        registry.register_use_case(tx, slug="lending", name="Lending", purpose="Decide about mortgages")
        said = ModelDescription("mortgage", "Mortgage", "lending", exposure=Exposure.BROAD, purpose=Purpose.RIGHTS)
        registry.register_model(tx, said)
        version = registry.register_version(tx, "mortgage", Build(Task.BINARY, artifact_sha256="01" * 32))
        approvals.open_request(tx, version, Stage.PRODUCTION, "Look at the groups.")
    store.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory, node):
    home, port = tmp_path_factory.mktemp("sso") / "home", free_port()
    ask_for_production(home)
    with (
        provided(node, port, PEOPLE, GROUPS='{"ml": "contributor", "internal-audit": "auditor"}') as variables,
        serving(home, port, **variables) as running,
    ):
        yield running


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    complaints = []
    opened.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    yield opened
    context.close()
    assert not complaints


@pytest.fixture
def come_in(house, settled):
    """Go through the provider: `come_in(page, "reviewer")`."""

    def enter(page: Page, who: str, path: str = "/") -> None:
        page.goto(f"{house.url}{path}")
        page.get_by_role("button", name="Continue with Acme").click()
        at_provider(page, who)
        page.wait_for_url(lambda url: url.startswith(house.url) and "/signin" not in url)
        settled(page)

    return enter


def person(house, username: str) -> Person | None:
    with house.store.reading() as session:
        return queries.by_username(session, username)


def standing(house, username: str) -> int:
    with house.store.reading() as session:
        rows = session.exec(select(BrowserSession).where(BrowserSession.person_id == person(house, username).key))
        return len([row for row in rows if row.ended_at is None])


def test_somebody_comes_in_is_created_and_signs_by_being_asked_anew(house, page, come_in, settled):
    # Created on the first visit, with what the provider says, and without a review role
    come_in(page, "reviewer")
    expect(page.get_by_text("reviewer · Viewer")).to_be_visible(timeout=SLOW)
    risk = person(house, "reviewer")
    assert (risk.name, risk.email, risk.system_role) == ("Risk reviewer", "risk@example.org", SystemRole.VIEWER)

    # Given a role by an administrator
    with house.store.transaction(person(house, "admin").actor("password")) as tx:
        actions.grant_role(tx, risk.key, ReviewRole.RISK_REVIEWER)

    # Signs in again, and is the same person, where the address led
    page.context.clear_cookies()
    come_in(page, "reviewer", "/inbox?request=REQ-1")
    expect(page.get_by_text("reviewer · Viewer · Risk reviewer")).to_be_visible(timeout=SLOW)
    assert person(house, "reviewer").key == risk.key

    # Signs: the provider asks again although it knows the browser, and the words are still there
    page.get_by_role("button", name="Approve", exact=True).click(timeout=SLOW)
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Fit for this purpose", exact=True).click()
    dialog.get_by_role("textbox").fill("Groups fare *alike*.")
    dialog.get_by_role("button", name="Go on with Acme").click()
    page.get_by_placeholder("Enter any login").wait_for(timeout=SLOW)
    at_provider(page, "reviewer")
    page.wait_for_url(f"{house.url}/inbox?request=REQ-1")
    settled(page)
    expect(dialog.get_by_text("Acme has just seen you.", exact=False)).to_be_visible(timeout=SLOW)
    expect(dialog.get_by_text("Groups fare *alike*.", exact=False)).to_be_visible()
    dialog.get_by_role("button", name="Sign and approve").click()
    expect(dialog).to_be_hidden(timeout=SLOW)
    expect(page.get_by_text("In production", exact=False).first).to_be_visible(timeout=SLOW)

    with house.store.reading() as session:
        review = session.exec(select(Review)).one()
    assert (review.person_id, review.proof_method.value) == (risk.id, "provider")
    settled(page)  # or the click meets the tabs of before, which are replaced
    page.get_by_role("tab", name="Discussion (2)").click()
    expect(page.get_by_text("identity provider asked for this decision", exact=False)).to_be_visible(timeout=SLOW)


def test_who_has_access_is_signed_by_being_asked_anew_and_says_by_whom(house, page, come_in, settled):
    come_in(page, "checker")
    checker = person(house, "checker")
    with house.store.transaction(checker.actor("provider")) as tx:
        since = tx.now - timedelta(days=365)
        review = access_reviews.start(tx, since, tx.now)
        for row in tx.session.exec(select(Person).where(Person.active)).all():
            access_reviews.rule(tx, review.key, row.key, Ruling.KEPT)

    at = f"{house.url}/people?tab=reviews&review={review.address}"
    page.goto(at)
    page.get_by_role("button", name="Sign the review").click(timeout=SLOW)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Go on with Acme").click()
    page.get_by_placeholder("Enter any login").wait_for(timeout=SLOW)
    at_provider(page, "checker")
    page.wait_for_url(at)
    settled(page)
    dialog.get_by_role("button", name="Sign", exact=True).click(timeout=SLOW)
    expect(dialog).to_be_hidden(timeout=SLOW)

    said = "identity provider asked for this decision (127.0.0.1"
    expect(page.get_by_text("Signed by Access checker", exact=False)).to_contain_text(said, timeout=SLOW)
    with house.store.reading() as session:
        written = reviews.document(house.store.blobs, reviews.review(session, review.address))
    assert (written.signed_by.iss, written.proof) == (checker.iss, ProofMethod.PROVIDER)


def test_somebody_signs_out_at_both_ends(house, page, come_in):
    come_in(page, "builder")
    expect(page.get_by_text("builder · Contributor")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Yes, sign me out").click(timeout=SLOW)
    page.wait_for_url(lambda url: url.startswith(f"{house.url}/signin"))
    assert standing(house, "builder") == 0

    # The provider has forgotten the browser too: it asks for the password again
    page.get_by_role("button", name="Continue with Acme").click()
    expect(page.get_by_placeholder("Enter any login")).to_be_visible(timeout=SLOW)


def test_the_form_leads_on_to_the_provider_too(house, page, come_in):
    come_in(page, "builder")
    page.goto(f"{house.url}/signout")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Yes, sign me out")).to_be_visible(timeout=SLOW)


def test_signing_out_at_the_provider_ends_the_session_here(house, page, come_in, settled):
    come_in(page, "builder", "/models")
    assert standing(house, "builder") == 1
    at_home = page.context.new_page()
    at_home.goto(f"{issuer_of(house)}/session/end")
    at_home.get_by_role("button", name="Yes, sign me out").click()
    expect(at_home.get_by_text("Sign-out Success", exact=False)).to_be_visible(timeout=SLOW)

    assert standing(house, "builder") == 0
    page.reload()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible(timeout=SLOW)


def issuer_of(house) -> str:
    return person(house, "builder").iss


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_every_way_in_is_open_to_everybody(house, browser, axe, theme, width):
    context = browser.new_context(color_scheme=theme, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(f"{house.url}/signin")
    expect(page.get_by_role("button", name="Continue with Acme")).to_be_visible()
    assert axe(page) == []
    context.close()
