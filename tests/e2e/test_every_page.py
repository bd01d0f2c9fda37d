"""Every page of the built demo, light on a desk and dark on a phone: nothing for axe, all in the frame."""

import shutil

import pytest

from tests.e2e.conftest import DESK, PHONE, serving

pytestmark = pytest.mark.browser

PLACES = {
    "scientist": (
        "/",
        "/inbox",
        "/models",
        "/model?name=mortgage-approval&version=3",
        "/model?name=mortgage-approval&version=3&tab=card",
        "/model?name=mortgage-approval&version=3&tab=evaluations",
        "/model?name=mortgage-approval&version=3&tab=requests",
        "/model?name=mortgage-approval&version=3&tab=lineage",
        "/model?name=flight-delay&version=2&tab=monitoring",
        "/model?name=mortgage-approval&version=3&tab=compliance",
        "/model?name=mortgage-approval&version=3&tab=history",
        "/upload",
        "/lineage",
        "/monitoring",
        "/policies",
        "/account",
    ),
    "validator": ("/", "/inbox", "/inbox?request=REQ-5", "/inbox?request=REQ-12"),
    "auditor": ("/audit",),
    "admin": (
        "/policies",
        "/people",
        "/people?person=validator",
        "/people?tab=reviews",
        "/people?tab=reviews&review=ACR-1",
        "/connections",
    ),
}


@pytest.fixture(scope="module")
def house(portfolio, tmp_path_factory):
    home = tmp_path_factory.mktemp("played") / "home"
    shutil.copytree(portfolio, home)
    with serving(home) as running:
        yield running


@pytest.mark.parametrize(("theme", "size"), [("light", DESK), ("dark", PHONE)], ids=["light", "dark"])
@pytest.mark.parametrize("username", PLACES)
def test_nobody_is_shut_out_by_a_page_and_nothing_runs_out_of_its_frame(
    house, enter, settled, axe, username, theme, size
):
    page = enter(username, theme=theme, size=size)
    found, too_wide = {}, []
    for place in PLACES[username]:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(f"{house.url}{place}")
        settled(page)
        page.get_by_role("heading", level=1).first.wait_for()
        if page.get_by_test_id("stMain").evaluate("node => node.scrollWidth > node.clientWidth + 1"):
            too_wide.append(place)
        page.set_viewport_size({"width": DESK[0], "height": DESK[1]})  # there axe sees the navigation too
        if complaints := axe(page):
            found[place] = complaints
    assert found == {}
    assert too_wide == []
