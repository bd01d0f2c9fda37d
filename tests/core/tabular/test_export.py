import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.tabular.export import TRIGGERS, cell, to_csv

CORPUS = [
    "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠x",
    '=HYPERLINK("http://x","y")', " =1+1", "\u00a0=1", '"=1', "a;=1", "a\n=1", 'a","=1',
]  # fmt: skip


def read_back(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


@pytest.mark.parametrize("text", CORPUS)
def test_no_cell_starts_like_a_formula(text):
    header, row = read_back(to_csv([text], [[text]]))
    for shown in (header[0], row[0]):
        assert shown.lstrip(" \u00a0")[:1] not in TRIGGERS
        assert shown.removeprefix("'") == text


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), min_size=1, max_size=4))
def test_every_text_comes_back_whole_and_harmless(row):
    back = read_back(to_csv(["c"] * len(row), [row]))[1] if row != [""] else [""]
    assert [
        shown if text.startswith("'") else shown.removeprefix("'") for shown, text in zip(back, row, strict=True)
    ] == row
    assert not any(shown[:1] in TRIGGERS for shown in back if shown)


def test_numbers_stay_numbers_and_what_is_missing_stays_empty():
    values = [-5, -0.25, Decimal("-1.50"), True, None, float("nan"), float("-inf"), date(2026, 3, 3)]
    assert [cell(value) for value in values] == ["-5", "-0.25", "-1.50", "true", "", "", "", "2026-03-03"]
    assert cell(datetime(2026, 3, 3, tzinfo=UTC)) == "2026-03-03T00:00:00Z"


def test_what_does_not_fit_is_a_programming_mistake():
    with pytest.raises(TypeError):
        cell([1])
    with pytest.raises(ValueError, match="wide"):
        to_csv(["a"], [[1, 2]])
