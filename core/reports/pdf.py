"""From content to the bytes of an unsealed PDF. The same content gives the same bytes, on any machine and day."""

import io
from dataclasses import dataclass
from datetime import UTC
from functools import partial

import pikepdf
from pikepdf import AttachedFileSpec, Dictionary, Name, Pdf, String
from reportlab.platypus import BaseDocTemplate, Frame, PageBreak, PageTemplate

from core.digest import Digest, of_bytes
from core.reports import record, tags, twin, typeface
from core.reports import style as look
from core.reports.document import Document
from core.reports.frontpage import Contents, furnish, title_page
from core.reports.sheet import Sheet, Tagged
from core.reports.story import Story
from core.reports.text import printable


@dataclass(frozen=True, slots=True)
class Rendered:
    """An unsealed report.

    Attributes:
        pdf: its bytes.
        evidence: fingerprint of the attached `evidence.json`.
        pages: how many there are.
    """

    pdf: bytes
    evidence: Digest
    pages: int


def render(document: Document, seal: dict[str, str] | None = None) -> Rendered:
    """Lay a document out, tag it and attach its twin.

    Args:
        document: what it says.
        seal: see `core.reports.twin.twin`.

    Returns:
        Bytes that depend on nothing but the arguments and the versions of the libraries.
    """
    typeface.register()
    evidence = twin.twin(document.log, document.content, seal)
    fingerprint = of_bytes(evidence)
    drawn, marks = _drawn(document, _told(document, fingerprint))
    data, pages = _finished(drawn, marks, document, evidence)
    return Rendered(data, fingerprint, pages)


def _told(document: Document, evidence: Digest) -> Story:
    story = Story()
    title_page(story, document)
    story.flow += [Contents(story), PageBreak()]
    document.tell(story)
    record.verification(story, document.log, evidence)
    return story


def _drawn(document: Document, story: Story) -> tuple[bytes, list[Tagged]]:
    buffer = io.BytesIO()
    sheets: list[Sheet] = []

    def paper(*args: object, **named: object) -> Sheet:
        sheet = Sheet(*args, furnish=partial(furnish, document), **named)
        sheets.append(sheet)
        return sheet

    paged = BaseDocTemplate(
        buffer,
        pagesize=(look.PAGE_WIDTH, look.PAGE_HEIGHT),
        invariant=1,
        pageCompression=1,
        initialFontName=typeface.REGULAR,
        title=_title(document),
        author="Signoff",
        subject=document.kind,
        lang="en",
    )
    frame = Frame(look.LEFT, look.BOTTOM, look.WIDTH, look.HEIGHT, 0, 0, 0, 0, id="text")
    paged.addPageTemplates([PageTemplate(id="page", frames=[frame])])
    paged.build(story.flow, canvasmaker=paper)
    return buffer.getvalue(), sheets[-1].tagged_content


def _title(document: Document) -> str:
    name = printable(f"{document.kind}: {document.name} ({document.address})", typeface.covers, 200)
    return name.replace("\n", " ")


def _finished(drawn: bytes, marks: list[Tagged], document: Document, evidence: bytes) -> tuple[bytes, int]:
    """Add structure, description and attachment, and drop what ReportLab leaves unused."""
    moment = document.as_of.astimezone(UTC)
    stamp = f"D:{moment:%Y%m%d%H%M%S}Z"
    with Pdf.open(io.BytesIO(drawn)) as pdf:
        tags.add(pdf, marks)
        pdf.Root.Lang = String("en")
        pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        pdf.docinfo = pdf.make_indirect(
            Dictionary(
                Title=String(_title(document)),
                Author=String("Signoff"),
                Producer=String("Signoff"),
                CreationDate=String(stamp),
                ModDate=String(stamp),
            )
        )
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            metadata["dc:title"] = _title(document)
            metadata["dc:creator"] = ["Signoff"]
            metadata["dc:language"] = ["en"]
            metadata["xmp:CreateDate"] = metadata["xmp:ModifyDate"] = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
        attached = AttachedFileSpec(
            pdf,
            evidence,
            filename=twin.NAME,
            mime_type="application/json",
            description=f"The content of this report for programs. {of_bytes(evidence)}",
            creation_date=stamp,
            mod_date=stamp,
        )
        attached.relationship = Name.Data
        pdf.attachments[twin.NAME] = attached
        pdf.Root.AF = pikepdf.Array([attached.obj])
        buffer = io.BytesIO()
        pdf.save(buffer, deterministic_id=True, linearize=False)
        return buffer.getvalue(), len(pdf.pages)
