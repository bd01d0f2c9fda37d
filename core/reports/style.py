"""Measures, colours and text styles of the report: one grid, a few sizes of text, one accent."""

from dataclasses import dataclass

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from core.reports.content import Tone
from core.reports.typeface import MONO, REGULAR, STRONG

PAGE_WIDTH, PAGE_HEIGHT = A4
LEFT, RIGHT, TOP, BOTTOM = 23 * mm, 23 * mm, 28 * mm, 25 * mm
WIDTH = PAGE_WIDTH - LEFT - RIGHT
HEIGHT = PAGE_HEIGHT - TOP - BOTTOM

INK = HexColor("#16191d")
QUIET = HexColor("#59626e")
RULE = HexColor("#d8dce2")
PAPER = HexColor("#f5f6f8")
ACCENT = HexColor("#2f4bc7")
WASH_STRONG = HexColor("#aab6ec")
WHITE = HexColor("#ffffff")

TONES: dict[Tone, Color] = {
    Tone.GOOD: HexColor("#12683b"),
    Tone.BAD: HexColor("#b3261e"),
    Tone.CAUTION: HexColor("#8a5300"),
    Tone.PLAIN: QUIET,
}


@dataclass(frozen=True)
class TextStyle:
    """How a run of lines is set; sizes and distances in points."""

    size: float
    leading: float
    font: str = REGULAR
    colour: Color = INK
    before: float = 0.0
    after: float = 0.0
    indent: float = 0.0


TITLE = TextStyle(27, 33, STRONG, after=4)
LEAD = TextStyle(11.5, 17, after=8)
BODY = TextStyle(9, 13.5, after=6)
BULLET = TextStyle(9, 13.5, after=3, indent=11)
NOTE = TextStyle(8, 11.5, colour=QUIET, after=5)
CODE = TextStyle(7.5, 11, MONO, after=6)
PART = TextStyle(18, 24, STRONG, before=30, after=8)
SECTION = TextStyle(11.5, 16, STRONG, before=12, after=5)
BLOCK = TextStyle(9.5, 13.5, STRONG, before=8, after=3)

CELL = TextStyle(8, 11)
CELL_STRONG = TextStyle(8, 11, STRONG)
CELL_QUIET = TextStyle(8, 11, colour=QUIET)
CELL_CODE = TextStyle(7, 11, MONO)
HEAD = TextStyle(7.5, 11, STRONG, QUIET)
RUNNING = TextStyle(7.5, 10, colour=QUIET)
AXIS = TextStyle(7, 9, colour=QUIET)
