"""Gathers what is recorded elsewhere about a version, for a card to be filled from and held against."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from core.cards.record import EvaluationFacts, MeasuredValue, Record, filled
from core.cards.schema import Content, answer, validated
from core.evaluation import queries as evaluation
from core.evaluation.evaluation import Evaluation, MetricResult
from core.registry import queries as registry
from core.registry.address import LARGEST
from core.registry.materiality import RegulatoryClass
from core.registry.model import RegisteredModel
from core.registry.version import ModelVersion


def gather(session: Session, version_id: int, content: Mapping[str, Any]) -> Record:
    """Read registry and evaluations of a version.

    Args:
        session: where to read.
        version_id: the version.
        content: a card; the evaluations it names are marked.
    """
    version = registry.version_by_id(session, version_id)
    model = registry.model_by_id(session, version.model_id)
    return Record(facts(model, version), _evaluations(session, version_id, content))


def _evaluations(session: Session, version_id: int, content: Mapping[str, Any]) -> tuple[EvaluationFacts, ...]:
    """The current evaluations of a version and those that its card names, newest first."""
    named = {one for one in answer(content, "quantitative_analyses.evaluations") or [] if _is_number(one)}
    current = evaluation.current(session, version_id)
    ids = {one.key for one in current}
    older = [session.get(Evaluation, number) for number in sorted(named - ids)]
    rows = [*current, *(one for one in older if one is not None and one.version_id == version_id)]
    found = [_facts_of(session, one, current=one.key in ids, named=one.key in named) for one in rows]
    return tuple(sorted(found, key=lambda one: one.id, reverse=True))


def _is_number(said: object) -> bool:
    """Tell whether something in a card that nobody has checked yet can be the number of a row."""
    return type(said) is int and 0 < said <= LARGEST


def _facts_of(session: Session, one: Evaluation, *, current: bool, named: bool) -> EvaluationFacts:
    return EvaluationFacts(
        id=one.key,
        at=one.uploaded_at,
        dataset=" · ".join(part for part in (one.dataset, one.dataset_version) if part),
        split=one.split,
        provenance=one.provenance.value,
        current=current,
        threshold=one.threshold,
        named=named,
        values=tuple(_value(row) for row in evaluation.results(session, one.key)),
    )


def _value(row: MetricResult) -> MeasuredValue:
    return MeasuredValue(
        row.metric,
        row.slice_attribute,
        row.slice_value,
        row.value,
        row.low,
        row.high,
        row.level,
        row.method,
        row.n,
    )


def facts(model: RegisteredModel, version: ModelVersion) -> dict[str, Any]:
    """Answers that the registry gives by itself, by field path; None where it is silent."""
    undecided = model.regulatory_class is RegulatoryClass.UNDECIDED
    return {
        "model_details.name": model.name,
        "model_details.version": str(version.version),
        "model_details.task": version.task.value,
        "model_details.artifact": _artifact(version),
        "technical_specification.environment": version.environment_ref,
        "technical_specification.code_ref": version.code_ref,
        "technical_specification.seed": None if version.seed is None else str(version.seed),
        "governance.risk_tier": model.materiality.value,
        "governance.risk_reason": model.materiality_reason,
        "governance.regulatory_class": None if undecided else [model.regulatory_class.value],
        "governance.next_review_at": model.next_review_at.date().isoformat() if model.next_review_at else None,
    }


def first_draft(session: Session, version_id: int) -> Content:
    """A first card: recorded facts, and suggestions where the registry nearly knows the answer."""
    version = registry.version_by_id(session, version_id)
    suggested: Content = {
        "model_details": {
            "predecessor": "first" if version.version == 1 else str(version.version - 1),
            "what_changed": version.change_note,
        }
    }
    current = [one.key for one in evaluation.current(session, version_id)]
    suggested["quantitative_analyses"] = {"evaluations": current}
    return validated(filled(suggested, gather(session, version_id, suggested)))


def carried_over(content: Mapping[str, Any], from_number: int) -> Content:
    """Take an earlier version's card as a start: its words, without its figures and its story of what changed."""
    kept: Content = {key: dict(value) for key, value in content.items() if key not in {"provenance", "retirement"}}
    details = kept.setdefault("model_details", {})
    details.pop("what_changed", None)
    details.pop("substantial_modification", None)
    details["predecessor"] = str(from_number)
    analyses = kept.get("quantitative_analyses", {})
    for name in ("evaluations", "results", "group_results", "robustness", "graphics"):
        analyses.pop(name, None)
    return kept


def _artifact(version: ModelVersion) -> dict[str, Any] | None:
    known = {
        "uri": version.artifact_uri,
        "sha256": version.artifact_sha256,
        "size": version.artifact_size,
        "format": version.artifact_format,
    }
    return {key: value for key, value in known.items() if value is not None} or None
