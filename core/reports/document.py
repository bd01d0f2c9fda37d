"""What can be put on paper: the audit report of a version, and the list of promotions to sample from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core.reports import parts, record
from core.reports.content import Fact, LogPosition, Population, ReportContent
from core.reports.story import Story


@dataclass(frozen=True)
class Document:
    """A document before it is laid out.

    Attributes:
        kind: what it is, above the title.
        name: its title.
        address: what it is about, as machines write it.
        as_of: time of the newest log entry that was read.
        log: where the log stood.
        demo: the history is simulated.
        facts: the title page's table.
        content: what the attachment holds, as a frozen dataclass.
        tell: sets the parts; the verification part follows by itself.
    """

    kind: str
    name: str
    address: str
    as_of: datetime
    log: LogPosition
    demo: bool
    facts: tuple[Fact, ...]
    content: object
    tell: Callable[[Story], None]


def audit_report(content: ReportContent) -> Document:
    """Make the audit report of a version."""

    def tell(story: Story) -> None:
        parts.summary(story, content.summary)
        parts.card(story, content.card)
        parts.evaluations(story, content.evaluations)
        parts.comparisons(story, content.comparisons)
        parts.gates(story, content.gates)
        record.findings(story, content.findings)
        record.requests(story, content.requests)
        record.timeline(story, content.timeline)
        record.lineage(story, content.lineage)
        parts.monitoring(story, content.monitoring)
        record.coverage(story, content.coverage)

    title = content.title
    facts = (Fact("Use case", title.use_case), Fact("Stage", title.stage.word), *title.facts)
    return Document(
        "Audit report", title.model, title.address, content.as_of, content.log, content.demo, facts, content, tell
    )


def population_list(content: Population) -> Document:
    """Make the list of promotions of a period."""

    def tell(story: Story) -> None:
        record.population(story, content)

    return Document(
        kind="Population for sampling",
        name="Promotions and rollbacks",
        address=content.period,
        as_of=content.as_of,
        log=content.log,
        demo=content.demo,
        facts=(Fact("Period", content.words), Fact("Applied in it", f"{len(content.promotions):,}")),
        content=content,
        tell=tell,
    )
