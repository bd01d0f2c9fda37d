"""What the records hold: the log's entries about a version, its lineage, and the obligations they evidence."""

import json
import re
from collections.abc import Iterator

from sqlalchemy import select
from sqlmodel import col

from core.access.person import Person
from core.approvals import queries as approvals
from core.audit import tables
from core.audit.event import Event
from core.clock import parse
from core.compliance import queries as compliance
from core.compliance.coverage import Covered, State
from core.digest import short
from core.evaluation.evaluation import Evaluation
from core.evidence.finding import Finding
from core.lineage import describing
from core.lineage import queries as graph
from core.lineage.graph import Described, upstream
from core.reports.composing.asking import Asked
from core.reports.content import Coverage, Fact, Lineage, Link, Mark, Moment, Obligation, Tone
from core.reports.logged import in_words

MOST_MOMENTS = 1_500
_FINGERPRINT = re.compile(r"sha256:[0-9a-f]{64}")
_EVENTS = {event.value: event.words for event in Event}
_STATES = {
    State.EVIDENCED: Tone.GOOD,
    State.IN_PART: Tone.CAUTION,
    State.ATTESTED: Tone.GOOD,
    State.STALE: Tone.CAUTION,
    State.NOT_EVIDENCED: Tone.CAUTION,
    State.CONTRADICTED: Tone.BAD,
}


def timeline(asked: Asked) -> tuple[Moment, ...]:
    """Read the log's entries about the version, its card, evaluations, requests and findings, oldest first.

    When there are more than `MOST_MOMENTS`, the oldest are left out; the log itself has all of them.
    """
    entry = tables.entry.c
    wanted = (
        select(entry.seq, entry.ts, entry.actor, entry.action, entry.subject, entry.leaf)
        .where(entry.subject.in_(list(_subjects(asked))))
        .order_by(entry.seq.desc())
        .limit(MOST_MOMENTS)
    )
    rows = asked.session.connection().execute(wanted).all()
    names = _names(asked, {row.actor for row in rows})
    return tuple(
        Moment(
            at=parse(row.ts),
            words=_words(row.action, bytes(row.leaf)),
            who=names.get(row.actor, "Signoff"),
            subject=row.subject.partition(":")[2],
            seq=row.seq,
        )
        for row in reversed(rows)
    )


def _subjects(asked: Asked) -> Iterator[str]:
    yield f"model:{asked.model.slug}"
    yield f"model_version:{asked.address}"
    yield f"card:{asked.address}"
    for request in approvals.of_version(asked.session, asked.version.key):
        yield f"request:{request.address}"
    version = asked.version.key
    for key in asked.session.scalars(select(col(Evaluation.id)).where(col(Evaluation.version_id) == version)):
        yield f"evaluation:EVL-{key}"
    for key in asked.session.scalars(select(col(Finding.id)).where(col(Finding.version_id) == version)):
        yield f"finding:FND-{key}"


def _names(asked: Asked, actors: set[str]) -> dict[str, str]:
    subs = {actor.rpartition("#")[2] for actor in actors}
    rows = asked.session.execute(
        select(col(Person.iss), col(Person.sub), col(Person.name)).where(col(Person.sub).in_(subs))
    )
    return {f"{iss}#{sub}": name for iss, sub, name in rows}


def _words(action: str, leaf: bytes) -> str:
    """Say what happened, and by which decision where the entry names one."""
    said = _EVENTS.get(action, action)
    data = json.loads(leaf).get("data", {})
    name = "decision" if data.get("decision") else "target"
    detail = data.get(name)
    return f"{said}: {in_words(name, detail)}" if isinstance(detail, str) else said


def lineage(asked: Asked) -> Lineage:
    """Gather everything the version came from, however far back, and what touches it directly, as sentences."""
    node = graph.version_node(asked.session, asked.version.key)
    origin = upstream(node, lambda one: graph.origins(asked.session, one))
    links = sorted({*origin, *graph.links_of(asked.session, [node])})
    targets = sorted({link.target for link in links})
    described = {one.node: one for one in describing.describe(asked.session, targets, {})}
    return Lineage(
        facts=(Fact("Fingerprint of its origin", graph.upstream_digest(asked.session, asked.version.key)),),
        links=tuple(
            Link(
                source=f"{link.source.kind.words} {link.source.name}",
                relation=link.kind.words,
                target=f"{link.target.kind.words} {link.target.name}",
                detail=_detail(described.get(link.target)),
            )
            for link in links
        ),
    )


def _detail(node: Described | None) -> str:
    if node is None:
        return ""
    told = "; ".join(f"{name.lower()} {value}" for name, value in node.facts)
    return _FINGERPRINT.sub(lambda found: short(found[0]), told)


def coverage(asked: Asked) -> tuple[Coverage, ...]:
    """Hold the catalogues of obligations against the version."""
    found = compliance.coverage(asked.session, asked.blobs, asked.version.key, asked.at)
    catalogue = found.catalogue
    return (
        Coverage(
            framework=f"{catalogue.title}: {catalogue.subtitle}",
            facts=(
                Fact("Result", found.words),
                Fact("Reading", catalogue.label),
                Fact("Source", f"{catalogue.publisher}, {catalogue.source} ({catalogue.version})"),
            ),
            obligations=tuple(_obligation(one) for one in found.controls),
            notes=tuple(
                f"{one.scope}: applies from {one.current.isoformat()} ({one.status})" for one in catalogue.applies_from
            ),
        ),
    )


def _obligation(one: Covered) -> Obligation:
    shown = [f"{proof.kind.words}: {proof.address}" for proof in one.proofs]
    if one.fields:
        shown.append("1 card field" if len(one.fields) == 1 else f"{len(one.fields)} card fields")
    if one.said is not None:
        shown.append(f"{one.said.by}: {one.said.statement}")
    missing = f"Missing: {'; '.join(one.lacking)}" if one.lacking else ""
    return Obligation(
        reference=one.control.id,
        words=f"{one.control.title}\n{one.control.asks}",
        state=Mark(one.state.words, _STATES.get(one.state, Tone.PLAIN)),
        evidence="\n".join([*shown, *([missing] if missing else [])]),
    )
