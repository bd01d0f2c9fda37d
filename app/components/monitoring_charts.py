"""Charts of a version in use: observed over expected, what happened beside what was announced, and bins of an input."""

import html
import math
from collections.abc import Sequence
from typing import Any, Final

import plotly.graph_objects as go

from app import theme
from core.monitoring import phrasing
from core.monitoring.queries import Watch
from core.monitoring.verdict import InputDrift, OutcomeVerdict
from core.monitoring.watch import Judged
from core.monitoring.window import span

ORANGE: Final = theme.SERIES[2]
BLUE: Final = theme.SERIES[0]
TEAL: Final = theme.SERIES[1]
_TICKS: Final = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
_FAR_TICKS: Final = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
"""For a picture that reaches further than both ends of the others, where those would lie on each other."""
MANY: Final = 60
"""Windows from which on one interval beside the other is no longer told apart."""
_BAND: Final = "rgba(138,148,166,0.18)"


def ratio_chart(watch: Watch) -> tuple[Any, str]:
    """Draw observed over expected per window, with its interval and the band that is taken as no difference.

    Returns:
        The figure, and what it shows in words.
    """
    judged = [one for one in watch.windows if one.verdict.judged and one.outcome.ratio.value is not None]
    margin = watch.monitor.margin
    figure = go.Figure()
    for alarming, name, colour in ((False, "No clear difference", BLUE), (True, "Left what was announced", ORANGE)):
        chosen = [one for one in judged if one.verdict.alarming is alarming]
        if chosen:
            figure.add_trace(_with_intervals(chosen, watch, name, colour))
    figure.add_hrect(y0=1 - margin, y1=1 + margin, fillcolor=_BAND, line_width=0, layer="below")
    figure.add_hline(y=1, line={"color": theme.REFERENCE, "width": 1.5, "dash": "dot"})
    theme.brand(figure, 320)
    low, high = _ends(judged, crowded=len(watch.windows) >= MANY)
    ticks = _TICKS if low > _TICKS[0] / 2 and high < _TICKS[-1] * 2 else _FAR_TICKS
    figure.update_yaxes(
        type="log", tickvals=ticks, ticktext=[f"{tick:g} ×" for tick in ticks], title=None,
        range=[math.log10(low), math.log10(high)],
    )  # fmt: skip
    figure.update_xaxes(title=None)
    return figure, f"Observed over expected. {phrasing.outcomes(watch)}"


def _ends(judged: Sequence[Judged], *, crowded: bool) -> tuple[float, float]:
    """Return from where to where the picture reaches: over every ratio, and the interval of each that alarms.

    The interval of a small window may reach a hundred times as far; one such would press all others together.
    """
    ratios = [one.outcome.ratio for one in judged]
    reached = [ratio.value for ratio in ratios] + [
        end
        for one in judged
        if one.verdict.alarming or not crowded
        for end in (one.outcome.ratio.interval.low, one.outcome.ratio.interval.high)
    ]
    known = [min(max(end, _FAR_TICKS[0]), _FAR_TICKS[-1]) for end in reached if end]
    return min([0.5, *known]) / 1.1, max([2.0, *known]) * 1.1


def _with_intervals(chosen: Sequence[Judged], watch: Watch, name: str, colour: str) -> Any:
    ratios = [one.outcome.ratio for one in chosen]
    values = [ratio.value or 0.0 for ratio in ratios]
    crowded = len(watch.windows) >= MANY
    return go.Scatter(
        x=[one.window.start for one in chosen],
        y=values,
        mode="markers",
        name=name,
        marker={"color": colour, "size": 5 if crowded else 9},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [(ratio.interval.high or value) - value for ratio, value in zip(ratios, values, strict=True)],
            "arrayminus": [value - (ratio.interval.low or value) for ratio, value in zip(ratios, values, strict=True)],
            "color": colour,
            "thickness": 1.4,
            "width": 0 if crowded else 3,
            # Hundreds of them cover each other and say little; those that alarm are drawn, the table has them all.
            "visible": not crowded or chosen[0].verdict.alarming,
        },
        customdata=[
            [
                span(one.window.start, watch.cadence),
                theme.interval(one.outcome.ratio.interval.low, one.outcome.ratio.interval.high, 2),
                one.verdict.words,
            ]
            for one in chosen
        ],
        hovertemplate="%{customdata[0]}: %{y:.2f} times as many (%{customdata[1]})<br>%{customdata[2]}<extra></extra>",
    )


def rate_chart(watch: Watch) -> tuple[Any, str]:
    """Draw what happened beside what the scores had announced, as counts per 1,000 where outcomes are classes."""
    judged = [one for one in watch.windows if one.verdict.judged]
    scale = 1000 if watch.task in phrasing.CLASSES else 1
    figure = go.Figure()
    series = (
        ("Happened", BLUE, "solid", [one.outcome.rate.value for one in judged]),
        ("Announced by the scores", TEAL, "dash", [one.outcome.expected_rate for one in judged]),
    )
    for name, colour, dash, values in series:
        figure.add_trace(
            go.Scatter(
                x=[one.window.start for one in judged],
                y=[None if value is None else scale * value for value in values],
                mode="lines+markers" if len(judged) < MANY else "lines",
                name=name,
                line={"color": colour, "width": 2, "dash": dash},
                marker={"color": colour, "size": 6},
                customdata=[span(one.window.start, watch.cadence) for one in judged],
                hovertemplate="%{customdata}: %{y:,.0f}<extra>" + name + "</extra>",
            )
        )
    theme.brand(figure, 320)
    figure.update_yaxes(rangemode="tozero", title=None)
    figure.update_xaxes(title=None)
    return figure, "What happened beside what the scores had announced, of 1,000 predictions, window by window."


def bins_chart(drift: InputDrift) -> tuple[Any, str]:
    """Draw the bins of one input, in the baseline and in the window."""
    held, now = max(1, sum(drift.baseline)), max(1, sum(drift.counts))
    kept = [place for place in range(len(drift.bins)) if drift.baseline[place] or drift.counts[place]]
    # Plotly reads tags in labels, and categories come from files.
    labels = [html.escape(drift.bins[place][:24], quote=False) for place in kept]
    figure = go.Figure(
        [
            go.Bar(
                x=list(range(len(kept))),
                customdata=labels,
                y=[100 * counts[place] / total for place in kept],
                name=name,
                marker={"color": colour},
                hovertemplate="%{customdata}: %{y:.1f} of 100<extra>" + name + "</extra>",
            )
            for name, colour, counts, total in (
                ("Baseline", theme.REFERENCE, drift.baseline, held),
                ("This window", BLUE, drift.counts, now),
            )
        ]
    )
    theme.brand(figure, 260)
    figure.update_layout(barmode="group", bargap=0.25)
    figure.update_yaxes(title=None, ticksuffix=" %")
    # By position, because two narrow bins may read alike once their edges are shortened.
    figure.update_xaxes(title=None, tickvals=list(range(len(kept))), ticktext=labels)
    return figure, f"Share of rows per bin of {drift.name}, in the baseline and in this window."


VERDICT_COLOURS: Final = {
    OutcomeVerdict.MORE: "orange",
    OutcomeVerdict.FEWER: "orange",
    OutcomeVerdict.AS_EXPECTED: "green",
    OutcomeVerdict.NO_CLEAR_DIFFERENCE: "blue",
}
