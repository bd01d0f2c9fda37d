"""Curves of a yes-or-no model, each with the sentence that says the same: ROC, precision-recall, calibration."""

from typing import Final

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from app.components.chart import Chart, line
from app.theme import SERIES, brand, number
from core.evaluation.evaluation import MetricResult
from core.evaluation.picture import Picture
from core.metrics.intervals import wilson

_FADED: Final = "rgba(138, 148, 166, 0.35)"


def roc(picture: Picture, area: MetricResult | None = None) -> Chart | None:
    """Draw the ROC curve with the point where the decisions lie."""
    if picture.roc is None:
        return None
    figure = go.Figure(
        [
            go.Scatter(
                x=picture.roc.x,
                y=picture.roc.y,
                mode="lines",
                name="Model",
                fill="tozeroy",
                fillcolor="rgba(90, 120, 230, 0.10)",
                line={"width": 2.5, "color": SERIES[0]},
                customdata=np.where(np.isfinite(picture.roc.cut), picture.roc.cut, 1.0),
                hovertemplate="cut %{customdata:.3f}<br>finds %{y:.1%} of positives<br>"
                "%{x:.1%} false alarms<extra></extra>",
            ),
            line([0, 1], [0, 1], "Guessing"),
        ]
    )
    if picture.point is not None:
        figure.add_trace(_marked(picture.point.false_positive_rate, picture.point.recall))
    _square(figure, "False positive rate", "Recall")
    told = "" if area is None else f" ROC AUC {number(area.value)} ({number(area.low)} to {number(area.high)})."
    at = "" if picture.point is None else f" At the cut it finds {picture.point.recall:.0%} of positives."
    return Chart(brand(figure), f"ROC curve: recall against false positive rate.{told}{at}")


def precision_recall(picture: Picture, average: MetricResult | None = None) -> Chart | None:
    """Draw precision against recall; guessing is the share of positives."""
    if picture.precision_recall is None or picture.confusion is None:
        return None
    curve, share = picture.precision_recall, float(picture.confusion[1].sum() / picture.confusion.sum())
    figure = go.Figure(
        [
            go.Scatter(
                x=curve.x,
                y=curve.y,
                mode="lines",
                name="Model",
                line={"width": 2.5, "color": SERIES[0]},
                customdata=curve.cut,
                hovertemplate="cut %{customdata:.3f}<br>finds %{x:.1%} of positives<br>"
                "%{y:.1%} of those called are right<extra></extra>",
            ),
            line([0, 1], [share, share], "Guessing"),
        ]
    )
    if picture.point is not None and np.isfinite(picture.point.precision):
        figure.add_trace(_marked(picture.point.recall, picture.point.precision))
    _square(figure, "Recall", "Precision")
    told = "" if average is None else f" Average precision {number(average.value)}."
    return Chart(brand(figure), f"Precision against recall; guessing reaches {share:.2f}.{told}")


def calibration(picture: Picture) -> Chart | None:
    """Draw mean score against observed share, with intervals, above the histogram of scores."""
    if not picture.reliability or picture.scores is None:
        return None
    bins = picture.reliability
    x, y = [b.mean_score for b in bins], [b.positives / b.n for b in bins]
    ends = [wilson(min(b.positives, b.n), b.n) for b in bins]
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.76, 0.24], vertical_spacing=0.05)
    figure.add_trace(line([0, 1], [0, 1], "Scores that mean what they say"), 1, 1)
    figure.add_trace(
        go.Scatter(
            x=x,
            y=y,
            mode="lines+markers",
            name="Observed",
            line={"width": 2, "color": SERIES[0]},
            marker={"size": 8, "color": SERIES[0]},
            error_y={
                "type": "data",
                "array": [(e.high or v) - v for e, v in zip(ends, y, strict=True)],
                "arrayminus": [v - (e.low or 0.0) for e, v in zip(ends, y, strict=True)],
                "thickness": 1.2,
                "width": 3,
                "color": SERIES[0],
            },
            customdata=[b.n for b in bins],
            hovertemplate="mean score %{x:.2f}<br>observed %{y:.1%}<br>%{customdata:,} rows<extra></extra>",
        ),
        1,
        1,
    )
    middle = (picture.scores.edges[:-1] + picture.scores.edges[1:]) / 2
    figure.add_trace(
        go.Bar(
            x=middle,
            y=picture.scores.counts,
            name="Rows",
            marker={"color": _FADED, "line": {"width": 0}},
            showlegend=False,
            hovertemplate="%{y:,} rows<extra></extra>",
        ),
        2,
        1,
    )
    figure.update_layout(bargap=0.08)
    figure.update_yaxes(title_text="Observed share", range=[-0.02, 1.02], tickformat=".0%", row=1, col=1)
    figure.update_yaxes(title_text="Rows", showgrid=False, nticks=3, row=2, col=1)
    figure.update_xaxes(title_text="Score", range=[-0.02, 1.02], row=2, col=1)
    worst = max(bins, key=lambda b: abs(b.positives / b.n - b.mean_score) * b.n)
    alt = (
        f"Calibration in {len(bins)} bins with a histogram of the scores. Where the mean score is "
        f"{worst.mean_score:.2f}, {worst.positives / worst.n:.0%} are positive."
    )
    return Chart(brand(figure, 400), alt)


def _marked(x: float, y: float) -> go.Scatter:
    return go.Scatter(
        x=[x],
        y=[y],
        mode="markers",
        name="Decisions of the file",
        marker={"size": 11, "color": SERIES[2], "symbol": "diamond"},
        hovertemplate="%{y:.1%} at %{x:.1%}<extra>decisions of the file</extra>",
    )


def _square(figure: go.Figure, x: str, y: str) -> None:
    figure.update_xaxes(title_text=x, range=[-0.01, 1.01], tickformat=".0%")
    figure.update_yaxes(title_text=y, range=[-0.01, 1.03], tickformat=".0%")
