"""One control per shape of answer. Each draws what is there and returns what is typed."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import streamlit as st

from core.cards.asking import Kind
from core.cards.field import Field, Item

Question = Field | Item


def control(asked: Question, value: Any, key: str) -> Any:
    """Draw the control for one question without rows.

    Args:
        asked: the question; its label stands above and is read to those who cannot see it.
        value: what is answered so far; None where nothing is.
        key: of the widget.

    Returns:
        The answer as the card stores it; None where nothing is typed.
    """
    draw = _DRAWN.get(asked.kind)
    if draw is None:
        raise TypeError(f"{asked.kind} has rows and is drawn row by row.")
    return draw(asked, value, key)


def _prose(asked: Question, value: Any, key: str) -> str | None:
    typed = st.text_area(
        asked.ask.label,
        _text(value),
        key=key,
        placeholder=asked.ask.hint or None,
        label_visibility="collapsed",
        height=_tall(len(_text(value)) // 90 + _text(value).count("\n")),
    )
    return typed or None


def _line(asked: Question, value: Any, key: str) -> str | None:
    typed = st.text_input(
        asked.ask.label, _text(value), key=key, placeholder=asked.ask.hint or None, label_visibility="collapsed"
    )
    return typed or None


def _choice(asked: Question, value: Any, key: str) -> str | None:
    words = dict(asked.choices)
    options = list(words)
    return st.selectbox(
        asked.ask.label,
        options,
        index=options.index(value) if value in options else None,
        format_func=lambda one: words[one].capitalize(),
        key=key,
        placeholder="Choose",
        label_visibility="collapsed",
    )


def _yes_no(asked: Question, value: Any, key: str) -> bool | None:
    return st.segmented_control(
        asked.ask.label,
        [True, False],
        default=value if isinstance(value, bool) else None,
        format_func=lambda one: "Yes" if one else "No",
        key=key,
        label_visibility="collapsed",
    )


def _number(asked: Question, value: Any, key: str) -> float | None:
    typed = st.number_input(
        asked.ask.label,
        value=float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None,
        key=key,
        placeholder=asked.ask.hint or None,
        label_visibility="collapsed",
        format="%g",
        step=0.01,
        width=220,
    )
    return None if typed is None else float(typed)


def _day(asked: Question, value: Any, key: str) -> str | None:
    given = date.fromisoformat(value) if isinstance(value, str) and value else None
    picked = st.date_input(
        asked.ask.label, given, key=key, format="YYYY-MM-DD", label_visibility="collapsed", width=220
    )
    return picked.isoformat() if isinstance(picked, date) else None


def _lines(asked: Question, value: Any, key: str) -> list[str] | None:
    typed = st.text_area(
        asked.ask.label,
        "\n".join(value or []),
        key=key,
        placeholder=f"{asked.ask.hint or 'One'}\nOne on each line",
        label_visibility="collapsed",
        height=_tall(len(value or [])),
    )
    return [line.strip() for line in (typed or "").splitlines() if line.strip()] or None


def _pairs(asked: Question, value: Any, key: str) -> dict[str, str] | None:
    typed = st.text_area(
        asked.ask.label,
        "\n".join(f"{name}: {inner}" for name, inner in (value or {}).items()),
        key=key,
        placeholder="max_depth: 4\nOne on each line",
        label_visibility="collapsed",
        height=_tall(len(value or {})),
    )
    split = (line.partition(":") for line in (typed or "").splitlines() if line.strip())
    return {name.strip(): inner.strip() for name, _, inner in split if name.strip()} or None


_DRAWN: dict[Kind, Callable[[Question, Any, str], Any]] = {
    Kind.PROSE: _prose,
    Kind.LINE: _line,
    Kind.CHOICE: _choice,
    Kind.YES_NO: _yes_no,
    Kind.NUMBER: _number,
    Kind.DATE: _day,
    Kind.LINES: _lines,
    Kind.PAIRS: _pairs,
}


def evaluations(label: str, value: Any, known: dict[int, str], key: str) -> list[int] | None:
    """Draw the choice of evaluations that a card speaks through.

    Args:
        label: of the question.
        value: ids chosen so far.
        known: the evaluations of this version and how each reads.
        key: of the widget.
    """
    options = {**known, **{number: f"EVL-{number}" for number in value or [] if number not in known}}
    picked = st.multiselect(
        label,
        list(options),
        default=value or [],
        format_func=lambda number: options[number],
        key=key,
        placeholder="Choose evaluations of this version",
        label_visibility="collapsed",
    )
    return list(picked) or None


def labelled(items: Sequence[Item]) -> list[Item]:
    """Leave out the columns that the records fill."""
    return [item for item in items if not item.ask.computed]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _tall(lines: int) -> int:
    """Height in pixels for about so many lines; a long answer scrolls."""
    return 72 + 22 * min(max(lines - 1, 0), 12)
