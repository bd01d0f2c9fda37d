"""What flows down the pages: prose, headings and rules. Each knows how to break across a page, and its meaning.

Everything that is printed passes `core.reports.text.printable` here and is drawn as literal strings.
"""

from collections.abc import Sequence
from typing import Any

from reportlab.platypus import CondPageBreak, Flowable, Spacer

from core.reports import style as look
from core.reports import typeface
from core.reports.style import TextStyle
from core.reports.text import LONGEST_TEXT, printable, wrapped

LONGEST_HEADING = 160


def lines_of(text: str, style: TextStyle, width: float, longest: int = LONGEST_TEXT) -> list[str]:
    """Break any text into printable lines of a style; `width` in points, `longest` in characters."""
    shown = printable(text, typeface.covers, longest)
    return wrapped(shown, lambda piece: typeface.width(piece, style.font, style.size), width)


def draw_lines(canvas: Any, lines: Sequence[str], style: TextStyle, x: float, top: float) -> None:
    """Set lines with their first one hanging from `top`; the canvas' own state is left as it was."""
    canvas.saveState()
    words = canvas.beginText(x, top - style.leading + (style.leading - style.size) / 2 + style.size * 0.22)
    words.setFont(style.font, style.size, style.leading)
    words.setFillColor(style.colour)
    for line in lines:
        words.textLine(line)
    canvas.drawText(words)
    canvas.restoreState()


class Prose(Flowable):  # type: ignore[misc]
    """A paragraph, ragged right; breaks across pages with at least two lines on either side."""

    role = "P"
    longest = LONGEST_TEXT

    def __init__(self, text: str, style: TextStyle = look.BODY, bullet: str = "") -> None:
        super().__init__()
        self.text, self.style, self.bullet = text, style, bullet
        self.lines: list[str] = []
        self.spaceBefore, self.spaceAfter = style.before, style.after

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:  # noqa: ARG002 - ReportLab's
        """Break into lines, once per width."""
        if not self.lines:
            self.lines = lines_of(self.text, self.style, available_width - self.style.indent, self.longest)
        self.width, self.height = available_width, len(self.lines) * self.style.leading
        return self.width, self.height

    def split(self, available_width: float, available_height: float) -> list[Flowable]:
        """Break into what fits and what follows, or nothing when too few lines would stand alone."""
        self.wrap(available_width, available_height)
        fit = int(available_height // self.style.leading)
        fit = min(fit, len(self.lines) - 2)
        if fit < 2:
            return []
        return [self._piece(self.lines[:fit], self.bullet), self._piece(self.lines[fit:], "")]

    def _piece(self, lines: list[str], bullet: str) -> "Prose":
        piece = self.__class__(self.text, self.style, bullet)
        piece.lines = lines
        return piece

    def draw(self) -> None:
        """Set the lines."""
        with self.canv.tagged(self.role):
            if self.bullet:
                draw_lines(self.canv, [self.bullet], self.style, 1, self.height)
            draw_lines(self.canv, self.lines, self.style, self.style.indent, self.height)


class Headline(Prose):
    """A heading; never broken, and listed in the contents at its level (1 to 3)."""

    longest = LONGEST_HEADING

    def __init__(self, text: str, style: TextStyle, level: int, key: str) -> None:
        super().__init__(text, style)
        self.level, self.key = level, key
        self.role = f"H{level}"

    def split(self, available_width: float, available_height: float) -> list[Flowable]:  # noqa: ARG002
        """Move on as a whole."""
        return []

    def draw(self) -> None:
        """Set the lines and remember where they stand."""
        super().draw()
        self.canv.note_heading(
            self.level, printable(self.text, typeface.covers, LONGEST_HEADING), self.key, self.height
        )


class Line(Flowable):  # type: ignore[misc]
    """A hairline across the page."""

    def __init__(self, before: float = 4, after: float = 6) -> None:
        super().__init__()
        self.spaceBefore, self.spaceAfter = before, after

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:  # noqa: ARG002
        """Take the whole width and no height."""
        self.width = available_width
        return available_width, 0.5

    def draw(self) -> None:
        """Draw it."""
        with self.canv.artifact():
            self.canv.saveState()
            self.canv.setStrokeColor(look.RULE)
            self.canv.setLineWidth(0.5)
            self.canv.line(0, 0, self.width, 0)
            self.canv.restoreState()


def room_for(height: float) -> Flowable:
    """Begin a new page unless `height` points are left, so that a heading never stands alone at a page's foot."""
    return CondPageBreak(height)


def gap(height: float) -> Flowable:
    """Leave room of `height` points."""
    return Spacer(1, height)
