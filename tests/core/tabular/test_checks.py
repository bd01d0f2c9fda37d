import pyarrow as pa
import pytest

from core.errors import EvidenceError
from core.tabular import checks

TABLE = pa.table(
    {
        "id": ["a", "b", "a", None],
        "score": [0.1, 1.2, float("inf"), None],
        "ok": [0.0, 1.0, 0.5, 0.25],
        "word": ["x", "y", "z", "w"],
    }
)


@pytest.mark.parametrize(
    ("check", "column", "said"),
    [
        (checks.refuse_missing, "score", "missing in row 4"),
        (checks.refuse_infinite, "score", "infinite in row 3"),
        (checks.refuse_outside, "score", "outside 0 to 1 in row 2, 3"),
        (checks.refuse_outside, "word", "no numbers"),
        (checks.refuse_duplicates, "id", "row 1, 3"),
    ],
)
def test_a_refusal_names_column_and_rows(check, column, said):
    with pytest.raises(EvidenceError, match=said):
        check(TABLE, column)


@pytest.mark.parametrize("check", [checks.refuse_missing, checks.refuse_infinite, checks.refuse_outside])
def test_good_columns_pass(check):
    check(TABLE, "ok")


def test_many_bad_rows_are_counted_not_listed():
    with pytest.raises(EvidenceError, match=r"row 1, 2, 3, 4, 5 and 95 more"):
        checks.refuse_missing(pa.table({"a": pa.nulls(100, pa.float64())}), "a")


def test_what_is_missing_or_infinite_is_reported():
    assert checks.missing(TABLE) == {"id": 1, "score": 1}
    assert checks.infinite(TABLE) == {"score": 1}
