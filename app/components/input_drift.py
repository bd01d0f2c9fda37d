"""Whether inputs moved, in words; the statistics stand behind a click."""

from typing import Final

import pandas as pd
import streamlit as st

from app import theme
from app.components.monitoring_charts import bins_chart
from core.metrics.thousand import of_1000
from core.monitoring.log import SCORE
from core.monitoring.queries import Watch
from core.monitoring.verdict import InputDrift, InputVerdict
from core.monitoring.window import span

_COLOURS: Final = {
    InputVerdict.WITHIN_CHANCE: "green",
    InputVerdict.SLIGHT: "blue",
    InputVerdict.MOVED: "orange",
}


def inputs_moved(watch: Watch) -> None:
    """Draw the inputs of one window beside the baseline, and on request how that was found."""
    if watch.baseline is None:
        st.info(
            "No baseline is set, so nothing is said about inputs. Set one from rows that are neither training data nor "
            f"judged: `signoff baseline {watch.address} FILE --name NAME --reason WHY --feature INPUT`.",
            icon=":material/input:",
        )
        return
    with st.container(border=True, gap="small"):
        st.header("Whether the inputs moved", anchor=False)
        places = list(range(len(watch.windows)))
        place = st.selectbox(
            "Window",
            places[::-1],
            format_func=lambda chosen: span(watch.windows[chosen].window.start, watch.cadence),
            key=f"drift-window-{watch.cadence}",
            width=280,
        )
        drifts = watch.windows[place].inputs
        st.table(
            pd.DataFrame([_line(drift) for drift in drifts]),
            border="horizontal",
            hide_index=True,
            alt="Inputs in this window against the baseline",
        )
        st.caption(
            f"Against {theme.md(watch.baseline.name)}. “No more than chance” means that a window of this size moves as "
            "far when nothing has changed; of windows without any change, 5 in 100 show one or more inputs beyond it."
        )
        if st.toggle("Show the statistics", key="drift-statistics"):
            _statistics(drifts)


def _line(drift: InputDrift) -> dict[str, str]:
    return {
        "Input": _name(drift),
        "Moved": theme.label(drift.verdict.words, _COLOURS.get(drift.verdict, "gray")),
        "How far": _far(drift),
    }


def _far(drift: InputDrift) -> str:
    if drift.stability_index is None:
        return "–"
    if drift.shift is not None:
        return f"average {drift.shift:+.2f} of its spread"
    held, now = max(1, sum(drift.baseline)), max(1, sum(drift.counts))
    moves = [now_of / now - held_of / held for now_of, held_of in zip(drift.counts, drift.baseline, strict=True)]
    most = max(range(len(moves)), key=lambda place: abs(moves[place]))
    return f"{theme.md(drift.bins[most])}: {of_1000(moves[most]):+} in 1,000"


def _missing(counts: tuple[int, ...]) -> str:
    return theme.per_thousand(counts[-1] / sum(counts)) if sum(counts) else "–"


def _name(drift: InputDrift) -> str:
    return theme.md(_plain_name(drift.name))


def _plain_name(name: str) -> str:
    return "Score of the model" if name == SCORE else name


def _statistics(drifts: tuple[InputDrift, ...]) -> None:
    rows = [
        {
            "Input": _name(drift),
            "Stability index (PSI)": theme.number(drift.stability_index, 4),
            "by chance up to": theme.number(drift.chance.stability_index if drift.chance else None, 4),
            "Kolmogorov-Smirnov": theme.number(drift.kolmogorov_smirnov, 4),
            "by chance up to ": theme.number(drift.chance.kolmogorov_smirnov if drift.chance else None, 4),
            "Jensen-Shannon": theme.number(drift.jensen_shannon, 4),
            "Rows": theme.count(drift.rows),
            "Missing": _missing(drift.counts),
            "before": _missing(drift.baseline),
        }
        for drift in drifts
    ]
    st.table(pd.DataFrame(rows), border="horizontal", hide_index=True, alt="Drift statistics of this window")
    if method := next((drift.chance.method for drift in drifts if drift.chance), None):
        st.caption(
            f"What chance gives: {method}. The stability index uses ten bins cut at the quantiles of the baseline, one "
            "for missing values, and counts an empty bin as 0.0001; its usual limits of .1 and .25 are conventions. "
            "The Kolmogorov-Smirnov distance is exact; the Jensen-Shannon distance has base 2."
        )
    names = [drift.name for drift in drifts]
    chosen = st.selectbox("Input", names, format_func=_plain_name, key="drift-input", width=280)
    figure, alt = bins_chart(drifts[names.index(chosen)])
    st.plotly_chart(figure, key="bins", config=theme.CHART, alt=theme.md(alt))
