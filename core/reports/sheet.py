"""The paper: a canvas that holds its pages back until it knows how many there are, and notes what each mark means.

Holding pages back gives "page 3 of 40" and the page numbers of the contents in a single layout pass. The notes become
the structure tree of a tagged PDF (`core.reports.tags`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

rl_config.useA85 = 0  # streams as bytes, not as text: a fifth smaller, and nothing that reads PDF minds


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in a table: which table of the report, row and column from 0."""

    table: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Tagged:
    """One marked stretch of a page's content.

    Attributes:
        page: from 0.
        mcid: number of the stretch on its page.
        role: structure type, such as H1, P, TD, Figure.
        part: number of the numbered part it stands in; 0 before the first.
        cell: its place, for TH and TD.
        words: what a figure shows, for whoever cannot see it.
    """

    page: int
    mcid: int
    role: str
    part: int
    cell: Cell | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as it came to stand: page from 0, top edge in points from the page's foot."""

    page: int
    top: float
    level: int
    title: str
    key: str


class Sheet(Canvas):  # type: ignore[misc]
    """A canvas of held-back pages.

    Attributes:
        tagged_content: every marked stretch, in the order it was drawn.
        headings: every heading, in order.
    """

    def __init__(self, *args: Any, furnish: Callable[["Sheet", int, int], None], **named: Any) -> None:
        """Take what `Canvas` takes, and who draws header and footer: called with page (from 0) and pages."""
        super().__init__(*args, **named)
        self._held: list[dict[str, Any]] = []
        self._furnish = furnish
        self._marks = 0
        self._part = 0
        self._seen_cells: set[Cell] = set()
        self.tagged_content: list[Tagged] = []
        self.headings: list[Heading] = []
        self.contents_lines: list[tuple[int, float, float, str]] = []

    @property
    def page(self) -> int:
        """The page being drawn, from 0."""
        return len(self._held)

    def showPage(self) -> None:  # noqa: N802 - ReportLab's name
        """Hold the page back and begin the next."""
        self._held.append(dict(self.__dict__))
        self._startPage()
        self._marks = 0

    def save(self) -> None:
        """Finish every page, now that their number is known, and write the document."""
        held, kept = self._held, {"tagged_content": self.tagged_content, "headings": self.headings}
        for page, state in enumerate(held):
            self.__dict__.update(state | kept)
            with self.artifact():
                self._furnish(self, page, len(held))
            for heading in self.headings:
                if heading.page == page and heading.level <= 2:
                    self.bookmarkHorizontal(heading.key, 0, heading.top)
                    self.addOutlineEntry(heading.title, heading.key, level=heading.level - 1)
            super().showPage()
        self._held = []
        super().save()

    @contextmanager
    def tagged(self, role: str, cell: Cell | None = None, words: str = "") -> Iterator[None]:
        """Mark what is drawn inside as one piece of content; a table's repeated header is marked as an artifact."""
        if cell is not None and cell in self._seen_cells and role == "TH":
            with self.artifact():
                yield
            return
        if cell is not None:
            self._seen_cells.add(cell)
        if role == "H1":
            self._part += 1
        self.tagged_content.append(Tagged(self.page, self._marks, role, self._part, cell, words))
        self._code.append(f"/{role} <</MCID {self._marks}>> BDC")
        self._marks += 1
        yield
        self._code.append("EMC")

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """Mark what is drawn inside as decoration, which a reading voice passes over."""
        self._code.append("/Artifact BMC")
        yield
        self._code.append("EMC")

    def note_heading(self, level: int, title: str, key: str, top: float) -> None:
        """Remember where a heading came to stand; `top` in points above the current origin."""
        self.headings.append(Heading(self.page, self.absolutePosition(0, top)[1], level, title, key))
