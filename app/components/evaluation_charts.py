"""Charts of counts, groups and errors of an evaluation, each with the sentence that says the same."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import plotly.graph_objects as go

from app.components.chart import Chart, line
from app.theme import REFERENCE, SERIES, brand, number
from core.evaluation.evaluation import MetricResult
from core.evaluation.picture import Picture
from core.metrics.metric import Metric
from core.metrics.thousand import cells_of_1000

_SHADES: Final = [[0.0, "#000011"], [0.4, "#000013"], [1.0, "#000015"]]
"""Stand-ins for the lighter half of the theme's scale: text stays readable on all of them."""
_TEXT: Final = "#000037"
"""Stand-in for the theme's colour of strong text."""
_DOTS: Final = 40
_CELLS: Final = (
    ("rightly", 1, "circle"),
    ("wrongly", 2, "x"),
    ("missed", 4, "diamond-open"),
    ("spared", 0, "circle-open"),
)


def confusion(picture: Picture) -> Chart | None:
    """Draw the confusion table: rows and the share of each true class."""
    if picture.confusion is None:
        return None
    table, names = picture.confusion, picture.classes
    share = table / np.maximum(table.sum(1, keepdims=True), 1e-300)
    few = len(names) <= 4
    text = [
        [
            f"{count:,.0f}<br>{100 * part:.0f} %" if few else (f"{count:,.0f}" if count else "")
            for count, part in zip(*both, strict=True)
        ]
        for both in zip(table, share, strict=True)
    ]
    figure = go.Figure(
        go.Heatmap(
            z=share,
            x=[f"called {name}" for name in names] if few else names,
            y=[f"is {name}" for name in names] if few else names,
            text=text,
            texttemplate="%{text}",
            textfont={"size": 15 if few else 11, "color": _TEXT},
            colorscale=_SHADES,
            zmin=0,
            zmax=1,
            showscale=False,
            xgap=3,
            ygap=3,
            hovertemplate="%{y}, %{x}: %{z:.1%} of that class<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed", showgrid=False, type="category")
    figure.update_xaxes(side="top", showgrid=False, type="category")
    right = float(np.trace(table) / table.sum())
    return Chart(
        brand(figure, 400 if few else 110 + 38 * len(names)),
        f"Confusion table of {len(names)} classes: {100 * right:.0f} % of rows lie on the diagonal.",
    )


def groups(results: Sequence[MetricResult], overall: MetricResult | None, limit: float | None = None) -> Chart:
    """Draw one metric of every group with its interval, one line per group.

    Args:
        results: values of one metric and one attribute.
        overall: the value over all rows, drawn as a line.
        limit: a limit to draw, for example four fifths.
    """
    known = [row for row in results if row.value is not None]
    names = [str(row.slice_value) for row in known]
    values = [float(row.value or 0.0) for row in known]
    figure = go.Figure(
        go.Scatter(
            x=values,
            y=names,
            mode="markers",
            name="Group",
            showlegend=False,
            marker={"size": 11, "color": SERIES[0]},
            error_x={
                "type": "data",
                "array": [(row.high if row.high is not None else v) - v for row, v in zip(known, values, strict=True)],
                "arrayminus": [
                    v - (row.low if row.low is not None else v) for row, v in zip(known, values, strict=True)
                ],
                "thickness": 2,
                "width": 5,
                "color": SERIES[0],
            },
            customdata=[row.n for row in known],
            hovertemplate="%{y}: %{x:.3f}<br>n = %{customdata:,}<extra></extra>",
        )
    )
    if overall is not None and overall.value is not None:
        figure.add_vline(
            x=overall.value, line={"dash": "dot", "width": 1.5, "color": REFERENCE}, annotation_text="all rows",
            annotation_position="top", annotation_font_color=REFERENCE,
        )  # fmt: skip
    if limit is not None:
        figure.add_vline(
            x=limit, line={"dash": "dash", "width": 1.5, "color": SERIES[2]}, annotation_text=f"{limit:g}",
            annotation_position="top",
        )  # fmt: skip
    metric = Metric(results[0].metric)
    figure.update_yaxes(type="category", autorange="reversed", showgrid=True)
    figure.update_xaxes(title_text=metric.words, tickformat=".0%" if metric.is_share else None)
    told = "; ".join(
        f"{name} {number(value)} ({number(row.low)} to {number(row.high)}, n = {row.n})"
        for name, value, row in zip(names, values, known, strict=True)
    )
    return Chart(brand(figure, 110 + 38 * max(1, len(known))), f"{metric.words} by group: {told}.")


def thousand(picture: Picture) -> Chart | None:
    """Draw a thousand rows as dots: who was called positive, and rightly or not."""
    if picture.confusion is None or len(picture.classes) != 2:
        return None
    counts = per_thousand_cells(picture)
    negative, positive = (f"“{name}”" for name in picture.classes)
    names = {
        "rightly": f"called {positive}, rightly",
        "wrongly": f"called {positive}, wrongly",
        "missed": f"{positive}, but called {negative}",
        "spared": f"called {negative}, rightly",
    }
    figure = go.Figure()
    at = 0
    for part, series, symbol in _CELLS:
        place = np.arange(at, at + counts[part])
        at += counts[part]
        colour = SERIES[series] if part != "spared" else REFERENCE
        figure.add_trace(
            go.Scatter(
                x=place % _DOTS,
                y=place // _DOTS,
                mode="markers",
                name=f"{counts[part]} {names[part]}",
                marker={"symbol": symbol, "size": 6, "color": colour, "line": {"width": 1.2, "color": colour}},
                hoverinfo="name",
            )
        )
    figure.update_xaxes(visible=False, range=[-1, _DOTS])
    figure.update_yaxes(visible=False, autorange="reversed")
    brand(figure, 330)
    figure.update_layout(legend={"orientation": "h", "y": -0.02, "yanchor": "top", "x": 0, "itemsizing": "constant"})
    figure.update_layout(margin={"t": 4, "b": 4})
    told = ", ".join(f"{counts[part]} {names[part]}" for part, _, _ in _CELLS)
    return Chart(figure, f"Of 1,000 rows: {told}.")


def per_thousand_cells(picture: Picture) -> dict[str, int]:
    """The four confusion cells as whole numbers: 1,000 in all, and as many called positive as the rate says."""
    if picture.confusion is None:
        return {}
    (spared, wrongly), (missed, rightly) = cells_of_1000(picture.confusion)
    return {"rightly": rightly, "wrongly": wrongly, "missed": missed, "spared": spared}


def errors(picture: Picture) -> Chart | None:
    """Draw how far predicted numbers lie from the truth."""
    if picture.errors is None:
        return None
    edges, counts = picture.errors.edges, picture.errors.counts
    figure = go.Figure(
        go.Bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=counts,
            width=np.diff(edges) * 0.92,
            marker={"color": SERIES[0], "line": {"width": 0}},
            hovertemplate="error %{x:.3g}: %{y:,} rows<extra></extra>",
        )
    )
    figure.add_vline(x=0, line={"dash": "dot", "width": 1.5, "color": REFERENCE})
    figure.update_xaxes(title_text="Prediction minus truth")
    figure.update_yaxes(title_text="Rows")
    return Chart(
        brand(figure), f"Histogram of errors, from {edges[0]:.3g} to {edges[-1]:.3g}; outliers in the last bars."
    )


def plane(picture: Picture) -> Chart | None:
    """Draw truth against prediction, as counts in a grid that shows no single row."""
    if picture.plane is None:
        return None
    found = picture.plane
    figure = go.Figure(
        go.Heatmap(
            x=(found.x[:-1] + found.x[1:]) / 2,
            y=(found.y[:-1] + found.y[1:]) / 2,
            z=np.where(found.counts > 0, np.log10(np.maximum(found.counts, 1)), np.nan),
            colorscale=[[0.0, "#000012"], [1.0, "#000018"]],
            showscale=False,
            customdata=found.counts,
            hovertemplate="truth %{x:.3g}, prediction %{y:.3g}: %{customdata:,} rows<extra></extra>",
        )
    )
    low, high = max(found.x[0], found.y[0]), min(found.x[-1], found.y[-1])
    figure.add_trace(line([low, high], [low, high], "Right"))
    figure.update_xaxes(title_text="Truth", showgrid=False)
    figure.update_yaxes(title_text="Prediction", showgrid=False)
    return Chart(brand(figure), "Truth against prediction as a grid of counts; right ones lie on the diagonal.")


def _cell(count: float, part: float, *, few: bool) -> str:
    if few:
        return f"{count:,.0f}<br>{100 * part:.0f} %"
    return f"{count:,.0f}" if count else ""
