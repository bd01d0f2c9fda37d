"""What was measured: the current evaluations of a version with their numbers, groups and charts."""

from collections.abc import Sequence

from core.evaluation import queries
from core.evaluation.evaluation import Evaluation as Upload
from core.evaluation.evaluation import MetricResult
from core.metrics.metric import Metric
from core.reports.composing.asking import Asked
from core.reports.composing.figures import drawn
from core.reports.content import Estimate, Evaluation, Fact, GroupTable
from core.reports.writing import moment, number

_NAMES = {metric.value: metric.words for metric in Metric}


def evaluations(asked: Asked) -> tuple[Evaluation, ...]:
    """Gather the newest evaluation per set, or per dataset and split."""
    return tuple(_evaluation(asked, upload) for upload in queries.current(asked.session, asked.version.key))


def _evaluation(asked: Asked, upload: Upload) -> Evaluation:
    results = queries.results(asked.session, upload.key)
    figures, why = drawn(asked, upload, results)
    return Evaluation(
        title=f"{upload.address}  {upload.label}",
        facts=tuple(_facts(asked, upload)),
        estimates=tuple(_estimate(row) for row in results if row.slice_attribute is None),
        groups=tuple(_groups(results)),
        figures=figures,
        notes=(*upload.warnings, *([why] if why else [])),
    )


def _facts(asked: Asked, upload: Upload) -> list[Fact]:
    found = queries.set_by_id(asked.session, upload.set_id) if upload.set_id is not None else None
    role = "as independent validator" if upload.as_validator else "as developer"
    hang = "whole clusters are resampled" if upload.clustered else "assumed independent of each other"
    facts = [
        Fact("Task", upload.task.words),
        Fact("Provenance", f"{upload.provenance.words}. {upload.provenance.meaning}"),
        Fact("Uploaded", f"{moment(upload.uploaded_at)} by {asked.name(upload.uploaded_by)}, {role}"),
        Fact("Rows", f"{upload.rows:,}, {hang}{', weighted' if upload.weighted else ''}"),
    ]
    if found is not None:
        uses = queries.uses(asked.session, found.key)
        facts += [
            Fact("Evaluation set", f"{found.name}: {found.independence.words}. {found.independence_reason}".strip()),
            Fact("Fingerprint of the set", found.digest),
            Fact("Uses of the set", f"this was use {upload.set_use} of {uses}, over all models"),
        ]
    if upload.positive is not None:
        facts.append(Fact("Positive outcome", upload.positive))
    if upload.threshold is not None:
        facts.append(Fact("Decision threshold", number(upload.threshold)))
    facts.append(Fact("Fingerprint of what was measured", upload.digest))
    return facts


def _estimate(row: MetricResult) -> Estimate:
    words = _NAMES.get(row.metric, row.metric)
    return Estimate(
        metric=f"{words} (against {row.reference})" if row.reference else words,
        value=row.value,
        low=row.low,
        high=row.high,
        level=row.level,
        method=row.method,
        n=row.n,
        reported=row.reported,
    )


def _groups(results: Sequence[MetricResult]) -> list[GroupTable]:
    """Lay the numbers of each attribute out as groups by metrics; rates first, then what compares groups."""
    tables = []
    for attribute in dict.fromkeys(row.slice_attribute for row in results if row.slice_attribute):
        here = [row for row in results if row.slice_attribute == attribute]
        for compared in (False, True):
            chosen = [row for row in here if (row.reference is not None) is compared]
            if chosen:
                tables.append(_table(f"{attribute}, compared" if compared else str(attribute), chosen))
    return tables


def _table(title: str, rows: Sequence[MetricResult]) -> GroupTable:
    groups = list(dict.fromkeys(str(row.slice_value) for row in rows))
    found = {(str(row.slice_value), _estimate(row).metric): _estimate(row) for row in rows}
    metrics = list(dict.fromkeys(metric for _, metric in found))
    cells = tuple(tuple(found.get((group, metric), Estimate(metric, None)) for metric in metrics) for group in groups)
    return GroupTable(title, tuple(metrics), tuple(groups), cells)
