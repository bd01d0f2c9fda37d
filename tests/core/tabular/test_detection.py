import pytest

from core.tabular.columns import ColumnKind
from core.tabular.content import Format
from core.tabular.detection import Mapping, guess, guess_columns
from core.tabular.reading import Column, Preview

K = ColumnKind


def columns(**kinds: ColumnKind) -> list[Column]:
    return [Column(name, kind) for name, kind in kinds.items()]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(
            columns(application=K.WHOLE, approve=K.WHOLE, p_approve=K.NUMBER, race=K.TEXT, income=K.NUMBER),
            Mapping(id="application", score="p_approve", groups=("race",)),
            id="loans",
        ),
        pytest.param(
            columns(id=K.TEXT, y_true=K.WHOLE, y_pred=K.WHOLE, y_score=K.NUMBER),
            Mapping(id="id", label="y_true", prediction="y_pred", score="y_score"),
            id="scikit-learn names",
        ),
        pytest.param(
            columns(flightId=K.TEXT, predicted=K.TRUTH, probability=K.NUMBER, at=K.MOMENT, day=K.TEXT, carrier=K.TEXT),
            Mapping(id="flightId", prediction="predicted", score="probability", time="at", cluster="day",
                    groups=("carrier",)),
            id="a log with time and cluster",
        ),
        pytest.param(
            columns(image=K.WHOLE, label=K.TEXT, p_cat=K.NUMBER, p_dog=K.NUMBER, p_owl=K.NUMBER, prediction=K.TEXT),
            Mapping(label="label", prediction="prediction",
                    scores=(("cat", "p_cat"), ("dog", "p_dog"), ("owl", "p_owl"))),
            id="several classes",
        ),
        pytest.param(columns(a=K.TEXT, b=K.NUMBER), Mapping(), id="nothing telling"),
    ],
)  # fmt: skip
def test_a_mapping_is_guessed_from_names_and_kinds(given, expected):
    assert guess_columns(given) == expected


def test_a_column_that_repeats_is_no_identifier():
    preview = Preview(
        "x.csv", Format.CSV, 1, tuple(columns(customer_id=K.WHOLE, case_id=K.WHOLE)), ((1, 1), (1, 2), (2, 3))
    )
    assert guess(preview).id == "case_id"
    assert guess(preview).cluster == "customer_id"


def test_columns_without_a_part_are_named_so_that_they_can_be_dropped():
    mapping = Mapping(id="a", groups=("g",), scores=(("x", "p_x"),))
    assert mapping.used() == ("a", "p_x", "g")
    assert mapping.unused(["a", "secret", "g", "p_x", "name"]) == ("secret", "name")
