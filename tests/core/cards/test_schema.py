import pytest

from core.cards.asking import Due, Kind, Writer
from core.cards.schema import LIMIT, STANDARD, answer, extended, known, validated
from core.cards.section import Section
from core.errors import InputError


def test_every_section_but_the_composed_change_log_asks_something():
    assert {field.section for field in STANDARD.fields} == set(Section) - {Section.CHANGE_LOG}


def test_every_required_field_says_why_it_is_asked():
    assert [field.path for field in STANDARD.fields if field.ask.due and not field.ask.why] == []


def test_every_row_has_a_part_without_which_it_says_nothing():
    rows = [field for field in STANDARD.fields if field.items]
    assert [field.path for field in rows if not any(item.ask.essential for item in field.items)] == []


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("model_details.summary", Kind.PROSE),
        ("model_details.owners", Kind.RECORDS),
        ("intended_use.decision_role", Kind.CHOICE),
        ("intended_use.affected_persons", Kind.YES_NO),
        ("intended_use.business", Kind.RECORD),
        ("metrics.decision_threshold", Kind.NUMBER),
        ("quantitative_analyses.evaluations", Kind.NUMBERS),
        ("caveats_recommendations.limitations", Kind.PARAGRAPHS),
        ("technical_specification.hyperparameters", Kind.PAIRS),
        ("governance.applicable_frameworks", Kind.LINES),
        ("governance.next_review_at", Kind.DATE),
    ],
)
def test_the_shape_of_an_answer_follows_from_its_type(path, kind):
    assert STANDARD.by_path[path].kind is kind


def test_the_business_owner_writes_business_case_and_governance_and_nothing_else():
    theirs = {field.path for field in STANDARD.fields if field.ask.writer is Writer.BUSINESS}
    assert theirs == {"intended_use.business"} | {field.path for field in STANDARD.of(Section.GOVERNANCE)}


def test_blank_answers_and_missing_answers_are_the_same_card():
    blank = {"model_details": {"summary": "  ", "owners": []}, "factors": {"groups": None}, "extensions": {}}
    assert validated(blank) == validated({}) == {}


def test_a_checked_card_comes_back_as_it_was():
    content = {
        "model_details": {"owners": [{"name": "Ada", "role": "accountable"}]},
        "metrics": {"decision_threshold": 0.8},
        "governance": {"next_review_at": "2027-01-31"},
    }
    assert validated(content) == content
    assert validated(validated(content)) == content


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param({"model_detials": {"name": "x"}}, "model_detials", id="misspelt section"),
        pytest.param({"model_details": {"nme": "x"}}, "nme", id="misspelt field"),
        pytest.param({"model_details": {"summary": "x" * 281}}, "Summary", id="too long"),
        pytest.param({"metrics": {"decision_threshold": "0.8"}}, "Cut-off", id="a number as text"),
        pytest.param({"metrics": {"decision_threshold": float("nan")}}, "JSON", id="not a number"),
        pytest.param({"metrics": {"decision_threshold": True}}, "Cut-off", id="a truth value for a number"),
        pytest.param({"intended_use": {"affected_persons": 1}}, "Are people affected?", id="a number for yes"),
        pytest.param({"intended_use": {"decision_role": "alone"}}, "How much it decides", id="no such choice"),
        pytest.param({"not_applicable": {"model_details.colour": "It has none."}}, "colour", id="sets nothing aside"),
        pytest.param({"model_details": {"summary": "\ud800"}}, "JSON", id="half a character"),
        pytest.param({"extensions": {"n": 2**60}}, "JSON", id="a number that JSON rounds"),
        pytest.param(
            {"training_data": {"datasets": [{"name": "a"}, {"name": "b", "rows": "many"}]}},
            "Training data, Data sets, row 2, Rows",
            id="names the row",
        ),
    ],
)
def test_a_card_that_cannot_be_used_is_refused_with_its_place(content, said):
    with pytest.raises(InputError) as refusal:
        validated(content)
    assert said in refusal.value.problem


def test_a_card_over_one_megabyte_is_refused():
    with pytest.raises(InputError, match="bytes"):
        validated({"extensions": {"essay": "x" * LIMIT}})


def test_deep_nesting_is_refused_and_does_not_end_the_process():
    deep: dict = {}
    for _ in range(100_000):
        deep = {"a": deep}
    with pytest.raises(InputError):
        validated({"extensions": {"deep": {"x": 1, **deep}, "y": deep}})


def test_what_the_schema_does_not_know_is_kept_aside():
    content = known({"model_details": {"name": "m", "colour": "red"}, "horoscope": {"sign": "ram"}})
    assert content == {
        "model_details": {"name": "m"},
        "extensions": {"model_details.colour": "red", "horoscope": {"sign": "ram"}},
    }
    assert validated(content) == content


OWN = {
    "name": "model_board",
    "section": "governance",
    "type": "prose",
    "label": "Board",
    "help": "Who decided.",
    "due": "P",
}


def test_an_organisation_adds_a_field_of_its_own():
    schema = extended([OWN])
    field = schema.by_path["governance.model_board"]
    assert (field.kind, field.ask.due, field.ask.label) == (Kind.PROSE, Due.PRODUCTION, "Board")
    content = {"governance": {"model_board": "Decided by the board of March."}}
    assert answer(validated(content, schema), "governance.model_board") == "Decided by the board of March."
    with pytest.raises(InputError):
        validated(content)


def test_an_own_field_never_replaces_a_standard_one():
    with pytest.raises(InputError, match="already has a field"):
        extended([{**OWN, "name": "risk_tier"}])
