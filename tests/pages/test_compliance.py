"""The Compliance tab: where each duty stands, and what people declare by name."""

import pytest

from core.compliance import queries
from core.compliance.coverage import State
from core.registry.actions import Build, ModelDescription, register_model, register_use_case, register_version
from core.registry.materiality import Exposure, Purpose
from core.registry.version import Task


@pytest.fixture
def version(store, people):
    with store.transaction(people["scientist"].actor("password")) as tx:
        register_use_case(tx, slug="lending", name="Home lending", purpose="Decide about mortgages.")
        said = ModelDescription("mortgage-approval", "Mortgage approval", "lending", Exposure.MODERATE, Purpose.RIGHTS)
        register_model(tx, said)
        return register_version(tx, "mortgage-approval", Build(Task.BINARY))


@pytest.fixture
def item(look, version):
    def opening(who, item_id):
        at = look("model", who, name="mortgage-approval", version="1", tab="compliance", item=item_id)
        assert not at.exception
        return at

    return opening


def shown(at):
    return "\n".join(part.value for part in [*at.markdown, *at.caption, *at.subheader])


def test_it_says_what_it_is_and_counts_with_its_denominator(item):
    text = shown(item("auditor", "1a"))
    assert "Our reading, not legal advice" in text
    assert "0 of 23 applicable items are evidenced (0 %), 23 open." in text


def test_an_item_names_what_is_missing_and_what_no_record_can_show(item):
    text = shown(item("auditor", "2h"))
    assert "Protection against attack" in text
    assert "Beyond these records" in text


def test_a_validator_declares_by_name_and_the_page_shows_it(item, store, version, noon):
    at = item("validator", "2h")
    at.text_area(key=f"declare-{version.id}-2h-statement").set_value("I read the protection concept of 3 March.")
    at = at.button(key=f"declare-{version.id}-2h-now").click().run()
    assert not at.exception
    with store.reading() as session:
        found = queries.coverage(session, store.blobs, version.id, noon).controls
    assert next(one for one in found if one.control.id == "2h").state is State.ATTESTED
    assert "attested it" in shown(at)


def test_a_statement_that_says_nothing_is_refused_on_the_page(item, version):
    at = item("validator", "2h").button(key=f"declare-{version.id}-2h-now").click().run()
    assert "does not say what you looked at" in at.error[0].value


def test_only_risk_reviewers_see_the_form(item):
    assert not item("scientist", "2h").text_area
