"""The visible seal on the first page: a small drawing that says who sealed the file and when."""

import io
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, InnerScaling, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.stamp import StaticStampStyle
from reportlab.pdfgen.canvas import Canvas

from core.digest import short as shortened
from core.reports import style as look
from core.reports import typeface
from core.reports.frontpage import SEAL_BOX
from core.reports.plot import short
from core.reports.style import TextStyle
from core.reports.writing import moment

_WIDTH, _HEIGHT = SEAL_BOX[2] - SEAL_BOX[0], SEAL_BOX[3] - SEAL_BOX[1]


class _Drawing(PdfContent):
    """A page drawn elsewhere, put into the signature's box."""

    def __init__(self, drawn: bytes) -> None:
        self.drawn = drawn
        super().__init__()

    def render(self) -> bytes:
        """Import the page as the one thing in the box."""
        self.resources.xobject["/Drawing"] = self._ensure_writer.import_page_as_xobject(
            PdfFileReader(io.BytesIO(self.drawn))
        )
        self.box = BoxConstraints(width=_WIDTH, height=_HEIGHT)
        return b"/Drawing Do"


def stamp_style(certificate: str, at: datetime, origin: str) -> Any:
    """Describe the visible seal to pyHanko.

    Args:
        certificate: fingerprint of the sealing certificate.
        at: the moment of sealing.
        origin: name of the log that endorses the certificate.
    """
    filling = SimpleBoxLayoutRule(
        AxisAlignment.ALIGN_MIN, AxisAlignment.ALIGN_MIN, Margins(0, 0, 0, 0), InnerScaling.STRETCH_FILL
    )
    return StaticStampStyle(
        background=_Drawing(_drawn(certificate, at, origin)), background_layout=filling, border_width=0
    )


def _drawn(certificate: str, at: datetime, origin: str) -> bytes:
    typeface.register()
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(_WIDTH, _HEIGHT), invariant=1, initialFontName=typeface.REGULAR)
    canvas.setFillColor(look.PAPER)
    canvas.setStrokeColor(look.RULE)
    canvas.setLineWidth(0.6)
    canvas.roundRect(0.5, 0.5, _WIDTH - 1, _HEIGHT - 1, 4, stroke=1, fill=1)
    lines = (
        ("Sealed by Signoff", TextStyle(8.5, 13, typeface.STRONG)),
        (moment(at), TextStyle(7.5, 11)),
        (f"Endorsed by the log {origin}", TextStyle(7.5, 11, colour=look.QUIET)),
        (f"Certificate {shortened(certificate)}", TextStyle(7.5, 11, colour=look.QUIET)),
    )
    y = _HEIGHT - 15.0
    for words, style in lines:
        canvas.setFont(style.font, style.size)
        canvas.setFillColor(style.colour)
        canvas.drawString(12, y, short(words, style, _WIDTH - 24))
        y -= style.leading
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()
