"""Tables: hairlines, a header that repeats, numbers to the right, and rows that break between lines where they must."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.platypus import Flowable

from core.reports import style as look
from core.reports import typeface
from core.reports.content import Mark
from core.reports.flow import LONGEST_HEADING, draw_lines, lines_of
from core.reports.sheet import Cell
from core.reports.style import TextStyle
from core.reports.text import LONGEST_TEXT

LONGEST_CELL = 800  # in tables of more than two columns


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
