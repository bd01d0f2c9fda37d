"""What flows down the pages: prose, headings, tables and rules. Each knows how to break across a page and its meaning.

Everything that is printed passes `core.reports.text.printable` here and is drawn as literal strings.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.platypus import CondPageBreak, Flowable, Spacer

from core.reports import style as look
from core.reports import typeface
from core.reports.content import Mark
from core.reports.sheet import Cell
from core.reports.style import TextStyle
from core.reports.text import LONGEST_TEXT, printable, wrapped

LONGEST_HEADING = 160
LONGEST_CELL = 800  # in tables of more than two columns


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


class Code(str):
    """Text of a cell that people compare letter by letter; fingerprints are set so by themselves."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        head: its heading; a table whose heads are all empty has no header row.
        share: its part of the width, relative to the other columns.
        right: numbers stand right.
        style: how its plain text is set.
    """

    head: str
    share: float
    right: bool = False
    style: TextStyle = look.CELL


@dataclass(slots=True)
class _Set:
    """A cell whose text is broken into lines."""

    lines: list[str]
    style: TextStyle
    dot: bool = False


@dataclass(slots=True)
class _Row:
    number: int
    cells: list[_Set]


_FINGERPRINT = re.compile(r"(?:sha256:)?[0-9a-f]{64}")
_PAD = 3.6
_GUTTER = 10.0
_DOT = 8.0
_TALL = 9  # rows of so many lines may be broken across pages


class Grid(Flowable):  # type: ignore[misc]
    """A calm table: hairlines between rows, a header that repeats, long rows that break between lines."""

    def __init__(self, number: int, columns: Sequence[Column], rows: Sequence[Sequence[str | Mark]]) -> None:
        """Take the table's number in the report, which its structure needs, its columns and its rows of cells."""
        super().__init__()
        self.number, self.columns = number, list(columns)
        self.spaceAfter = 9
        gutters = _GUTTER * (len(self.columns) - 1)
        shares = sum(column.share for column in self.columns)
        self.widths = [(look.WIDTH - gutters) * column.share / shares for column in self.columns]
        self.header = self._header()
        self.rows = [
            _Row(index + 1, [self._cell(*pair) for pair in zip(row, range(len(self.columns)), strict=True)])
            for index, row in enumerate(rows)
        ]

    def _header(self) -> _Row | None:
        if not any(column.head for column in self.columns):
            return None
        heads = [
            _Set(lines_of(column.head, look.HEAD, width, LONGEST_HEADING), look.HEAD)
            for column, width in zip(self.columns, self.widths, strict=True)
        ]
        return _Row(0, heads)

    def _cell(self, value: str | Mark, column: int) -> _Set:
        width = self.widths[column]
        longest = LONGEST_TEXT if len(self.columns) <= 2 else LONGEST_CELL
        if isinstance(value, Mark):
            style = TextStyle(8, 11, colour=look.TONES[value.tone])
            return _Set(lines_of(value.word, style, width - _DOT, longest), style, dot=True)
        coded = isinstance(value, Code) or _FINGERPRINT.fullmatch(value)
        style = look.CELL_CODE if coded else self.columns[column].style
        return _Set(lines_of(value, style, width, longest), style)

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:  # noqa: ARG002
        """Add the rows up."""
        rows = ([self.header] if self.header else []) + self.rows
        self.width, self.height = look.WIDTH, sum(map(_height, rows))
        return self.width, self.height

    def split(self, available_width: float, available_height: float) -> list[Flowable]:  # noqa: ARG002
        """Break between rows, or between the lines of a row too tall to be moved as a whole."""
        room = available_height - (_height(self.header) if self.header else 0.0)
        fitting: list[_Row] = []
        rest = list(self.rows)
        while rest and (tall := _height(rest[0])) <= room:
            fitting.append(rest.pop(0))
            room -= tall
        if rest and max(len(cell.lines) for cell in rest[0].cells) >= _TALL:
            upper, lower = _broken(rest[0], room)
            if upper is not None:
                fitting.append(upper)
                rest[0] = lower
        if not fitting or not rest:
            return []
        return [self._piece(fitting), self._piece(rest)]

    def _piece(self, rows: list[_Row]) -> "Grid":
        piece = Grid(self.number, self.columns, [])
        piece.rows = rows
        return piece

    def draw(self) -> None:
        """Set header, rows and hairlines from the top down."""
        top = self.height
        if self.header:
            self._draw_row(self.header, top, "TH")
            top -= _height(self.header)
            self._rule(top, look.QUIET, 0.6)
        for row in self.rows:
            if row is not self.rows[0]:
                self._rule(top, look.RULE, 0.5)
            self._draw_row(row, top, "TD")
            top -= _height(row)
        self._rule(0, look.RULE, 0.5)

    def _draw_row(self, row: _Row, top: float, role: str) -> None:
        x = 0.0
        for index, (cell, width) in enumerate(zip(row.cells, self.widths, strict=True)):
            with self.canv.tagged(role, Cell(self.number, row.number, index)):
                self._draw_cell(cell, self.columns[index].right, x, top - _PAD, width)
            x += width + _GUTTER

    def _draw_cell(self, cell: _Set, right: bool, x: float, top: float, width: float) -> None:
        if cell.dot and cell.lines:
            self.canv.saveState()
            self.canv.setFillColor(cell.style.colour)
            self.canv.circle(x + 2.6, top - cell.style.leading / 2, 2.1, stroke=0, fill=1)
            self.canv.restoreState()
            x += _DOT
        if not right:
            draw_lines(self.canv, cell.lines, cell.style, x, top)
            return
        for index, line in enumerate(cell.lines):
            start = x + width - typeface.width(line.rstrip(), cell.style.font, cell.style.size)
            draw_lines(self.canv, [line], cell.style, start, top - index * cell.style.leading)

    def _rule(self, y: float, colour: Any, weight: float) -> None:
        with self.canv.artifact():
            self.canv.saveState()
            self.canv.setStrokeColor(colour)
            self.canv.setLineWidth(weight)
            self.canv.line(0, y, self.width, y)
            self.canv.restoreState()


def _height(row: _Row) -> float:
    return max(len(cell.lines) * cell.style.leading for cell in row.cells) + 2 * _PAD


def _broken(row: _Row, room: float) -> tuple[_Row | None, _Row]:
    """Break a row between lines so that its upper part fits into `room`; None when fewer than three lines would."""
    fit = int((room - 2 * _PAD) // max(cell.style.leading for cell in row.cells))
    most = max(len(cell.lines) for cell in row.cells)
    fit = min(fit, most - 2)
    if fit < 3:
        return None, row
    upper = _Row(row.number, [_Set(cell.lines[:fit], cell.style, cell.dot) for cell in row.cells])
    lower = _Row(row.number, [_Set(cell.lines[fit:], cell.style) for cell in row.cells])
    return upper, lower


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
