"""The order of a report, and the small builders its parts share."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from reportlab.platypus import Flowable

from core.reports import charts
from core.reports import style as look
from core.reports.content import Fact, Mark
from core.reports.figure import Figure
from core.reports.flow import Headline, Prose, room_for
from core.reports.grid import Column, Grid
from core.reports.style import TextStyle

NOT_STATED = "not stated"


@dataclass
class Story:
    """A report being told: flowables in order, with numbered parts and numbered tables."""

    flow: list[Flowable] = field(default_factory=list)
    parts: list[tuple[str, str]] = field(default_factory=list)
    tables: int = 0
    sections: int = 0

    def part(self, title: str) -> None:
        """Begin a numbered part; on a new page unless a good half is left."""
        number = len(self.parts) + 1
        key = f"part-{number}"
        self.parts.append((key, title))
        self.flow += [room_for(look.HEIGHT * 0.42), Headline(f"{number}  {title}", look.PART, 1, key)]

    def section(self, title: str, room: float = 110) -> None:
        """Begin a section; it takes at least `room` points with it."""
        self.sections += 1
        self.flow += [room_for(room), Headline(title, look.SECTION, 2, f"section-{self.sections}")]

    def block(self, title: str, room: float = 80) -> None:
        """Begin a titled block inside a section."""
        self.sections += 1
        self.flow += [room_for(room), Headline(title, look.BLOCK, 3, f"section-{self.sections}")]

    def prose(self, text: str, style: TextStyle = look.BODY) -> None:
        """Set text, a flowable per paragraph; nothing for nothing."""
        self.flow += [Prose(piece, style) for piece in text.split("\n\n") if piece.strip()]

    def bullets(self, texts: Sequence[str], style: TextStyle = look.BULLET) -> None:
        """Set a list."""
        self.flow += [Prose(text, style, bullet="•") for text in texts if text.strip()]

    def notes(self, texts: Sequence[str]) -> None:
        """Set remarks that belong to what stands above."""
        self.flow += [Prose(text, look.NOTE) for text in texts if text.strip()]

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str | Mark]]) -> None:
        """Set a table; nothing when it has no rows."""
        if rows:
            self.tables += 1
            self.flow.append(Grid(self.tables, columns, rows))

    def facts(self, facts: Sequence[Fact], share: float = 2.6) -> None:
        """Set labels with their values beside them."""
        columns = [Column("", 1, style=look.CELL_QUIET), Column("", share)]
        self.table(columns, [[fact.label, fact.value if fact.value.strip() else NOT_STATED] for fact in facts])

    def figures(self, figures: Sequence[Figure]) -> None:
        """Set charts."""
        self.flow += charts.rows(figures)
