"""Reading a card: the plain page, one section with its answers, and one answer by its shape."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from app import theme
from core.cards import markdown, words
from core.cards.asking import Kind
from core.cards.completeness import Gap, set_aside
from core.cards.field import Field, Item
from core.cards.plain import PlainPart, PlainReading
from core.cards.schema import Schema, answer
from core.cards.section import Section
from core.metrics.metric import Metric

_FINGERPRINT = re.compile(r"sha256:[0-9a-f]{64}")
_METRICS = {metric.value: metric.words for metric in Metric}


def plain_page(reading: PlainReading) -> None:
    """Draw the one-page plain reading."""
    with st.container(border=True, gap="medium", key="card-plain"):
        with st.container(gap="xxsmall"):
            st.header(theme.md(reading.title), anchor=False)
            st.markdown(theme.md(reading.lead))
        left, right = st.columns(2, gap="large")
        half = (len(reading.parts) + 1) // 2
        for side, parts in ((left, reading.parts[:half]), (right, reading.parts[half:])):
            with side:
                for part in parts:
                    _plain_part(part)


def _plain_part(part: PlainPart) -> None:
    with st.container(gap="xxsmall"):
        st.markdown(f"**{theme.md(part.heading)}**")
        if not part.answered:
            st.markdown(f":gray[{theme.md(part.sentences[0])}]")
        elif len(part.sentences) == 1:
            st.markdown(theme.md(part.sentences[0]))
        else:
            st.markdown("\n".join(f"- {theme.md(sentence)}" for sentence in part.sentences))


def section_reading(content: Mapping[str, Any], schema: Schema, section: Section, gaps: Mapping[str, Gap]) -> None:
    """Draw one section: answered fields, then what is needed and missing; optional empty ones are only counted.

    Args:
        content: the card.
        schema: its questions.
        section: which section.
        gaps: what the target stage still needs, by path.
    """
    silent = 0
    for asked in schema.of(section):
        found, reason = answer(content, asked.path), set_aside(content, asked)
        if found in (None, [], {}, "") and reason is None and asked.path not in gaps:
            silent += 1
            continue
        label, body = st.columns([3, 9], gap="medium")
        label.markdown(f":small[:gray[**{theme.md(asked.ask.label)}**]]")
        with body, st.container(gap="xsmall"):
            _answer(asked, found, reason, gaps.get(asked.path))
    if silent:
        st.caption(
            f"{silent} further {'question is' if silent == 1 else 'questions are'} not answered and not needed yet."
        )


def _answer(asked: Field, found: Any, reason: str | None, gap: Gap | None) -> None:
    if found not in (None, [], {}, ""):
        value(asked, found)
    elif reason is not None:
        st.markdown(f"Does not apply: {theme.md(reason)}")
    if gap is not None:
        lacking = theme.md((f"{gap.where}: {gap.lack.words}" if gap.where else gap.lack.words).capitalize())
        st.markdown(f":orange[:material/edit_note: {lacking}] :small[:gray[{theme.md(asked.ask.why)}]]")


def value(asked: Field, found: Any) -> None:
    """Draw one answer by its shape. What people wrote is escaped or cleaned on the way."""
    if found in (None, [], {}, ""):
        st.markdown(f":gray[{words.UNKNOWN}]")
        return
    match asked.kind:
        case Kind.PROSE:
            st.html(markdown.render(found))
        case Kind.PARAGRAPHS:
            st.html("".join(f"<li>{markdown.render(text)}</li>" for text in found).join(("<ul>", "</ul>")))
        case Kind.LINES:
            st.markdown("\n".join(f"- {theme.md(line)}" for line in words.lines(asked, found)))
        case Kind.NUMBERS:
            st.markdown(" ".join(theme.label(f"EVL-{number}", "blue") for number in found))
        case Kind.PAIRS:
            _table(
                [(theme.md(name), theme.md(text)) for name, text in found.items()], ["Name", "Value"], asked.ask.label
            )
        case Kind.RECORD:
            _lines(asked.items, found)
        case Kind.RECORDS:
            _rows(asked, found)
        case _:
            text = words.text(asked, found)
            st.markdown(theme.fingerprint(text) if _FINGERPRINT.fullmatch(text) else theme.md(text))


def _rows(asked: Field, rows: Sequence[Mapping[str, Any]]) -> None:
    if asked.name in {"results", "group_results"}:
        _results(rows, asked.ask.label)
    elif any(item.kind in {Kind.PROSE, Kind.RECORDS, Kind.LINES} for item in asked.items):
        for row in rows:
            with st.container(border=True, gap="xsmall"):
                st.markdown(f"**{theme.md(words.title(asked.items, row))}**")
                _lines(asked.items[1:], row)
    else:
        shown = [item for item in asked.items if any(row.get(item.name) is not None for row in rows)]
        cells = [[theme.md(words.single(row.get(item.name), item.choices)) for item in shown] for row in rows]
        _table(cells, [item.ask.label for item in shown], asked.ask.label)


def _lines(items: Sequence[Item], row: Mapping[str, Any]) -> None:
    for item in items:
        found = row.get(item.name)
        if found in (None, [], {}, ""):
            continue
        if item.kind is Kind.RECORDS:
            st.markdown(f":small[:gray[{theme.md(item.ask.label)}]]")
            _figures(found)
        else:
            text = (
                "; ".join(theme.md(one) for one in found)
                if isinstance(found, list)
                else theme.md(words.single(found, item.choices))
            )
            st.markdown(f":gray[{theme.md(item.ask.label)}:] {text}")


def _cell(item: Item, found: Any) -> str:
    if isinstance(found, list):
        return "; ".join(theme.md(one) for one in found)
    if item.name in {"id", "metric"} and found in _METRICS:
        return theme.md(_METRICS[found])
    if isinstance(found, str) and _FINGERPRINT.fullmatch(found):
        return theme.fingerprint(found)
    if isinstance(found, int) and not isinstance(found, bool):
        return theme.count(found)
    return theme.md(words.single(found, item.choices))


def _figures(rows: Sequence[Mapping[str, Any]]) -> None:
    cells = [(theme.md(row.get("group")), _number(row), _interval(row), theme.count(row.get("n"))) for row in rows]
    _table(cells, ["Group", "Value", "Interval", "Rows"], "Figures by group")


def _results(rows: Sequence[Mapping[str, Any]], label: str) -> None:
    grouped = any(row.get("group") is not None for row in rows)
    cells = [
        [
            theme.md(_METRICS.get(str(row.get("metric")), str(row.get("metric")))),
            *([theme.md(f"{row.get('attribute')}: {row.get('group')}")] if grouped else []),
            _number(row),
            _interval(row),
            theme.count(row.get("n")),
            f"EVL-{row.get('evaluation')}",
        ]
        for row in rows
    ]
    _table(cells, ["Measure", *(["Group"] if grouped else []), "Value", "Interval", "Rows", "From"], label)


def _number(row: Mapping[str, Any]) -> str:
    found = row.get("value")
    if isinstance(found, float | int) and float(found).is_integer() and abs(found) >= 2:
        return theme.count(int(found))
    return theme.number(found)


def _interval(row: Mapping[str, Any]) -> str:
    return theme.interval(row.get("low"), row.get("high"))


def _table(cells: Sequence[Sequence[str]], columns: Sequence[str], alt: str) -> None:
    st.table(pd.DataFrame(cells, columns=list(columns)), border="horizontal", hide_index=True, alt=alt)
