"""Cards in the forms of others: nothing is lost on the way out and back, and strange files are read tolerantly."""

import json

import pytest
import yaml

from core.cards.forms import form
from core.cards.forms.form import CardForm
from core.cards.forms.native import overlaid
from core.cards.record import EvaluationFacts, MeasuredValue, Record, filled
from core.cards.schema import answer, validated
from core.errors import InputError, IntegrityError

OTHERS = [CardForm.HUGGING_FACE, CardForm.TOOLKIT, CardForm.CYCLONEDX]

TYPED = {
    "model_details": {
        "summary": "Suggests whether a mortgage application should be approved.",
        "owners": [{"name": "Lending team", "contact": "lending@example.org", "role": "accountable"}],
        "licence": "Apache-2.0",
        "references": ["https://example.org/paper"],
    },
    "intended_use": {
        "primary_uses": "Sort applications.\n\nAn officer decides.",
        "out_of_scope": "Anything but mortgages.\n# not a heading of ours",
        "affected_persons": True,
    },
    "training_data": {"datasets": [{"name": "loanapp", "source": "A survey.", "role": "train", "rows": 1989}]},
    "ethical_considerations": {
        "risks": [{"name": "Refusals", "harm": "A home is lost.", "likelihood": "possible", "mitigation": "Appeal."}],
        "fairness_assessments": [{"group_at_risk": "Young people", "harms": "Refused more often."}],
    },
    "caveats_recommendations": {"limitations": ["Old labels.", "One\n\nwith two paragraphs."]},
    "technical_specification": {"hyperparameters": {"depth": "3"}, "architecture": "Logistic regression"},
    "not_applicable": {"environmental_impact": "It is trained in a second on a laptop."},
    "extensions": {"our-wiki": {"page": 12}},
}
RECORD = Record(
    {"model_details.name": "Mortgage approval", "model_details.version": "4", "model_details.task": "binary"},
    (
        EvaluationFacts(
            3, None, "loanapp", "test", "recomputed", current=True, named=True,
            values=(
                MeasuredValue("accuracy", None, None, 0.875, 0.81, 0.93, 0.95, "Wilson", 120),
                MeasuredValue("accuracy", "race", "black", 0.8),
            ),
        ),
    ),
)  # fmt: skip


@pytest.fixture
def card():
    return validated(filled(TYPED | {"quantitative_analyses": {"evaluations": [3]}}, RECORD))


@pytest.fixture
def document(card):
    return {
        "model": "mortgage-approval",
        "version": 4,
        "card": {"number": 7, "digest": "sha256:ab", "saved_at": "2026-03-03T12:00:00Z"},
        "content": card,
    }


def typed(content):
    """What a person typed: nothing copied from records, nothing about where it came from."""
    return {name: part for name, part in validated(content).items() if name in TYPED}


@pytest.mark.parametrize("to", OTHERS)
def test_a_card_comes_back_from_another_form_as_it_was_typed(card, document, to):
    back = form.read(form.written(document, to), to)
    expected = {name: part for name, part in card.items() if name in TYPED}
    for computed in ("name", "version", "task"):
        expected["model_details"].pop(computed)
    assert typed(overlaid({}, back.content, to.value)) == expected
    assert back.strange == ()


@pytest.mark.parametrize("to", OTHERS)
def test_the_same_card_gives_the_same_bytes(document, to):
    assert form.written(document, to) == form.written(document, to)


@pytest.mark.parametrize("to", OTHERS)
def test_a_number_from_a_file_is_no_result_of_ours(document, to):
    back = form.read(form.written(document, to), to)
    assert answer(back.content, "quantitative_analyses.results") is None
    assert answer(back.content, "quantitative_analyses.evaluations") is None


@pytest.mark.parametrize("to", OTHERS)
def test_what_a_file_does_not_say_stays_as_it_is_and_what_it_says_is_marked(to):
    there = {"model_details": {"summary": "Older."}, "operations": {"lifetime": "A year"}}
    imported = {"model_details": {"summary": "Newer."}}
    laid = overlaid(there | {"not_applicable": {"model_details.summary": "no"}}, imported, to.value)
    assert (laid["model_details"]["summary"], laid["operations"]) == ("Newer.", {"lifetime": "A year"})
    assert laid["provenance"] == {"model_details.summary": {"kind": "imported", "ref": to.value}}
    assert laid["not_applicable"] == {}


def test_a_readme_carries_results_with_their_data_and_reads_like_the_template(document):
    text = form.written(document, CardForm.HUGGING_FACE).decode()
    front = yaml.safe_load(text.split("---\n")[1])
    (index,) = front["model-index"]
    assert (front["license"], index["results"][0]["dataset"]) == (
        "apache-2.0",
        {"type": "loanapp", "name": "loanapp", "split": "test"},
    )
    assert index["results"][0]["metrics"][1] == {"type": "accuracy", "value": 0.8, "args": {"slice": "race=black"}}
    assert "# Model Card for Mortgage approval" in text
    assert "### Direct Use\n\nSort applications." in text
    assert "More Information Needed" not in text


README = """---
license: [mit]
language: en
base_model: bert-base
model-index: [{name: x, results: [{metrics: [{type: accuracy, value: 0.99}]}]}]
---
# My model

It does one thing.

## Intended uses & limitations

For fun.

## How to use

```python
# a comment, no heading
```

### Out-of-scope use

[More Information Needed]
"""


def test_a_readme_of_others_is_read_tolerantly_and_what_is_not_understood_is_kept_and_written_again(document):
    found = form.read(README.encode(), CardForm.HUGGING_FACE)
    content = found.content
    assert answer(content, "model_details.summary") == "It does one thing."
    assert answer(content, "model_details.licence") == "MIT"
    assert answer(content, "model_details.base_models") == [{"id": "bert-base"}]
    assert answer(content, "intended_use.primary_uses") == "For fun."
    assert answer(content, "intended_use.out_of_scope") is None
    kept = content["extensions"]["huggingface"]
    assert set(kept["metadata"]) == {"language", "model-index"}
    assert "a comment, no heading" in kept["sections"]["How to use"]
    assert found.strange == ("language", "model-index", "How to use")
    again = form.written(document | {"content": validated(content)}, CardForm.HUGGING_FACE).decode()
    assert "language: en" in again
    assert "## How to use" in again


def test_what_a_card_of_others_claims_is_never_published_as_a_result(document):
    claimed = form.read(README.encode(), CardForm.HUGGING_FACE).content
    both = document["content"] | {"extensions": claimed["extensions"]}
    for content, ours in ((validated(claimed), None), (validated(both), 0.8)):
        front = yaml.safe_load(
            form.written(document | {"content": content}, CardForm.HUGGING_FACE).decode().split("---\n")[1]
        )
        published = [metric["value"] for one in front.get("model-index", []) for metric in one["results"][0]["metrics"]]
        assert 0.99 not in published
        assert ours is None or ours in published
        assert front["imported-model-index"][0]["results"][0]["metrics"][0]["value"] == 0.99


def test_what_a_toolkit_card_of_others_claims_is_never_published_as_a_result(document):
    claims = {"performance_metrics": [{"type": "accuracy", "value": "0.99"}]}
    theirs = {"model_details": {"overview": "It sorts."}, "quantitative_analysis": claims}
    content = form.read(json.dumps(theirs).encode(), CardForm.TOOLKIT).content
    for _ in range(2):  # and as little after it went round once more
        data = form.written(document | {"content": validated(content)}, CardForm.TOOLKIT)
        written = json.loads(data)
        assert "quantitative_analysis" not in written
        assert written["imported_quantitative_analysis"] == claims
        content = form.read(data, CardForm.TOOLKIT).content


@pytest.mark.parametrize(
    "considerations",
    [
        pytest.param({"users": [{"description": "Officers"}], "limitations": [{"description": "Old"}]}, id="v0.0.2"),
        pytest.param({"users": ["Officers"], "limitations": ["Old"]}, id="v0.0.1"),
    ],
)
def test_both_versions_of_the_toolkit_are_told_by_their_shape(considerations):
    sent = {
        "model_details": {"name": "m", "overview": "It sorts.", "owners": [{"name": "Team"}], "odd": 1},
        "considerations": considerations,
        "quantitative_analysis": {"performance_metrics": [{"type": "accuracy", "value": "0.99"}]},
    }
    found = form.read(json.dumps(sent).encode(), CardForm.TOOLKIT)
    assert answer(found.content, "intended_use.primary_users") == "Officers"
    assert answer(found.content, "caveats_recommendations.limitations") == ["Old"]
    assert found.content["extensions"]["model_card_toolkit"]["model_details"] == {"odd": 1}
    assert set(found.strange) == {"model_details", "quantitative_analysis"}
    validated(found.content)


def test_a_bill_of_materials_of_others_is_read_from_its_model():
    sent = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "components": [
            {"type": "library", "name": "numpy"},
            {
                "type": "machine-learning-model",
                "name": "m",
                "description": "It sorts.",
                "supplier": {"name": "We"},
                "licenses": [{"license": {"id": "MIT"}}],
                "modelCard": {
                    "considerations": {
                        "useCases": ["Sorting"],
                        "fairnessAssessments": [{"groupAtRisk": "Young", "harms": "More refusals"}],
                    }
                },
            },
        ],
    }
    found = form.read(json.dumps(sent).encode(), CardForm.CYCLONEDX)
    assert answer(found.content, "intended_use.primary_uses") == "Sorting"
    assert answer(found.content, "model_details.licence") == "MIT"
    assert answer(found.content, "ethical_considerations.fairness_assessments") == [
        {"group_at_risk": "Young", "harms": "More refusals"}
    ]
    assert found.strange == ("supplier",)


def test_a_bill_that_does_not_fit_the_published_schema_is_not_handed_out(document):
    document["content"]["extensions"]["cyclonedx"] = {"supplier": 7}
    with pytest.raises(IntegrityError, match="does not fit the CycloneDX schema"):
        form.written(document, CardForm.CYCLONEDX)


@pytest.mark.parametrize(
    ("to", "sent", "said"),
    [
        pytest.param(CardForm.HUGGING_FACE, b"\xff\xfe", "no UTF-8", id="not text"),
        pytest.param(CardForm.HUGGING_FACE, b"---\n- a\n---\n", "no list of keys", id="a list on top"),
        pytest.param(CardForm.HUGGING_FACE, b"---\na: [\n---\n", "no YAML", id="broken yaml"),
        pytest.param(CardForm.HUGGING_FACE, b"---\na: &x [1]\nb: [*x, *x]\n---\n", "repeats itself", id="an alias"),
        pytest.param(CardForm.HUGGING_FACE, b"a" * 1_000_001, "at most", id="too large"),
        pytest.param(CardForm.TOOLKIT, b"[]", "no card of the Model Card Toolkit", id="a list"),
        pytest.param(CardForm.TOOLKIT, b'{"a": NaN}', "NaN", id="not a number"),
        pytest.param(CardForm.TOOLKIT, b'{"a": 1, "a": 2}', "twice", id="a name twice"),
        pytest.param(CardForm.CYCLONEDX, b"{}", "no CycloneDX", id="another format"),
        pytest.param(CardForm.CYCLONEDX, b'{"bomFormat": "CycloneDX"}', "no model", id="no model"),
        pytest.param(CardForm.JSON, b'{"model_details": {}}', "holds no card", id="no content"),
    ],
)
def test_what_is_no_card_gets_a_sentence(to, sent, said):
    with pytest.raises(InputError, match=said) as refusal:
        form.read(sent, to)
    assert refusal.value.fix
