"""The summary of a model: what it is, who answers for it, and changing that."""

import pytest

from core.evidence import queries as findings
from core.registry import queries
from core.registry.actions import Build, ModelDescription, register_model, register_use_case, register_version
from core.registry.describing import Description, describe_model
from core.registry.materiality import Exposure, Purpose, RegulatoryClass
from core.registry.version import Task


@pytest.fixture
def model(store, people):
    with store.transaction(people["scientist"].actor("password")) as tx:
        register_use_case(tx, slug="lending", name="Home lending", purpose="Decide about mortgages.")
        said = ModelDescription("mortgage-approval", "Mortgage approval", "lending", Exposure.MODERATE, Purpose.RIGHTS)
        made = register_model(tx, said)
        register_version(tx, "mortgage-approval", Build(Task.BINARY))
    return made


def opened(look, who, button):
    at = look("model", who, name="mortgage-approval", version="1").button(key=button).click().run()
    assert not at.exception
    return at


def stands(store):
    with store.reading() as session:
        return queries.model(session, "mortgage-approval")


def save(at):
    [button] = [one for one in at.button if one.label == "Save"]
    return button.click().run()


def test_it_is_described_anew_and_handed_over(look, model, store, people):
    at = opened(look, "scientist", "describe-model")
    at.text_area(key="change-description").set_value("Says *yes* or no.")
    at.selectbox(key="change-owner").set_value(people["engineer"].key)
    at = save(at)

    assert (stands(store).description, stands(store).owner_id) == ("Says *yes* or no.", people["engineer"].key)
    assert any("ML engineer answers for it" in one.value for one in at.caption)


def test_a_finding_is_raised_and_closed_on_the_page_of_its_version(look, model, store):
    at = look("model", "validator", name="mortgage-approval", version="1", tab="findings")
    assert any("Nobody has raised a finding" in one.value for one in at.info)
    at.button(key="raise-finding").click().run()
    at.text_input(key="finding-title").set_value("Sentinels in lines")
    next(one for one in at.button if one.label == "Raise it").click().run()

    at = look("model", "validator", name="mortgage-approval", version="1", tab="findings")
    assert any("Sentinels in lines" in one.value for one in at.markdown)
    at.button(key="close-1").click().run()
    at.text_area(key="close-words").set_value("They are gone.")
    next(one for one in at.button if one.label == "Put it on record").click().run()
    with store.reading() as session:
        assert findings.line(session, 1).state.closed


def test_somebody_who_wrote_meanwhile_is_not_overwritten(look, model, store, people):
    at = opened(look, "scientist", "describe-model")
    with store.transaction(people["scientist"].actor("password")) as tx:
        describe_model(tx, "mortgage-approval", Description(description="Newer."))
    at.text_area(key="change-description").set_value("Older.")
    at = save(at)

    assert "while you were writing" in at.error[0].value
    assert at.text_area(key="change-description").value == "Older."
    assert stands(store).description == "Newer."


def test_a_risk_reviewer_judges_it_anew_with_a_reason(look, model, store):
    at = opened(look, "validator", "judge-model")
    at.selectbox(key="judge-class").set_value(RegulatoryClass.HIGH_RISK).run()
    [button] = [one for one in at.button if one.label == "Judge it so"]
    at = button.click().run()
    assert "needs a reason" in at.error[0].value

    at.text_area(key="judge-reason").set_value("Annex III names credit scoring.")
    [button] = [one for one in at.button if one.label == "Judge it so"]
    at = button.click().run()
    judged = stands(store)
    assert (judged.regulatory_class, judged.materiality) == (RegulatoryClass.HIGH_RISK, model.materiality)


def test_who_may_do_neither_sees_neither(look, model):
    at = look("model", "auditor", name="mortgage-approval", version="1")
    assert not {"Edit", "Judge anew"} & {one.label for one in at.button}


def test_an_address_that_names_no_model_leads_to_all_of_them(look, model):
    at = look("model", "scientist")

    assert (at.error.len, at.title[0].value) == (0, "Models")
