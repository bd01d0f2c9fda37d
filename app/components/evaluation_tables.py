"""The numbers of an evaluation as tables and sentences: overall, by group, and as counts that people read."""

from collections.abc import Iterable, Sequence

import pandas as pd
import streamlit as st

from app import theme
from app.components import evaluation_charts
from app.components.chart import draw
from core.evaluation.evaluation import MetricResult
from core.evaluation.picture import Picture
from core.metrics import power
from core.metrics.fairness import DIFFERENCES, FOUR_FIFTHS, RATIOS
from core.metrics.metric import NEVER_GATED, Metric
from core.metrics.thousand import of_1000

_COMPARED = frozenset({*DIFFERENCES.values(), *RATIOS.values(), Metric.ROC_AUC_DIFFERENCE}) | {
    Metric.CALIBRATION_INTERCEPT_DIFFERENCE
}
_FIRST = (Metric.SELECTION_RATE, Metric.RECALL, Metric.FALSE_POSITIVE_RATE, Metric.FALSE_NEGATIVE_RATE)
FEW = 30
"""Below so many rows a count per thousand says more about chance than about the group."""


def numbers(results: Sequence[MetricResult], *, clustered: bool = False) -> None:
    """Draw every number over all rows, and those of each class."""
    overall = [row for row in results if row.slice_attribute is None]
    counts = [row for row in overall if row.metric in set(Metric) and Metric(row.metric).is_count]
    rest = [row for row in overall if row not in counts]
    stated = any(row.reported is not None for row in rest)
    _table([_line(row, stated=stated) for row in rest], "Every metric with its interval")
    if counts:
        told = " · ".join(f"{_words(row.metric).lower()} **{theme.count(round(row.value or 0))}**" for row in counts)
        st.markdown(f":small[{told}]")
    level, one_sided = f"{100 * found_level(rest):.0f} %", f"{50 * (1 + found_level(rest)):.1f} %"
    st.caption(
        f"Intervals are two-sided at {level}; their lower end is a one-sided {one_sided} bound. "
        "n is each metric's own denominator; events are the rows of the scarcer kind that the number rests on. "
        "“Could show” is how far from a limit the truth must lie for so many rows to show it 4 times in 5."
    )
    classes = [row for row in results if row.slice_attribute == "class"]
    if classes:
        st.markdown("**Class by class**")
        _table([_line(row, stated=False, group=True) for row in classes], "Metrics of each class")
    if clustered:
        st.caption(":material/workspaces: Rows hang together in clusters; whole clusters were drawn again.")


def found_level(rows: Sequence[MetricResult]) -> float:
    """The level of the intervals, which all numbers of one evaluation share."""
    return rows[0].level if rows else 0.95


def by_group(results: Sequence[MetricResult], key: str) -> None:
    """Draw one metric for every group of one column, then the groups against their reference."""
    grouped = [row for row in results if row.slice_attribute not in {None, "class"}]
    attributes = list(dict.fromkeys(str(row.slice_attribute) for row in grouped))
    attribute = attributes[0]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(attributes) > 1:
            attribute = str(
                st.segmented_control(
                    "Groups by",
                    attributes,
                    default=attributes[0],
                    required=True,
                    key="group_attribute",
                    format_func=theme.md,
                )
            )
        here = [row for row in grouped if row.slice_attribute == attribute]
        plain = list(dict.fromkeys(row.metric for row in here if _is_plain(row.metric)))
        first = next((m.value for m in _FIRST if m.value in plain), plain[0])
        metric = st.selectbox(
            "Metric", plain, index=plain.index(first), format_func=_words, key="group_metric", width=280
        )
    chosen = [row for row in here if row.metric == metric]
    overall = next((row for row in results if row.slice_attribute is None and row.metric == metric), None)
    st.caption(Metric(metric).meaning)
    draw(evaluation_charts.groups(chosen, overall), f"groups-{key}-{attribute}-{metric}")
    _table([_line(row, stated=False, group=True, named=False) for row in chosen], f"{_words(metric)} by {attribute}")
    _against_reference(here, key, attribute)


def _against_reference(rows: Sequence[MetricResult], key: str, attribute: str) -> None:
    compared = [row for row in rows if row.metric in {m.value for m in _COMPARED}]
    if not compared:
        return
    st.markdown(f"**Compared with {theme.md(compared[0].reference)}**")
    st.caption(
        "The reference is the group with the highest selection rate among those of adequate size, unless the upload "
        "named another. Equal error rates and equal calibration cannot both hold when the groups' prevalence differs."
    )
    kinds = list(dict.fromkeys(row.metric for row in compared))
    first = Metric.SELECTION_RATE_RATIO.value
    metric = st.selectbox(
        "Comparison", kinds, index=kinds.index(first) if first in kinds else 0, format_func=_words, width=320,
        key="group_comparison",
    )  # fmt: skip
    chosen = [row for row in compared if row.metric == metric]
    limit = FOUR_FIFTHS if metric == first else None
    draw(evaluation_charts.groups(chosen, None, limit), f"against-{key}-{attribute}-{metric}")
    if limit is not None:
        st.caption(
            f"{limit:g} is the four-fifths rule of thumb of US employment law. It is no law of lending or health; the "
            "policy says what is asked here, and whether it judges the point or a limit."
        )
    _table([_line(row, stated=False, group=True, named=False) for row in chosen], f"{_words(metric)} by {attribute}")


def _is_plain(metric: str) -> bool:
    return metric in set(Metric) and Metric(metric) not in _COMPARED and not Metric(metric).is_count


def sentences(drawn: Picture, by_metric: dict[str, MetricResult]) -> list[str]:
    """Say the confusion table in counts of a thousand, with how sure one can be."""
    counts = evaluation_charts.per_thousand_cells(drawn)
    positive = f"“{theme.md(drawn.classes[1])}”"
    called, are = counts["rightly"] + counts["wrongly"], counts["rightly"] + counts["missed"]
    rightly, wrongly, missed = (counts[part] for part in ("rightly", "wrongly", "missed"))
    found = [
        f":material/campaign: **{called}** of 1,000 are called {positive}: {rightly} rightly, {wrongly} wrongly.",
        f":material/search: **{are}** of 1,000 are {positive}; {missed} of them are missed.",
    ]
    for metric, words in (
        (Metric.PRECISION, f"When it says {positive}, it is right in"),
        (Metric.RECALL, f"Of those that are {positive}, it finds"),
    ):
        row = by_metric.get(metric.value)
        if row is not None and row.value is not None:
            ends = ""
            if row.low is not None and row.high is not None:
                ends = f" ({round(row.low * 100)} to {round(row.high * 100)}, allowing for chance)"
            found.append(f":material/percent: {words} **{round(row.value * 100)}** of 100 cases{ends}.")
    area = by_metric.get(Metric.ROC_AUC.value)
    if area is not None and area.value is not None:
        found.append(
            f":material/sort: Shown one case of each kind, it ranks them rightly **{round(area.value * 100)}** times "
            "of 100; guessing does so 50 times."
        )
    return found


def groups_per_thousand(drawn: Picture, results: Sequence[MetricResult]) -> None:
    """Draw for each group how many of a thousand are called, missed and falsely called."""
    positive = f"“{theme.md(drawn.classes[1])}”"
    grouped = [row for row in results if row.slice_attribute not in {None, "class"}]
    by_place = {(row.slice_attribute, row.slice_value, row.metric): row for row in grouped}
    for attribute in dict.fromkeys(row.slice_attribute for row in grouped):
        names = list(dict.fromkeys(row.slice_value for row in grouped if row.slice_attribute == attribute))
        lines = []
        for name in names:
            size = by_place[attribute, name, Metric.ACCURACY.value].n
            lines.append(
                {
                    str(attribute).replace("_", " ").capitalize(): f"**{theme.md(name)}**",
                    "Cases": theme.count(size),
                    f"Of 1,000, called {positive}": _counted(by_place, attribute, name, _FIRST[0]),
                    f"Of 1,000 that are {positive}, missed": _counted(by_place, attribute, name, _FIRST[3]),
                    "Of 1,000 others, called by mistake": _counted(by_place, attribute, name, _FIRST[2]),
                }
            )
        st.markdown(f"**For whom it is different: {theme.md(attribute)}**")
        _table(lines, f"Counts per 1,000 by {attribute}")
    if grouped:
        st.caption(
            f"In brackets, where the truth may lie with {100 * found_level(grouped):.0f} % confidence. Groups of "
            f"fewer than {FEW} cases say more about chance than about the group."
        )


def _counted(
    by_place: dict[tuple[str | None, str | None, str], MetricResult],
    attribute: str | None,
    name: str | None,
    metric: Metric,
) -> str:
    row = by_place.get((attribute, name, metric.value))
    if row is None or row.value is None:
        return ":gray[nobody to count]"
    told = f"**{of_1000(row.value)}**"
    if row.low is not None and row.high is not None:
        told += f" :gray[({of_1000(row.low)} to {of_1000(row.high)})]"
    return f"{told} :orange[few cases]" if row.n < FEW else told


def _line(row: MetricResult, *, stated: bool, group: bool = False, named: bool = True) -> dict[str, str]:
    line = {"Group": f"**{theme.md(row.slice_value)}**"} if group else {}
    shown = "not defined" if row.value is None and row.reported is None else _value(row.value)
    if named:
        line["Metric"] = _words(row.metric) + (" :gray[shown, not judged]" if row.metric in NEVER_GATED else "")
    line |= {"Value": f"**{shown}**", "Interval": theme.interval(row.low, row.high)}
    if stated:
        line["Reported"] = _reported(row)
    return line | {
        "n": theme.count(row.n),
        "Events": theme.count(row.events),
        "Could show": theme.number(_could_show(row)),
        "How": f":small[:gray[{theme.md(row.method)}]]",
    }


def _could_show(row: MetricResult) -> float | None:
    measured = row.measured
    return None if measured is None else power.of_value(measured)


def _value(value: float | None) -> str:
    return theme.number(value)


def _reported(row: MetricResult) -> str:
    if row.reported is None:
        return ""
    if row.value is None or abs(row.reported - row.value) > 0.005:
        return f":orange[:material/warning: {theme.number(row.reported)}]"
    return f":green[:material/check: {theme.number(row.reported)}]"


def _words(metric: str) -> str:
    return Metric(metric).words if metric in set(Metric) else theme.md(metric)


def _table(lines: Iterable[dict[str, str]], alt: str) -> None:
    frame = pd.DataFrame(list(lines))
    if not frame.empty:
        st.table(frame, border="horizontal", hide_index=True, alt=alt)
