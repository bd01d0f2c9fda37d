"""From an untrusted file to numbers, before any lock is taken: parse, keep what counts, join, measure.

The transaction that follows (`actions.accept_upload`) only writes; so a file of a million rows keeps nobody waiting.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from sqlmodel import Session

from core import digest
from core.digest import Digest
from core.errors import EvidenceError, InputError
from core.evaluation import assembling, kept, queries
from core.evaluation.assembling import Assembled, Reading
from core.evaluation.evaluation_set import EvaluationSet
from core.evaluation.provenance import Provenance
from core.evaluation.upload import Columns, Spec, word
from core.metrics import measuring
from core.metrics.measured import MeasuredValue
from core.metrics.measuring import Progress, silent
from core.registry.version import Task
from core.store.blobs import Blobs
from core.store.pseudonym import Pseudonyms
from core.store.store import Store
from core.tabular import reading
from core.tabular.limits import DEFAULT, Limits

_REPORTED_TOLERANCE = 0.005


@dataclass(frozen=True, slots=True)
class Measured:
    """An upload that was read and measured and waits to be accepted.

    Attributes:
        spec: how the file was read.
        provenance: how much of the numbers Signoff can answer for.
        set_id: the evaluation set that gave the labels.
        set_digest: its fingerprint at that moment.
        file_digest: fingerprint of the file as it arrived.
        blob: fingerprint of what is kept of it; its bytes are already among the files, not yet noted.
        rows: how many were measured.
        assembled: the rows, for drawing.
        values: every number.
        warnings: sentences a reader must know.
    """

    spec: Spec
    provenance: Provenance
    set_id: int | None
    set_digest: str | None
    file_digest: Digest
    blob: Digest | None
    rows: int
    assembled: Assembled
    values: list[MeasuredValue]
    warnings: list[str]


def measure_upload(
    store: Store,
    model: str,
    source: Path,
    name: str,
    spec: Spec,
    *,
    progress: Progress = silent,
    limits: Limits = DEFAULT,
) -> Measured:
    """Read a file of predictions and compute everything about it; changes nothing that anybody can see.

    Args:
        store: where evaluation sets and keys are.
        model: slug of the model, within which equal ids stay equal.
        source: the file as it arrived.
        name: what its sender called it.
        spec: which column plays which part.
        progress: is told the share done and what comes next.
        limits: how much is acceptable.

    Raises:
        EvidenceError: the file cannot carry the claim.
        InputError: the specification does not fit the file or the set.
        NotFoundError: there is no such evaluation set.
    """
    progress(0.0, "Reading the file")
    found_set = _set(store, spec)
    table = reading.read(source, name, limits, spec.columns.used() if found_set is None else _brought(spec))
    file_digest = digest.of_file(source)
    progress(0.25, "Replacing identifiers")
    realm = f"model:{model}" if found_set is None else f"evaluation_set:{found_set.name}"
    ours = kept.keep(table, _without_groups(spec, found_set), spec.task, store.pseudonyms, realm)
    del table
    progress(0.40, "Joining labels")
    together = ours if found_set is None else _labelled(store.blobs, found_set, ours)
    assembled = assembling.assemble(together, _how(spec, found_set))
    values = measuring.measure(
        assembled.rows,
        assembled.groupings,
        level=spec.level,
        prevalence=spec.prevalence,
        progress=lambda done, words: progress(0.45 + 0.55 * done, words),
    )
    blob = store.blobs.put(kept.written(ours))  # only now, so that a file that is refused leaves nothing behind
    warnings = assembled.warnings + _differences(spec.reported, values)
    if found_set is None and spec.columns.id is None:
        warnings.append("Without ids these results cannot be compared with another version row by row.")
    return Measured(
        spec=spec,
        provenance=Provenance.RECOMPUTED_OWN_LABELS if found_set is None else Provenance.RECOMPUTED,
        set_id=None if found_set is None else found_set.key,
        set_digest=None if found_set is None else found_set.digest,
        file_digest=file_digest,
        blob=blob,
        rows=len(assembled.rows),
        assembled=assembled,
        values=values,
        warnings=warnings,
    )


@dataclass(frozen=True, slots=True)
class Tried:
    """Numbers of a file that is stored nowhere."""

    assembled: Assembled
    values: list[MeasuredValue]
    warnings: list[str]


def try_out(
    source: Path,
    name: str,
    spec: Spec,
    pseudonyms: Pseudonyms,
    *,
    progress: Progress = silent,
    limits: Limits = DEFAULT,
) -> Tried:
    """Compute everything about a file with its own labels and keep none of it.

    Raises:
        EvidenceError: the file cannot carry the numbers.
        InputError: the specification does not fit the file, or names an evaluation set.
    """
    if spec.set is not None:
        raise InputError("A file to try out brings its own labels.", "Leave the evaluation set out.")
    progress(0.0, "Reading the file")
    table = reading.read(source, name, limits, spec.columns.used())
    ours = kept.keep(table, spec.columns, spec.task, pseudonyms, "try-out")
    assembled = assembling.assemble(ours, _how(spec, None))
    values = measuring.measure(
        assembled.rows,
        assembled.groupings,
        level=spec.level,
        prevalence=spec.prevalence,
        progress=lambda done, words: progress(0.3 + 0.7 * done, words),
    )
    return Tried(assembled, values, assembled.warnings + _differences(spec.reported, values))


def _set(store: Store, spec: Spec) -> EvaluationSet | None:
    if spec.set is None:
        return None
    with store.reading() as session:
        found = queries.evaluation_set(session, spec.set)
    if found.task is not spec.task:
        raise InputError(
            f"The evaluation set {found.name} is for: {found.task.words}.",
            "Choose the task of the set, or another set.",
        )
    if strange := sorted(set(spec.columns.groups) - set(found.groups)):
        raise InputError(
            f"The evaluation set {found.name} has no group column {strange[0]!r}.",
            f"Its group columns are: {', '.join(found.groups) or 'none'}.",
        )
    return found


def _brought(spec: Spec) -> list[str]:
    """The columns read from a file whose labels and groups come from a set."""
    columns = spec.columns
    return columns.model_copy(update={"groups": ()}).used()


def _without_groups(spec: Spec, found_set: EvaluationSet | None) -> Columns:
    return spec.columns if found_set is None else spec.columns.model_copy(update={"groups": ()})


def _labelled(blobs: Blobs, found_set: EvaluationSet, ours: pa.Table) -> pa.Table:
    labels = kept.loaded(str(blobs.local(found_set.digest)))
    return assembling.joined(ours, labels, found_set.name)


def _how(spec: Spec, found_set: EvaluationSet | None) -> Reading:
    return Reading(
        task=spec.task,
        positive=None if spec.positive is None else word(spec.positive),
        threshold=spec.threshold,
        groups=spec.columns.groups or None,
        reference=spec.reference,
        classes=None if found_set is None or spec.task is not Task.MULTICLASS else found_set.classes,
    )


def _differences(reported: Mapping[str, float], values: list[MeasuredValue]) -> list[str]:
    """Say which stated numbers the file does not bear out."""
    overall = {value.metric.value: value for value in values if value.slice is None}
    found = []
    for name, stated in reported.items():
        computed = overall.get(name)
        if computed is None or computed.value is None:
            found.append(f"The reported {name} of {stated:g} could not be recomputed.")
        elif abs(computed.value - stated) > _REPORTED_TOLERANCE:
            found.append(f"The reported {name} is {stated:g}; recomputed it is {computed.value:.4g}.")
    return found


def rows_of(session: Session, blobs: Blobs, evaluation_id: int) -> Assembled:
    """Read the kept rows of an evaluation again, to draw its curves or to compare it.

    Raises:
        EvidenceError: nothing is kept of it, because its numbers were only reported.
        NotFoundError: the kept bytes were erased.
        IntegrityError: they no longer match their fingerprint.
    """
    found = queries.evaluation(session, evaluation_id)
    table, how = table_of(session, blobs, evaluation_id)
    return assembling.assemble(table, how) if found.blob else _nothing_kept(found.address)


def table_of(session: Session, blobs: Blobs, evaluation_id: int) -> tuple[pa.Table, Reading]:
    """The kept table of an evaluation with its labels, and how to read it; raises as `rows_of`."""
    found = queries.evaluation(session, evaluation_id)
    if found.blob is None:
        _nothing_kept(found.address)
    table = kept.loaded(str(blobs.local(str(found.blob))))
    if found.set_id is not None:
        table = _labelled(blobs, queries.set_by_id(session, found.set_id), table)
    reference = dict(found.columns.get("reference") or {})
    groups = found.columns.get("groups") or None
    return table, Reading(found.task, found.positive, found.threshold, groups, reference, found.classes)


def _nothing_kept(address: str) -> Assembled:
    raise EvidenceError(f"Nothing is kept of {address}: its numbers were reported.", "Upload the predictions.")
