"""Pipeline and people together: a job uploads and asks, people sign through their provider, and the gate opens."""

import csv
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.access import actions, issuing, queries
from core.access.person import ReviewRole, SystemRole
from core.access.token import TokenScope
from core.audit.actor import SYSTEM
from core.policy import actions as policies
from core.registry import actions as registry
from core.store.store import Store
from tests.e2e.conftest import at_provider, free_port, provided, serving

pytestmark = pytest.mark.browser

SLOW = 30_000
PEOPLE = {"risk": {"name": "Risk reviewer"}, "sponsor": {"name": "Business owner"}}
POLICY = """
signoff_policy: 1
name: house
title: Whatever goes to production
governs: [low, medium, high, critical]
stages:
  production:
    rules:
      - {id: bytes-named, kind: artifact_digest, title: The model file is named}
      - {id: recomputed, kind: provenance, accepts: [recomputed], title: Its numbers were computed here}
      - {id: accuracy, kind: metric_bound, metric: balanced_accuracy, at_least: 0.7, judged_by: lower_limit,
         title: It is right clearly more often than it is wrong}
    approvals:
      - role: risk_reviewer
      - role: business_owner
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory, node):
    """A house that knows an administrator, a policy and a use case; everybody else comes through the provider."""
    home, port = tmp_path_factory.mktemp("released") / "home", free_port()
    store = Store.open(home, origin="localhost/audit")
    with store.transaction(SYSTEM) as tx:
        admin = actions.create_personas(tx)["admin"]
    with store.transaction(admin.actor("password")) as tx:
        policies.draft(tx, "house", POLICY)
        policies.publish(tx, "house", started_from=1)
        registry.register_use_case(tx, slug="retention", name="Retention", purpose="Keep customers who would leave")
        actions.create_person(tx, "weekly-job", "Weekly training", None, SystemRole.CONTRIBUTOR)
    store.close()
    with provided(node, port, PEOPLE) as variables, serving(home, port, **variables) as running:
        yield running


@pytest.fixture
def signoff(house, tmp_path):
    """Type a command where a pipeline would: with an address and a token, and without any store of its own."""

    def typed(*words: object, token: str = "") -> tuple[int, dict]:
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", *map(str, words), "--json"],
            env={
                **os.environ,
                "SIGNOFF_URL": house.url,
                "SIGNOFF_TOKEN": token,
                "SIGNOFF_HOME": str(tmp_path / "none"),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, json.loads(done.stdout) if done.stdout.strip() else {"said": done.stderr}

    return typed


def token(house, username: str, *scopes: TokenScope) -> str:
    with house.store.reading() as session:
        person = queries.by_username(session, username)
    with house.store.transaction(person.actor("password")) as tx:
        return issuing.issue(tx, "weekly job", list(scopes))[1]


def table(path: Path, heading: str, rows) -> Path:
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([heading.split(","), *rows])
    return path


def come_in(house, browser, who: str) -> Page:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(house.url)
    page.get_by_role("button", name="Continue with Acme").click()
    at_provider(page, who)
    page.wait_for_url(lambda url: url.startswith(house.url) and "/signin" not in url)
    return page


def give(house, who: str, role: ReviewRole) -> None:
    with house.store.reading() as session:
        admin, person = queries.by_username(session, "admin"), queries.by_username(session, who)
    with house.store.transaction(admin.actor("password")) as tx:
        actions.grant_role(tx, person.key, role)


def sign(house, page: Page, who: str, request: str, opinion: str | None = None) -> None:
    page.goto(f"{house.url}/inbox?request={request}")
    page.get_by_role("button", name="Approve", exact=True).click(timeout=SLOW)
    dialog = page.get_by_role("dialog")
    if opinion:
        dialog.get_by_text(opinion, exact=True).click()
    dialog.get_by_role("button", name="Go on with Acme").click()
    page.get_by_placeholder("Enter any login").wait_for(timeout=SLOW)
    at_provider(page, who)
    page.wait_for_url(f"{house.url}/inbox?request={request}", timeout=SLOW)
    dialog.get_by_role("button", name="Sign and approve").click(timeout=SLOW)
    expect(dialog).to_be_hidden(timeout=SLOW)


def test_nothing_is_released_before_people_have_signed(house, browser, signoff, tmp_path):
    draw = random.Random(20261120)
    labels = [draw.random() < 0.4 for _ in range(1200)]
    scores = [min(1, max(0, 0.3 + 0.4 * label + draw.gauss(0, 0.15))) for label in labels]
    model = tmp_path / "model.json"
    model.write_text('{"intercept": -1.2, "months": 0.04}')

    # The owner of the labels gives them once; the pipeline never does
    labelled = table(tmp_path / "labels.csv", "id,left", [(n, int(label)) for n, label in enumerate(labels)])
    of_admin = token(house, "admin", TokenScope.EVALUATE, TokenScope.READ)
    said = signoff("evalset", "add", "churn-holdout", labelled, "--id", "id", "--label", "left", token=of_admin)
    assert said[0] == 0, said

    # The job registers, uploads and asks
    of_job = token(house, "weekly-job", TokenScope.READ, TokenScope.REGISTER, TokenScope.EVALUATE, TokenScope.REQUEST)
    code, version = signoff("register", "churn", "--use-case", "retention", "--artifact", model, token=of_job)
    assert (code, version["version"]) == (0, "churn@1")
    predicted = table(
        tmp_path / "predictions.csv",
        "id,left,p",
        [(n, int(score >= 0.5), f"{score:.6f}") for n, score in enumerate(scores)],
    )
    columns = ("--id", "id", "--prediction", "left", "--score", "p", "--positive", "1", "--threshold", "0.5")
    code, measured = signoff("upload", "churn@1", predicted, "--set", "churn-holdout", *columns, token=of_job)
    assert code == 0, measured
    code, asked = signoff("request", "churn@1", "--stage", "production", token=of_job)
    assert code == 0, asked
    assert asked["opens"] is True, json.dumps([asked["checks"], asked["obstacles"]])

    # The gate is shut, and says whose signatures it wants
    code, answer = signoff("gate", "--artifact", model, token=of_job)
    assert (code, answer["allowed"], answer["attestation"]) == (1, False, None)
    assert any("risk reviewer" in reason for reason in answer["reasons"])

    # People come in through their provider, and are nobody until an administrator says what they are
    risk, sponsor = come_in(house, browser, "risk"), come_in(house, browser, "sponsor")
    give(house, "risk", ReviewRole.RISK_REVIEWER)
    give(house, "sponsor", ReviewRole.BUSINESS_OWNER)
    sign(house, risk, "risk", asked["request"], "Fit for this purpose")
    code, answer = signoff("gate", "churn@1", token=of_job)
    assert code == 1
    assert not any("risk reviewer" in reason for reason in answer["reasons"])
    sign(house, sponsor, "sponsor", asked["request"])
    expect(sponsor.get_by_text("Applied", exact=False).first).to_be_visible(timeout=SLOW)
    for page in (risk, sponsor):
        page.context.close()

    # Now it opens, for these bytes and no others
    code, answer = signoff("gate", "churn@1", "--artifact", model, token=of_job)
    assert (code, answer["allowed"]) == (0, True)
    status, _, envelope = house.get(answer["attestation"].removeprefix(house.url), authorization=f"Bearer {of_job}")
    assert status == 200
    held, key = tmp_path / "approval.dsse.json", tmp_path / "release.pub"
    held.write_bytes(envelope)
    key.write_bytes(house.get("/api/v1/attestations/key", authorization=f"Bearer {of_job}")[2])
    offline = ("gate", "--attestation", held, "--key", key, "--level", "SIGNOFF_QUORUM_2")
    assert signoff(*offline, "--artifact", model)[0] == 0
    model.write_text('{"intercept": -1.2, "months": 0.05}')
    assert signoff(*offline, "--artifact", model)[0] == 1
    assert signoff("gate", "--artifact", model, token=of_job)[0] == 1
