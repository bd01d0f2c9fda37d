"""The structure tree of a tagged PDF, so that a reading voice finds headings, tables and figures.

ReportLab marks the content (`core.reports.sheet`); this module tells the document what the marks mean. Conformance to
PDF/UA or PDF/A is not claimed, because no validator has confirmed it.
"""

from collections.abc import Sequence
from typing import Any

from pikepdf import Array, Dictionary, Name, Pdf, String

from core.reports.sheet import Cell, Tagged


class _Tree:
    """The tree under construction."""

    def __init__(self, pdf: Pdf) -> None:
        self.pdf = pdf
        self.root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self.document = self.element(self.root, "Document")
        self.root.K = Array([self.document])
        self.parents: list[list[Any]] = [[] for _ in pdf.pages]
        self.tables: dict[int, tuple[Any, dict[int, Any]]] = {}
        self.cells: dict[Cell, Any] = {}

    def element(self, parent: Any, role: str) -> Any:
        """Add an empty element below another."""
        made = self.pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name(f"/{role}"), P=parent, K=Array([])))
        if parent is not self.root:
            parent.K.append(made)
        return made

    def cell(self, parent: Any, cell: Cell, role: str) -> Any:
        """Find or add a table's cell, with its table and row."""
        if cell in self.cells:
            return self.cells[cell]
        if cell.table not in self.tables:
            self.tables[cell.table] = (self.element(parent, "Table"), {})
        table, rows = self.tables[cell.table]
        if cell.row not in rows:
            rows[cell.row] = self.element(table, "TR")
        made = self.cells[cell] = self.element(rows[cell.row], role)
        if role == "TH":
            made.A = Dictionary(O=Name.Table, Scope=Name.Column)
        return made

    def place(self, mark: Tagged, element: Any) -> None:
        """Hang a marked stretch below its element."""
        page = self.pdf.pages[mark.page].obj
        element.K.append(Dictionary(Type=Name.MCR, Pg=page, MCID=mark.mcid))
        self.parents[mark.page].append(element)


def add(pdf: Pdf, marks: Sequence[Tagged]) -> None:
    """Write the structure tree of marks that stand in reading order."""
    tree = _Tree(pdf)
    section: Any = tree.document
    part = 0
    for mark in marks:
        if mark.part != part:
            part, section = mark.part, tree.element(tree.document, "Sect")
        element = tree.cell(section, mark.cell, mark.role) if mark.cell else tree.element(section, mark.role)
        if mark.words:
            element.Alt = String(mark.words)
        tree.place(mark, element)
    numbers = Array([])
    for number, page in enumerate(pdf.pages):
        page.obj.StructParents = number
        page.obj.Tabs = Name.S
        numbers.append(number)
        numbers.append(pdf.make_indirect(Array(tree.parents[number])))
    tree.root.ParentTree = pdf.make_indirect(Dictionary(Nums=numbers))
    tree.root.ParentTreeNextKey = len(pdf.pages)
    pdf.Root.StructTreeRoot = tree.root
    pdf.Root.MarkInfo = Dictionary(Marked=True)
