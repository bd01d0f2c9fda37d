"""A past moment on the page of the log: what stood then, and who agreed, whatever came later."""

from datetime import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from app.components import past_moment
from core.clock import rfc3339
from tests.core.approvals.conftest import House


@pytest.fixture
def home(tmp_path, noon):
    made = House(tmp_path / "house", noon).furnish()
    yield made
    made.store.close()


@pytest.fixture
def store(home):
    return home.store


@pytest.fixture
def people(home):
    return home.people


def texts(at):
    shown = [*at.title, *at.header, *at.markdown, *at.caption, *at.error, *at.info]
    return " ".join(element.value for element in shown)


def test_it_says_what_stood_and_who_agreed_whatever_came_later(look, home):
    home.release(1)
    then = home.now
    home.later(days=1)
    home.version()
    home.release(2)

    at = look("audit", "auditor", at=rfc3339(then), stood="mortgage@1")
    assert not at.exception
    shown = texts(at)
    assert "What stood on 3 Mar 2026, 12:00 UTC" in shown
    assert "mortgage@1" in shown
    assert "In production" in shown
    for username in ("validator", "business"):
        assert f"- **{home.people[username].name}** as " in shown
    assert at.table[0].value["What"].tolist()[0] == "Model file"
    assert "signoff audit prove" in shown
    assert len(at.radio(key="pick_stood").options) == 1


def test_a_day_is_its_end_and_the_address_follows_what_is_picked(look, home):
    day = home.now.date().isoformat()
    assert "Nobody was asked" in texts(look("audit", "auditor", at=day))

    at = look("audit", "auditor", at=rfc3339(home.now))
    earlier = home.now.date().replace(day=1)
    at.date_input(key="moment-day").set_value(earlier).run()
    assert at.query_params["at"] == "2026-03-01T12:00:00Z"
    assert "No version stood there at that moment." in texts(at)


def test_a_day_is_the_day_of_whoever_reads():
    def here(now):
        return SimpleNamespace(zone=ZoneInfo("Europe/Zurich"), now=datetime.fromisoformat(now))

    later = here("2026-06-01T12:00Z")
    assert past_moment._read("2026-03-03", later).isoformat() == "2026-03-03T22:59:59.999999+00:00"
    assert (
        past_moment._read("2026-03-29", later).isoformat() == "2026-03-29T21:59:59.999999+00:00"
    )  # it turns to summer
    assert past_moment._read("2026-03-03T09:30Z", later).isoformat() == "2026-03-03T09:30:00+00:00"
    that_day = here("2026-03-03T08:00Z")
    assert past_moment._read("2026-03-03", that_day) == that_day.now


@pytest.mark.parametrize(
    ("address", "said"),
    [("2031-01-01", "has not come yet"), ("yesterday", "names no moment")],
)
def test_a_moment_that_cannot_be_answered_says_so(look, home, address, said):
    assert said in texts(look("audit", "auditor", at=address))


def test_the_log_leads_there_and_back(look, home):
    at = look("audit", "auditor").button(key="past-moment").click().run()
    assert "What stood on" in at.title[0].value
    at = at.button(key="whole-log").click().run()
    assert at.title[0].value == "Audit log"
