"""A rectangle with scales: what every chart of the report is drawn in, straight on the canvas as vectors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Any

from reportlab.lib.colors import Color

from core.reports import style as look
from core.reports import typeface
from core.reports.style import TextStyle
from core.reports.text import printable


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Choose round values that span [low, high].

    >>> ticks(0.0, 1.0)
    [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    >>> ticks(0.56, 1.5)
    [0.6, 0.8, 1.0, 1.2, 1.4]
    """
    rough = (high - low) / about
    power = 10.0 ** floor(log10(rough))
    step = min((1, 2, 5, 10), key=lambda factor: abs(factor * power - rough)) * power
    first = -(-low // step)
    values = [(first + index) * step for index in range(int((high - low) / step) + 2)]
    return [round(value, 10) for value in values if value <= high + step * 1e-9]


def short(text: str, style: TextStyle, width: float) -> str:
    """Cut a label to a width in points, with an ellipsis."""
    text = printable(text, typeface.covers, 200).replace("\n", " ")
    if typeface.width(text, style.font, style.size) <= width:
        return text
    while text and typeface.width(f"{text}…", style.font, style.size) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


@dataclass(frozen=True)
class Plot:
    """A plotting area in points with its domain; y grows upward.

    Attributes:
        canvas: where to draw.
        box: left, foot, width and height of the area.
        across: lowest and highest value of the horizontal scale.
        upward: the same for the vertical scale.
    """

    canvas: Any
    box: tuple[float, float, float, float]
    across: tuple[float, float] = (0.0, 1.0)
    upward: tuple[float, float] = (0.0, 1.0)

    def x(self, value: float) -> float:
        """Place a horizontal value."""
        low, high = self.across
        return self.box[0] + (value - low) / (high - low) * self.box[2]

    def y(self, value: float) -> float:
        """Place a vertical value."""
        low, high = self.upward
        return self.box[1] + (value - low) / (high - low) * self.box[3]

    def text(
        self, x: float, y: float, words: str, align: str = "left", *, style: TextStyle = look.AXIS, turned: bool = False
    ) -> None:
        """Set one line; `align` is left, centre or right of x."""
        width = typeface.width(words, style.font, style.size)
        shift = {"left": 0.0, "centre": -width / 2, "right": -width}[align]
        self.canvas.saveState()
        self.canvas.setFont(style.font, style.size)
        self.canvas.setFillColor(style.colour)
        if turned:
            self.canvas.translate(x, y)
            self.canvas.rotate(90)
            self.canvas.drawString(shift, 0, words)
        else:
            self.canvas.drawString(x + shift, y, words)
        self.canvas.restoreState()

    def stroke(self, points: Sequence[tuple[float, float]], colour: Color, weight: float, dashed: bool = False) -> None:
        """Draw a line through points that are already placed."""
        if len(points) < 2:
            return
        self.canvas.saveState()
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(weight)
        self.canvas.setLineJoin(1)
        if dashed:
            self.canvas.setDash([2.2, 2.2])
        path = self.canvas.beginPath()
        path.moveTo(*points[0])
        for point in points[1:]:
            path.lineTo(*point)
        self.canvas.drawPath(path, stroke=1, fill=0)
        self.canvas.restoreState()

    def line(self, points: Sequence[tuple[float, float]], colour: Color, weight: float, dashed: bool = False) -> None:
        """Draw a line through values."""
        self.stroke([(self.x(x), self.y(y)) for x, y in points], colour, weight, dashed)

    def dot(self, x: float, y: float, colour: Color, radius: float = 2.2, hollow: bool = False) -> None:
        """Draw a dot at a placed point."""
        self.canvas.saveState()
        self.canvas.setStrokeColor(colour)
        self.canvas.setFillColor(look.WHITE if hollow else colour)
        self.canvas.setLineWidth(1)
        self.canvas.circle(x, y, radius, stroke=1, fill=1)
        self.canvas.restoreState()

    def bar(self, x: float, y: float, width: float, height: float, colour: Color) -> None:
        """Fill a placed rectangle."""
        self.canvas.saveState()
        self.canvas.setFillColor(colour)
        self.canvas.rect(x, y, width, height, stroke=0, fill=1)
        self.canvas.restoreState()

    def upward_axis(self, label: str, written: Callable[[float], str], about: int = 5) -> None:
        """Draw hairlines and values of the vertical scale, and its name turned along it."""
        left, foot, width, height = self.box
        for value in ticks(*self.upward, about):
            at = self.y(value)
            self.stroke([(left, at), (left + width, at)], look.RULE, 0.4)
            self.text(left - 4, at - 2.4, written(value), "right")
        self.text(left - 27, foot + height / 2, short(label, look.AXIS, height), "centre", turned=True)

    def across_axis(self, label: str, written: Callable[[float], str], about: int = 5) -> None:
        """Write the values of the horizontal scale below the area, and its name under them."""
        left, foot, width, _ = self.box
        self.stroke([(left, foot), (left + width, foot)], look.QUIET, 0.6)
        for value in ticks(*self.across, about):
            self.text(self.x(value), foot - 9.5, written(value), "centre")
        self.text(left + width / 2, foot - 20, short(label, look.AXIS, width), "centre")
