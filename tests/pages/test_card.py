"""The Card tab: read, written, saved, and never overwritten."""

import pytest

from core.cards import actions, queries
from core.registry.actions import Build, ModelDescription, register_model, register_use_case, register_version
from core.registry.materiality import Exposure, Purpose
from core.registry.version import Task

CARD = {
    "model_details": {"summary": "Suggests whether a mortgage is approved."},
    "caveats_recommendations": {"limitations": ["**Old** labels <script>alert(1)</script> :green-badge[Approved]"]},
}


@pytest.fixture
def version(store, people):
    with store.transaction(people["scientist"].actor("password")) as tx:
        register_use_case(tx, slug="lending", name="Home lending", purpose="Decide about mortgages.")
        said = ModelDescription("mortgage-approval", "Mortgage approval", "lending", Exposure.MODERATE, Purpose.RIGHTS)
        register_model(tx, said)
        return register_version(tx, "mortgage-approval", Build(Task.BINARY, artifact_sha256="sha256:" + "a" * 64))


@pytest.fixture
def save(store, version, people):
    def saving(content, based_on=None, who="scientist"):
        with store.transaction(people[who].actor("password")) as tx:
            return actions.save(tx, version, content, based_on)

    return saving


@pytest.fixture
def card(look):
    def opening(who, view=None, section=None):
        address = {"name": "mortgage-approval", "version": "1", "tab": "card"}
        address |= {"card_view": view} if view else {}
        at = look("model", who, **address | ({"section": section} if section else {}))
        assert not at.exception
        return at

    return opening


def shown(at):
    return "\n".join(part.value for part in [*at.markdown, *at.caption, *at.info, *at.error])


def test_a_reader_of_a_version_without_a_card_learns_who_writes_it(card, version):
    assert "has no card yet" in shown(card("auditor"))


def test_three_numbers_stand_together(card, save):
    save(CARD)
    assert [metric.label for metric in card("business").metric] == [
        "Complete for staging",
        "Backed by records",
        "Fresh",
    ]


def test_the_plain_page_opens_first_and_shows_no_mark_of_the_writer(card, save):
    save(CARD)
    text = shown(card("business"))
    assert "Suggests whether a mortgage is approved" in text
    assert ":green-badge[Approved]" not in text


def test_what_people_wrote_reaches_html_only_cleaned(card, save):
    save(CARD)
    at = card("business", "Whole card", "caveats_recommendations")
    html = "".join(block.proto.body for block in at.get("html"))
    assert "<strong>Old</strong>" in html
    assert "<script>" not in html


def test_a_writer_answers_one_field_and_saves(card, save, store, version):
    save(CARD)
    at = card("scientist", "Write", "model_details")
    field = next(one for one in at.text_area if one.label == "Summary")
    at = field.set_value("Suggests, and a loan officer decides.").run()
    at = at.button(key="card-save-now").click().run()
    assert not at.exception
    with store.reading() as session:
        newest = queries.latest(session, version.key)
    assert (newest.number, newest.content["model_details"]["summary"]) == (2, "Suggests, and a loan officer decides.")


def test_another_tab_was_quicker_and_both_texts_are_shown(card, save, store, version):
    save(CARD)
    at = card("scientist", "Write", "model_details")
    at = next(one for one in at.text_area if one.label == "Summary").set_value("Mine is this text here.").run()
    save(CARD | {"model_details": {"summary": "Theirs came first, unseen."}}, 1, who="engineer")
    at = at.button(key="card-save-now").click().run()
    assert not at.exception
    texts = {one.value for one in at.text}
    assert {"Mine is this text here.", "Theirs came first, unseen."} <= texts
    at = at.button(key="card-mine-model_details.summary").click().run()
    at = at.button(key="card-save-now").click().run()
    with store.reading() as session:
        newest = queries.latest(session, version.key)
    assert (newest.number, newest.content["model_details"]["summary"]) == (3, "Mine is this text here.")


def test_a_reviewer_is_warned_before_writing_what_they_are_to_judge(card, save):
    save(CARD)
    assert "has a hand in the version" in shown(card("engineer", "Write", "model_details"))
    assert "has a hand in the version" not in shown(card("business", "Write", "governance"))


def test_an_auditor_sees_no_pen(card, save):
    save(CARD)
    views = next(group for group in card("auditor").button_group if group.key == "card_view")
    assert "Write" not in views.options


@pytest.mark.parametrize("view", ["Compare", "Change log"])
def test_every_other_view_opens(card, save, view):
    save(CARD)
    save({"model_details": {"summary": "Another text than the one before."}}, 1)
    at = card("business", view)
    assert "Suggests" in "".join(block.proto.body for block in at.get("html")) or "Save 2" in shown(at)


def test_a_first_card_begins_with_the_words_of_the_version_before(look, save, store, people):
    save(CARD)
    with store.transaction(people["scientist"].actor("password")) as tx:
        second = register_version(tx, "mortgage-approval", Build(Task.BINARY, artifact_sha256="sha256:" + "b" * 64))
    at = look("model", "scientist", name="mortgage-approval", version="2", tab="card", card_view="Write")
    at = at.button(key="card-begin").click().run()
    at = at.button(key="card-save-now").click().run()
    assert not at.exception
    with store.reading() as session:
        details = queries.latest(session, second.key).content["model_details"]
    assert (details["summary"], details["predecessor"], details["version"]) == (
        "Suggests whether a mortgage is approved.",
        "1",
        "2",
    )
