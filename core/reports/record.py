"""The parts of a report about people and the record: findings, requests, timeline, lineage, coverage, verification."""

from collections.abc import Sequence

from core.reports import style as look
from core.reports.content import (
    Coverage,
    Fact,
    Finding,
    Lineage,
    LogPosition,
    Mark,
    Moment,
    Population,
    Request,
    Review,
)
from core.reports.flow import Line
from core.reports.grid import Code, Column
from core.reports.parts import checks
from core.reports.story import NOT_STATED, Story
from core.reports.writing import moment


def findings(story: Story, content: Sequence[Finding]) -> None:
    """Print every finding, with what became of it."""
    story.part("Findings")
    if not content:
        story.prose("No finding was recorded for this version.")
        return
    columns = [
        Column("Finding", 0.9, style=look.CELL_STRONG),
        Column("Title", 3.6),
        Column("Severity", 1),
        Column("State", 1.3),
    ]
    rows: list[list[str | Mark]] = [[row.address, row.title, row.severity, row.state] for row in content]
    story.table(columns, rows)
    for finding in content:
        if finding.text or finding.facts:
            story.section(f"{finding.address}  {finding.title}")
            story.prose(finding.text)
            story.facts(finding.facts)


def requests(story: Story, content: Sequence[Request]) -> None:
    """Print every request with what was signed and by whom."""
    story.part("Requests and reviews")
    if not content:
        story.prose("Nobody has asked to move this version.")
        return
    for request in content:
        story.section(f"{request.address}  {request.title}", room=150)
        story.facts([Fact("State", request.state.word), *request.facts])
        if request.comment:
            story.prose(f"“{request.comment}”")
        if request.pins:
            story.block("What was to be signed")
            columns = [
                Column("Component", 1.0, style=look.CELL_STRONG),
                Column("Name", 1.15),
                Column("Fingerprint (SHA-256)", 3.6, style=look.CELL_CODE),
            ]
            story.table(
                columns, [[pin.component, pin.name, pin.digest.removeprefix("sha256:")] for pin in request.pins]
            )
        if request.gate:
            story.block(f"The checks when it was decided. {request.gate.title}", room=200)
            checks(story, request.gate)
        story.block("Reviews", room=200)
        if not request.reviews:
            story.prose("Nobody has reviewed this request.")
        for index, review in enumerate(request.reviews):
            _review(story, review, first=index == 0)


def _review(story: Story, review: Review, *, first: bool) -> None:
    """Print one person's decision with everything that makes it theirs."""
    if not first:
        story.flow.append(Line())
    story.block(f"{review.name}, {review.role}", room=120)
    story.table(
        [Column("Decision", 1.2), Column("Validity", 1.2), Column("Opinion", 1.4), Column("Signed", 1.6)],
        [[review.decision, review.validity, review.opinion or "–", moment(review.at)]],
    )
    story.facts(
        [
            Fact("Statement signed", review.statement),
            Fact("Comment", review.comment or "none"),
            Fact("Proof of identity", review.proof),
            Fact("What was seen", review.seen),
        ]
    )


def timeline(story: Story, content: Sequence[Moment]) -> None:
    """Print the entries of the audit log about this version, oldest first."""
    story.part("Timeline")
    if not content:
        story.prose("The audit log holds no entry about this version.")
        return
    story.prose("Each line is an entry of the audit log; its number is its place in the log.", look.NOTE)
    columns = [
        Column("Moment (UTC)", 1.6),
        Column("What happened", 2.6, style=look.CELL_STRONG),
        Column("Who", 1.6),
        Column("Subject", 1.7, style=look.CELL_QUIET),
        Column("Entry", 0.6, right=True),
    ]
    story.table(
        columns,
        [[moment(row.at).removesuffix(" UTC"), row.words, row.who, row.subject, f"{row.seq:,}"] for row in content],
    )


def lineage(story: Story, content: Lineage | None) -> None:
    """Print where the version came from and what it feeds."""
    story.part("Lineage")
    if content is None or not (content.links or content.facts):
        story.prose("No lineage was recorded for this version.")
        return
    story.facts(content.facts)
    columns = [
        Column("From", 2.2, style=look.CELL_STRONG),
        Column("Relation", 1.1, style=look.CELL_QUIET),
        Column("To", 2.2, style=look.CELL_STRONG),
        Column("About the target", 2.2, style=look.CELL_QUIET),
    ]
    story.table(columns, [[link.source, link.relation, link.target, link.detail or "–"] for link in content.links])


def coverage(story: Story, content: Sequence[Coverage]) -> None:
    """Print which obligations are evidenced; our reading, not legal advice."""
    story.part("Coverage of obligations")
    if not content:
        story.prose("No framework was applied to this version.")
        return
    for framework in content:
        story.section(framework.framework)
        story.facts(framework.facts)
        columns = [
            Column("Reference", 1.0, style=look.CELL_STRONG),
            Column("Obligation", 3.4),
            Column("State", 1.25),
            Column("Evidence", 2.2, style=look.CELL_QUIET),
        ]
        rows: list[list[str | Mark]] = [
            [row.reference, row.words, row.state, row.evidence or "–"] for row in framework.obligations
        ]
        story.table(columns, rows)
        story.notes(framework.notes)


def population(story: Story, content: Population) -> None:
    """Print every promotion and rollback of a period, numbered so that a sample can be drawn by number."""
    story.part("Promotions and rollbacks")
    story.prose(
        f"All promotions and rollbacks applied {content.words}, also those revoked since, in the order in which they "
        "were applied. Rows are numbered from 1; draw a sample by number."
    )
    if not content.promotions:
        story.prose("Nothing was applied in this period.")
    columns = [
        Column("No.", 0.5, right=True),
        Column("Request", 0.9, style=look.CELL_STRONG),
        Column("Version", 1.7),
        Column("What", 1.3),
        Column("Applied (UTC)", 1.6),
        Column("Opened by", 1.3),
        Column("Signed by", 1.6),
        Column("Revoked by", 1.0, style=look.CELL_QUIET),
    ]
    rows = [
        [
            str(row.number),
            row.address,
            row.version,
            f"{row.kind} to {row.target}",
            moment(row.applied_at).removesuffix(" UTC"),
            row.opened_by,
            ", ".join(row.signers) or "–",
            row.revoked_by or "–",
        ]
        for row in content.promotions
    ]
    story.table(columns, rows)


PROVEN = (
    "The seal: nobody changed a byte of this file since Signoff sealed it, and nothing was appended.",
    "The key: whoever held the private half of the log's key endorsed the certificate of that seal.",
    "The attachment: evidence.json holds the same content in a form that programs read, with the fingerprint above.",
    (
        "The position: the checkpoint is a signed promise that the log held exactly these entries. A later copy of "
        "the log that does not contain them in this order cannot be reconciled with it."
    ),
)
NOT_PROVEN = (
    (
        "Anything after this checkpoint. What happened to the log since this file left the house is shown only by "
        "comparing a newer export of the log with it."
    ),
    (
        "That what people entered is true. The log proves who recorded what and when, not that a statement in a card, "
        "a label in a file or a reason is right."
    ),
    (
        "The key itself. A key read from this very file proves only that the file agrees with itself: take the key at "
        "another time and by another way."
    ),
    "Time beyond the clock of the server. The log's order is proven; its clock was not witnessed from outside.",
)


def verification(story: Story, log: LogPosition, evidence: str) -> None:
    """Print where the report stands in the log, what that proves, and how to check it without us."""
    story.part("Verification")
    story.prose("Everything in this report was read in one snapshot of the audit log, at this position.")
    story.facts(
        [
            Fact("Log", log.origin),
            Fact("Entries", f"{log.size:,}"),
            Fact("Merkle root (base64)", Code(log.root)),
            Fact("Public key of the log", Code(log.vkey)),
            Fact("Fingerprint of evidence.json", evidence),
        ]
    )
    story.section("Checkpoint, verbatim")
    story.prose(log.checkpoint.replace("\n\n", "\n \n") or NOT_STATED, look.CODE)
    story.section("What this file proves")
    story.bullets(PROVEN)
    story.section("What it does not prove")
    story.bullets(NOT_PROVEN)
    story.section("How to verify it")
    story.prose("Signoff is free software. Its check runs offline, on any machine with Python 3.11 or newer:")
    story.prose("signoff verify report.pdf --key signoff.pub", look.CODE)
    story.prose(
        "The answer is 0 when everything agrees, 1 when something was changed, 2 when the file or the key cannot be "
        "used, 3 when the log is shorter than a checkpoint. Any PDF reader shows the seal as well; it will call the "
        "issuer unknown, because the certificate is the house's own. To compare with the log of today, ask for an "
        "export and run:"
    )
    story.prose("signoff verify audit-export.zip --key signoff.pub --against report.pdf", look.CODE)
