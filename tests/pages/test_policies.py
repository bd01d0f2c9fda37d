"""The Policies page: read in plain words, written with the lines of its problems, published by those who may."""

import pytest

from core.audit.actor import SYSTEM
from core.policy import actions, document, queries

LOW = document.default_text("low")
STRICTER = LOW.replace("at_least: 0.7", "at_least: 0.8")
WRITE = "Write the next version"


@pytest.fixture
def published(store, people):
    with store.transaction(SYSTEM) as tx:
        actions.publish_defaults(tx)


def said(at):
    return "\n".join(
        str(one.value) for kind in ("markdown", "caption", "info", "warning", "error") for one in at.get(kind)
    )


def cells(at):
    return "\n".join(str(value) for table in at.table for value in table.value.to_numpy().ravel())


def test_anybody_reads_a_policy_in_plain_words(look, published):
    at = look("policies", "business", name="high")
    assert not at.exception
    assert at.header[0].value == "High materiality"
    assert "one risk reviewer and one business owner" in said(at)
    assert "Every group is approved at least four fifths" in cells(at)
    assert not [one for one in at.button if one.key == "new"]


def test_a_house_without_a_policy_says_what_follows(look, people):
    assert "No policy is published" in said(look("policies", "admin"))


def test_a_materiality_without_a_policy_is_pointed_out(look, store, people, published):
    with store.transaction(people["admin"].actor("password")) as tx:
        actions.retire(tx, "low")
    assert "No policy governs low materiality" in said(look("policies", "admin", name="high"))


def test_a_policy_is_read_as_it_was_written(look, published):
    at = look("policies", "auditor", name="low", part="As written")
    assert at.code[0].value == LOW.rstrip()


def test_a_mistake_is_told_with_its_line(look, published):
    at = look("policies", "validator", name="low", part=WRITE)
    at.text_area[0].set_value(LOW.replace("kind: card_complete", "kind: card_perfect", 1)).run()
    assert "1 problem to mend" in said(at)
    assert "Line 46" in said(at)


def test_a_draft_is_saved_and_waits_for_somebody_who_may_publish(look, store, published):
    at = look("policies", "validator", name="low", part=WRITE)
    at.text_area[0].set_value(STRICTER).run()
    at.button(key="draft-low-save").click().run()
    assert not at.exception
    with store.reading() as session:
        assert queries.draft(session, "low").source == STRICTER
    assert not [one for one in at.button if one.key == "draft-low-publish"]


def test_an_administrator_publishes_after_reading_once_more(look, store, people, published):
    with store.transaction(people["validator"].actor("password")) as tx:
        actions.draft(tx, "low", STRICTER)
    at = look("policies", "admin", name="low", part=WRITE)
    at.button(key="draft-low-publish").click().run()
    at.button(key="policy-publish-now").click().run()
    assert not at.exception
    with store.reading() as session:
        assert queries.last_number(session, "low") == 2
        assert queries.draft(session, "low") is None


def test_a_draft_that_somebody_else_saved_is_not_overwritten(look, store, people, published):
    at = look("policies", "admin", name="low", part=WRITE)
    with store.transaction(people["validator"].actor("password")) as tx:
        actions.draft(tx, "low", STRICTER)
    mine = LOW.replace("at_least: 0.7", "at_least: 0.9")
    at.text_area[0].set_value(mine).run()
    at.button(key="draft-low-save").click().run()
    assert "Somebody else saved" in said(at)
    assert at.text_area[0].value == mine
    with store.reading() as session:
        assert queries.draft(session, "low").source == STRICTER


@pytest.mark.parametrize("who", ["scientist", "business", "auditor"])
def test_who_may_not_write_sees_that_nobody_is_writing(look, published, who):
    at = look("policies", who, name="low", part=WRITE)
    assert not at.text_area
    assert "Nobody is writing" in said(at)
