"""A version in use, in plain words first: what became of its predictions, whether its inputs moved, what is unknown."""

import math
from typing import Final

import pandas as pd
import streamlit as st

from app import theme
from app.components import monitoring_charts as charts
from app.components.alerts import alerts_raised
from app.components.input_drift import inputs_moved
from app.visit import Visit
from core.metrics.thousand import of_1000
from core.monitoring import phrasing, queries
from core.monitoring.monitor import Cadence
from core.monitoring.outcome import Outcome
from core.monitoring.queries import Watch
from core.monitoring.window import span
from core.registry import queries as registry
from core.registry.model import RegisteredModel
from core.registry.version import ModelVersion, Task

_ROWS: Final = 12
_LEVEL: Final = "95 of 100 such intervals hold the true value."


def monitoring_tab(here: Visit, model: RegisteredModel, version: ModelVersion) -> None:
    """Draw everything about a version in use, or how to begin watching it."""
    address = f"{model.slug}@{version.version}"
    with here.store.reading() as session:
        monitor = queries.monitor(session, version.key)
    if monitor is None:
        _not_watched(address)
        return
    cadence = _cadence(monitor.cadence)
    with here.store.reading() as session:
        watch = queries.windows(session, here.store.blobs, version, here.now, cadence)
    if watch is None or not watch.windows:
        _nothing_logged(address)
        return
    _words(watch)
    alerts_raised(here, model, version)
    _outcomes(watch)
    inputs_moved(watch)
    _decisions(watch)
    _how(here, watch)


def brief(watch: Watch | None) -> str:
    """One line about a version in use, for a list; Markdown."""
    if watch is None or not watch.windows:
        return "No prediction is logged yet."
    judged = [one for one in watch.windows if one.verdict.judged]
    left = [one for one in judged if one.verdict.alarming]
    if not judged:
        return phrasing.outcomes(watch)
    if not left:
        return theme.label("Outcomes as announced", "green")
    return f"{theme.label('Outcomes left what was announced', 'orange')} in {len(left)} of {len(judged)} windows"


def opened(here: Visit, slug: str, number: int) -> tuple[RegisteredModel, ModelVersion]:
    """Find what the address names; NotFoundError when there is none."""
    with here.store.reading() as session:
        return registry.model(session, slug), registry.version(session, slug, number)


def _cadence(set_up: Cadence) -> Cadence:
    chosen = st.segmented_control(
        "Windows",
        list(Cadence),
        format_func=lambda cadence: cadence.words.capitalize(),
        default=set_up,
        required=True,
        key="windows",
        bind="query-params",
        label_visibility="collapsed",
    )
    return chosen or set_up


def _words(watch: Watch) -> None:
    with st.container(border=True, gap="small", key="watch-words"):
        for icon, words in (
            ("target", phrasing.outcomes(watch)),
            ("input", phrasing.inputs(watch)),
            ("pending", phrasing.unresolved(watch)),
        ):
            if words:
                st.markdown(f":material/{icon}: {theme.md(words)}")
        if contrast := phrasing.contrast(watch):
            st.info(f"**Drift does not show this.** {theme.md(contrast)}", icon=":material/visibility_off:")


def _outcomes(watch: Watch) -> None:
    if not any(one.verdict.judged for one in watch.windows):
        _table(watch)
        return
    left, right = st.columns([3, 2], gap="medium")
    with left, st.container(border=True, gap="small"):
        st.header("Happened against announced", anchor=False)
        figure, alt = charts.ratio_chart(watch)
        st.plotly_chart(figure, key="ratio", config=theme.CHART, alt=alt)
        drawn = (
            "Intervals are drawn where outcomes left it; the table has all. "
            if len(watch.windows) >= charts.MANY
            else ""
        )
        st.caption(
            f"1 × is as many as the scores had announced; the grey band is taken as no difference. {drawn}{_LEVEL}"
        )
    with right, st.container(border=True, gap="small"):
        per = "Of 1,000 predictions" if watch.task in phrasing.CLASSES else "On average"
        st.header(per, anchor=False)
        figure, alt = charts.rate_chart(watch)
        st.plotly_chart(figure, key="rates", config=theme.CHART, alt=alt)
        st.caption("Only predictions whose outcome is known, and only windows whose outcomes are due.")
    _table(watch)


def _table(watch: Watch) -> None:
    newest = list(reversed(watch.windows))
    with st.container(border=True, gap="small"):
        st.header("Window by window", anchor=False)
        page = 1
        if len(newest) > _ROWS:
            page = st.session_state.get("watch-page", 1)
            page = min(page, math.ceil(len(newest) / _ROWS))
        per = ", of 1,000" if watch.task in phrasing.CLASSES else ""
        rows = [
            {
                "Window": span(one.window.start, watch.cadence),
                "Outcomes": theme.label(one.verdict.words, charts.VERDICT_COLOURS.get(one.verdict, "gray")),
                "Times as many": _times(one.outcome),
                f"Happened{per}": _amount(one.outcome.rate.value, watch.task),
                f"Announced{per}": _amount(one.outcome.expected_rate, watch.task),
                "Predictions": theme.count(one.outcome.rows),
                "No outcome": theme.count(one.outcome.unresolved),
            }
            for one in newest[(page - 1) * _ROWS : page * _ROWS]
        ]
        st.table(pd.DataFrame(rows), border="horizontal", hide_index=True, alt="Outcomes of each window, newest first")
        if len(newest) > _ROWS:
            st.pagination(math.ceil(len(newest) / _ROWS), key="watch-page")


def _decisions(watch: Watch) -> None:
    if watch.overall is None or not any(ratio.value is not None for _, ratio in watch.overall.measures):
        return
    before = dict(watch.baseline_outcome.measures) if watch.baseline_outcome else {}
    rows = []
    for metric, ratio in watch.overall.measures:
        earlier = before.get(metric)
        rows.append(
            {
                "Measure": metric.words,
                "In use": theme.number(ratio.value),
                "Interval": theme.interval(ratio.interval.low, ratio.interval.high),
                "In the baseline": theme.number(earlier.value if earlier else None),
            }
        )
    with st.container(border=True, gap="small"):
        st.header("How good the decisions were", anchor=False)
        st.table(pd.DataFrame(rows), border="horizontal", hide_index=True, alt="Measures of decisions in use")
        labelled, units = theme.count(watch.overall.labelled), theme.count(watch.overall.ratio.clusters)
        st.caption(
            f"Over all {labelled} predictions with an outcome. What happens on one day hangs together, so intervals "
            f"count {units} days (or groups, where the log names them) and not rows."
        )


def _how(here: Visit, watch: Watch) -> None:
    monitor, baseline = watch.monitor, watch.baseline
    with st.expander("How this is watched", icon=":material/tune:"):
        rows = [
            ("Windows", monitor.cadence.words.capitalize()),
            ("Outcomes are judged", f"{monitor.horizon_days} days after the end of a window"),
            ("A difference matters from", f"{100 * monitor.margin:g} of 100 more or fewer than announced"),
            ("Rows below which nothing is judged", theme.count(monitor.minimum_rows)),
            ("The event", theme.md(monitor.positive) or "–"),
            ("Set up", theme.moment(monitor.defined_at, here.zone)),
            ("Baseline", theme.md(baseline.name) if baseline else "None is set"),
            ("Rows of the baseline", theme.count(baseline.rows if baseline else None)),
            ("Why it is fair", theme.md(baseline.reason) if baseline else "–"),
            ("Its fingerprint", theme.fingerprint(baseline.digest if baseline else None)),
        ]
        st.table(
            pd.DataFrame(rows, columns=["What", "How"]),
            border="horizontal",
            hide_index=True,
            hide_header=True,
            alt="How this version is watched",
        )


def _not_watched(address: str) -> None:
    st.info(
        f"{theme.md(address)} is not watched yet. Log its predictions from where it runs:", icon=":material/monitoring:"
    )
    st.code(
        f"signoff log {address} predictions.parquet --id ID --time MOMENT --score SCORE\n"
        f"signoff labels {address.split('@', maxsplit=1)[0]} outcomes.csv --id ID --label OUTCOME",
        language="bash",
    )


def _nothing_logged(address: str) -> None:
    st.info("Watching is set up, and no prediction is logged yet.", icon=":material/monitoring:")
    st.code(f"signoff log {address} predictions.parquet", language="bash")


def _amount(value: float | None, task: Task) -> str:
    if task in phrasing.CLASSES:
        return "–" if value is None else f"{of_1000(value):,}"
    return theme.number(value)


def _times(outcome: Outcome) -> str:
    if outcome.ratio.value is None:
        return "–"
    ends = outcome.ratio.interval
    return f"{outcome.ratio.value:.2f} × ({theme.interval(ends.low, ends.high, 2)})"
