"""The frame around every page: what is offered to whom, and what holds on each of them."""

from pathlib import Path

import pytest

from app import main
from core.access.permission import Permission
from core.access.personas import PERSONAS
from core.errors import AccessError

PAGES = {path.stem for path in (Path(__file__).parents[2] / "pages").glob("*.py")}
ONLY = {"people": {"admin", "auditor"}, "connections": {"admin"}, "audit": {"admin", "auditor", "validator"}}


@pytest.mark.parametrize("username", [persona.username for persona in PERSONAS])
def test_everybody_reaches_what_their_roles_hold_and_nothing_else(look, username):
    for page in sorted(PAGES):
        if username in ONLY.get(page, {username}):
            at = look(page, username)
            assert not at.exception, page
            assert at.title or at.error or at.info, page
        else:
            with pytest.raises(ValueError, match=page):
                look(page, username)


def test_a_page_that_is_not_for_somebody_says_for_whom_it_is():
    with pytest.raises(AccessError) as refused:
        main.withheld("Connections", Permission.MANAGE_CONNECTIONS)
    assert refused.value.problem == "This page is for people with the role administrator."
    assert "navigation" in refused.value.fix


@pytest.mark.parametrize("page", sorted(PAGES))
def test_every_page_says_that_a_demo_is_one_and_who_is_here(look, page):
    at = look(page, "admin")

    assert any("simulated history" in caption.value for caption in at.caption)
    assert any("Administrator" in line.value for line in at.sidebar.markdown)
