"""Everything a report says about one version, read from one consistent moment of the store."""

from sqlalchemy import select
from sqlmodel import Session

from core.access import queries as people
from core.audit import tables
from core.clock import parse
from core.registry import queries as registry
from core.reports.composing import card, compared, decided, measured, overview, recorded, watched
from core.reports.composing.asking import Asked
from core.reports.content import LogPosition, ReportContent
from core.store.blobs import Blobs


def compose(session: Session, blobs: Blobs, slug: str, number: int, position: LogPosition) -> ReportContent:
    """Gather a report.

    Args:
        session: reads from one moment, the one that `position` names.
        blobs: the files of the store.
        slug: the model's name in addresses.
        number: the version.
        position: where the log stands at that moment.

    Returns:
        Content that depends on the records alone: ages and ends are judged at the newest log entry's time.

    Raises:
        NotFoundError: there is no such version.
    """
    version = registry.version(session, slug, number)
    model = registry.model_by_id(session, version.model_id)
    newest = select(tables.entry.c.ts).order_by(tables.entry.c.seq.desc()).limit(1)
    at = parse(session.connection().execute(newest).scalar_one())
    asked = Asked(session, blobs, model, version, at)
    written, uploads = card.card(asked), measured.evaluations(asked)
    gates, findings, requests = decided.checks(asked), decided.findings(asked), decided.requests(asked)
    return ReportContent(
        title=overview.title(asked),
        as_of=at,
        log=position,
        demo=people.is_demo(session),
        summary=overview.summary(asked, overview.Gathered(written, uploads, gates, findings, requests)),
        card=written,
        evaluations=uploads,
        comparisons=compared.comparisons(asked),
        gates=gates,
        findings=findings,
        requests=requests,
        timeline=recorded.timeline(asked),
        lineage=recorded.lineage(asked),
        monitoring=watched.monitoring(asked),
        coverage=recorded.coverage(asked),
    )
