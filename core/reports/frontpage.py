"""The first two pages: what the report is about, and its contents."""

from collections.abc import Sequence
from typing import Any

from reportlab.platypus import Flowable, PageBreak

from core.reports import style as look
from core.reports import typeface
from core.reports.content import Fact, Tone
from core.reports.document import Document
from core.reports.flow import Prose, draw_lines, gap
from core.reports.plot import short
from core.reports.story import Story
from core.reports.style import TextStyle
from core.reports.writing import moment

SEAL_BOX = (round(look.LEFT), 86, round(look.LEFT) + 262, 146)
"""Left, foot, right and top of the visible seal on the first page, in points."""

DEMO = "Demo: simulated history"

_KIND = TextStyle(9, 13, typeface.STRONG, look.ACCENT, after=10)
_ADDRESS = TextStyle(10, 15, typeface.MONO, look.QUIET, after=12)
_BANNER = TextStyle(9, 13.5, typeface.STRONG, look.TONES[Tone.CAUTION], after=4)
_LINE = TextStyle(9.5, 14)
_NUMBER = TextStyle(9.5, 14, colour=look.QUIET)


def title_page(story: Story, document: Document) -> None:
    """Say what this is, about what, and as of when."""
    story.flow += [
        gap(84),
        Prose(document.kind, _KIND),
        Prose(document.name, look.TITLE),
        Prose(document.address, _ADDRESS),
    ]
    if document.demo:
        story.flow.append(Prose(DEMO, _BANNER))
        story.prose(
            "The people, dates and decisions in this report were generated to show how the product works. The data are "
            "public and the models were really trained; nobody decided anything on them.",
            look.NOTE,
        )
    story.flow.append(gap(14))
    story.facts(
        [
            *document.facts,
            Fact("As of", f"{moment(document.as_of)}, the moment of the newest log entry that was read"),
            Fact("Audit log", f"{document.log.origin}, {document.log.size:,} entries"),
        ]
    )
    story.flow.append(PageBreak())


class Contents(Flowable):  # type: ignore[misc]
    """The table of contents; its page numbers are set when the last page is known."""

    def __init__(self, story: Story) -> None:
        """Take the story, which knows its parts once it has been told."""
        super().__init__()
        self.story = story

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:  # noqa: ARG002
        """Take a line per part."""
        self.width, self.height = available_width, 48.0 + 25.0 * len(self.story.parts)
        return self.width, self.height

    def draw(self) -> None:
        """Set the titles and leave the page numbers to `Sheet`."""
        canvas = self.canv
        with canvas.tagged("P"):
            draw_lines(canvas, ["Contents"], look.PART, 0, self.height)
        for index, (key, title) in enumerate(self.story.parts):
            top = self.height - 44 - 25 * index
            with canvas.tagged("P"):
                draw_lines(canvas, [f"{index + 1} "], _NUMBER, 0, top)
                draw_lines(canvas, [title], _LINE, 26, top)
            with canvas.artifact():
                canvas.setStrokeColor(look.RULE)
                canvas.setLineWidth(0.5)
                canvas.line(0, top - 19, self.width, top - 19)
            x, y = canvas.absolutePosition(self.width, top)
            canvas.contents_lines.append((canvas.page, x, y, key))


def furnish(document: Document, sheet: Any, page: int, pages: int) -> None:
    """Draw what stands on every page: running header, footer, page x of y; and the numbers of the contents."""
    foot = look.BOTTOM - 34
    where = f"{document.log.origin} at {document.log.size:,} entries"
    _line(sheet, foot + 14)
    _words(sheet, short(where, look.RUNNING, 210), (look.LEFT, foot), "left")
    _words(sheet, f"Page {page + 1} of {pages}", (look.PAGE_WIDTH - look.RIGHT, foot), "right")
    if document.demo:
        demo = TextStyle(7.5, 10, typeface.STRONG, look.TONES[Tone.CAUTION])
        _words(sheet, DEMO, (look.PAGE_WIDTH / 2, foot), "centre", demo)
    if page == 0:
        _brand(sheet)
    else:
        head = look.PAGE_HEIGHT - look.TOP + 26
        _words(
            sheet,
            short(f"{document.name} · {document.address}", look.RUNNING, 250),
            (look.LEFT, head),
            "left",
        )
        _words(sheet, _part_of(sheet, page), (look.PAGE_WIDTH - look.RIGHT, head), "right")
        _line(sheet, head - 8)
    _number_contents(sheet, page)


def _number_contents(sheet: Any, page: int) -> None:
    if all(at != page for at, *_ in sheet.contents_lines):
        return
    places = {heading.key: heading.page for heading in sheet.headings}
    for at, x, y, key in sheet.contents_lines:
        if at == page and key in places:
            _words(sheet, str(places[key] + 1), (x, y - 10.5), "right", _LINE)
            sheet.linkAbsolute("", key, (look.LEFT, y - 19, x, y + 6), Border="[0 0 0]")


def _part_of(sheet: Any, page: int) -> str:
    """Name the part that a page begins with, or the first that begins on it."""
    before = [heading.title for heading in sheet.headings if heading.level == 1 and heading.page < page]
    here = [heading.title for heading in sheet.headings if heading.level == 1 and heading.page == page]
    chosen: Sequence[str] = here[:1] or before[-1:]
    return chosen[0] if chosen else "Contents"


def _words(sheet: Any, words: str, at: tuple[float, float], align: str, style: TextStyle = look.RUNNING) -> None:
    x, y = at
    width = typeface.width(words, style.font, style.size)
    sheet.saveState()
    sheet.setFont(style.font, style.size)
    sheet.setFillColor(style.colour)
    sheet.drawString(x - {"left": 0.0, "centre": width / 2, "right": width}[align], y, words)
    sheet.restoreState()


def _line(sheet: Any, y: float) -> None:
    sheet.saveState()
    sheet.setStrokeColor(look.RULE)
    sheet.setLineWidth(0.5)
    sheet.line(look.LEFT, y, look.PAGE_WIDTH - look.RIGHT, y)
    sheet.restoreState()


def _brand(sheet: Any) -> None:
    """Draw the product's name with its tick above the title."""
    x, y, side = look.LEFT, look.PAGE_HEIGHT - look.TOP - 14, 17.0
    sheet.saveState()
    sheet.setFillColor(look.ACCENT)
    sheet.roundRect(x, y, side, side, 4, stroke=0, fill=1)
    sheet.setStrokeColor(look.WHITE)
    sheet.setLineWidth(1.8)
    sheet.setLineCap(1)
    sheet.setLineJoin(1)
    tick = sheet.beginPath()
    tick.moveTo(x + 4.6, y + 8.6)
    tick.lineTo(x + 7.4, y + 5.6)
    tick.lineTo(x + 12.6, y + 11.6)
    sheet.drawPath(tick, stroke=1, fill=0)
    sheet.restoreState()
    _words(sheet, "Signoff", (x + side + 7, y + 4), "left", TextStyle(13, 17, typeface.STRONG))
