"""A chart together with its words, and the one way to draw it."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import streamlit as st

from app.theme import CHART, REFERENCE


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure and its words.

    Attributes:
        figure: to be drawn; never changed after it was made.
        alt: what it shows, in a sentence.
    """

    figure: go.Figure
    alt: str


def draw(chart: Chart | None, key: str) -> None:
    """Draw a chart, or nothing where there is none.

    Args:
        chart: what to draw.
        key: tells it from the other charts of the page.
    """
    if chart is not None:
        st.plotly_chart(chart.figure, key=key, config=CHART, alt=chart.alt)


def line(x: Sequence[float], y: Sequence[float], name: str) -> go.Scatter:
    """A dotted line that only gives a measure."""
    return go.Scatter(
        x=x, y=y, mode="lines", name=name, line={"dash": "dot", "width": 1.5, "color": REFERENCE}, hoverinfo="skip"
    )
