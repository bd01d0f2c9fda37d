"""The whole story, played by four people in four browsers, and proven with the file the auditor takes away."""

import shutil
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from core import clock
from core.approvals import lists
from core.approvals.lists import RequestFilter
from core.registry import queries as registry
from core.registry.stage import Stage
from tests.e2e.conftest import serving

pytestmark = pytest.mark.browser

SLOW = 30_000
HOW_TO_READ = "A large contribution shows what moved the score. It does not show what caused the decision."


@pytest.fixture(scope="module")
def house(portfolio, tmp_path_factory):
    home = tmp_path_factory.mktemp("played") / "home"
    shutil.copytree(portfolio, home)
    with serving(home) as running:
        yield running


def upload(page: Page, house, name: str) -> None:
    page.goto(f"{house.url}/upload?model=mortgage-approval&version=4")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(house.home / "files" / name)
    button = page.get_by_role("button", name="Compute and store")
    expect(button).to_be_visible(timeout=SLOW)
    button.click()
    expect(page.get_by_text("is stored", exact=False).first).to_be_visible(timeout=SLOW)


def sign(page: Page, username: str, *, opinion: str | None = None, comment: str = "") -> None:
    page.get_by_role("button", name="Approve", exact=True).click()
    dialog = page.get_by_role("dialog")
    if opinion:
        dialog.get_by_text(opinion, exact=True).click()
    if comment:
        dialog.get_by_role("textbox").first.fill(comment)
    dialog.get_by_label("Your password", exact=True).fill(f"demo-{username}-2026")
    dialog.get_by_role("button", name="Sign and approve").click()
    expect(dialog).to_be_hidden(timeout=SLOW)


def accept_what_is_not_met(page: Page) -> None:
    """Sign an exception for every check that the policy lets a risk reviewer accept."""
    offers = page.get_by_role("button", name="Accept “")
    expect(offers.first).to_be_visible(timeout=SLOW)
    while left := offers.count():
        offers.first.click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Why the risk is borne, and what limits it").fill("Second readings stay, for a quarter.")
        dialog.get_by_label("Your password", exact=True).fill("demo-validator-2026")
        dialog.get_by_role("button", name="Sign and accept").click()
        expect(dialog).to_be_hidden(timeout=SLOW)
        expect(offers).to_have_count(left - 1, timeout=SLOW)


def test_a_promotion_from_upload_to_proof(house, enter, tmp_path):
    scientist, validator = enter("scientist"), enter("validator")
    business, auditor = enter("business"), enter("auditor")

    # 1: upload an evaluation, see it recomputed
    upload(scientist, house, "1-mortgage-approval-4-predictions.csv")
    expect(scientist.get_by_text("Recomputed", exact=True).first).to_be_visible(timeout=SLOW)

    # 2: ask for a promotion; checks stand in the way, each with what clears it
    scientist.goto(f"{house.url}/model?name=mortgage-approval&version=4")
    scientist.get_by_role("button", name="Ask for a transition").click()
    scientist.get_by_label("What the reviewers should know").fill("Verified statements are new.")
    scientist.get_by_role("dialog").get_by_role("button", name="Ask", exact=True).click()
    scientist.wait_for_url(lambda url: "request=REQ-" in url, timeout=SLOW)
    address = scientist.url.split("request=")[1].split("&")[0]
    expect(scientist.get_by_text("How to read it", exact=False).first).to_be_visible(timeout=SLOW)

    # 2: mend the card
    scientist.goto(f"{house.url}/model?name=mortgage-approval&version=4&tab=card")
    scientist.get_by_role("radio", name="Write").click()
    scientist.get_by_test_id("stRadioOption").filter(has_text="Explanations").click()
    box = scientist.get_by_label("How to read it", exact=False)
    expect(box).to_be_visible(timeout=SLOW)
    box.fill(HOW_TO_READ)
    box.press("Tab")
    scientist.get_by_role("button", name="Save", exact=False).first.click()
    expect(scientist.get_by_text("Saved", exact=False).first).to_be_visible(timeout=SLOW)

    # 3: the validator accepts what is not met, with an end, and signs
    validator.goto(f"{house.url}/inbox?request={address}")
    expect(validator.get_by_role("button", name="Approve", exact=True)).to_be_disabled(timeout=SLOW)
    accept_what_is_not_met(validator)
    expect(validator.get_by_role("button", name="Approve", exact=True)).to_be_enabled(timeout=SLOW)
    sign(validator, "validator", opinion="Fit for this purpose, with conditions", comment="Second readings stay.")
    expect(validator.get_by_text("You approved this, and it counts", exact=False)).to_be_visible(timeout=SLOW)

    # 4: the evaluation is replaced; the signature is stale at once, the inbox knows, and the page says why
    upload(scientist, house, "2-mortgage-approval-4-predictions-rounded.csv")
    validator.goto(house.url)
    expect(validator.get_by_text("changed since you signed", exact=False).first).to_be_visible(timeout=SLOW)
    validator.goto(f"{house.url}/inbox?request={address}")
    expect(validator.get_by_role("tab", name="since you signed")).to_be_visible(timeout=SLOW)

    # 5: look again, accept again for the new evidence, sign again; the last signature applies it
    accept_what_is_not_met(validator)
    sign(validator, "validator", opinion="Fit for this purpose, with conditions", comment="Looked again; same model.")
    business.goto(f"{house.url}/inbox?request={address}")
    sign(business, "business")
    expect(business.get_by_text("Applied", exact=False).first).to_be_visible(timeout=SLOW)
    with house.store.reading() as session:
        model = registry.model(session, "mortgage-approval")
        assert registry.champion(session, model.key).version == 4
        assert registry.version(session, "mortgage-approval", 3).stage is Stage.ARCHIVED
        [line] = lists.requests(session, RequestFilter(text=address), clock.system()).items
        assert line.state.value == "applied"

    # 8: the auditor takes the report away and verifies it with a key that came another way
    auditor.goto(f"{house.url}/model?name=mortgage-approval&version=4")
    auditor.get_by_role("button", name="Audit report").click()
    way = auditor.get_by_role("link", name="PDF", exact=False).first
    expect(way).to_be_visible(timeout=60_000)
    with auditor.expect_download() as taken:
        way.click()
    report = tmp_path / "report.pdf"
    taken.value.save_as(report)
    key = house.home / "keys" / "signoff.pub"
    assert verify(report, "--key", key) == 0
    spoilt = bytearray(report.read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    report.write_bytes(spoilt)
    assert verify(report, "--key", key) == 1


def verify(*words: object) -> int:
    return subprocess.run([sys.executable, "-m", "app.cli", "verify", *map(str, words)], check=False).returncode
