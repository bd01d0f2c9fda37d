"""The verbs that add to what was measured. Nothing here is ever changed: a better upload is a new evaluation."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from core.access import permission
from core.access.permission import ANYWHERE, Permission
from core.access.person import Person, ReviewRole
from core.audit.actor import Actor
from core.audit.event import Event, Subject
from core.errors import ConflictError, InputError
from core.evaluation import content, intake, kept, queries
from core.evaluation.evaluation import Evaluation, MetricResult
from core.evaluation.evaluation_set import EvaluationSet
from core.evaluation.intake import Measured
from core.evaluation.provenance import Provenance
from core.evaluation.set_intake import PreparedSet
from core.evaluation.upload import DataName, Spec
from core.lineage import actions as lineage
from core.lineage.node import EdgeKind, Node, NodeKind
from core.metrics.measuring import Progress, silent
from core.registry import queries as registry
from core.registry.model import RegisteredModel
from core.registry.version import ModelVersion, Task
from core.store.store import Store
from core.store.transaction import Transaction
from core.tabular.limits import DEFAULT, Limits


def register_set(tx: Transaction, prepared: PreparedSet) -> EvaluationSet:
    """Register an evaluation set.

    Raises:
        AccessError: the actor is neither validator nor administrator.
        ConflictError: the name is taken; a set is never changed.
    """
    person = permission.require(tx.session, tx.actor, Permission.REGISTER_EVALUATION_SET, ANYWHERE)
    said = prepared.said
    if queries.find_set(tx.session, said.name) is not None:
        raise ConflictError(
            f"There is already an evaluation set {said.name}.", "A set is never changed: take a new name."
        )
    tx.blobs.note(tx.session, prepared.blob, kept.MEDIA_TYPE, tx.now)
    row = tx.add(
        EvaluationSet(
            name=said.name,
            description=said.description.strip(),
            task=said.task,
            dataset=said.dataset.name,
            dataset_version=said.dataset.version,
            split=said.dataset.split,
            rows=prepared.rows,
            label=said.columns.label or "",
            groups=list(said.columns.groups),
            cluster=said.columns.cluster,
            weight=said.columns.weight,
            classes=prepared.classes,
            independence=said.independence,
            independence_reason=said.independence_reason.strip(),
            digest=prepared.blob,
            file_digest=prepared.file_digest,
            registered_by=person.key,
            registered_at=tx.now,
        )
    )
    tx.record(
        Event.EVALUATION_SET_REGISTERED,
        Subject("evaluation_set", said.name),
        digest=prepared.blob,
        rows=prepared.rows,
        independence=said.independence.value,
    )
    return row


def accept_upload(tx: Transaction, model_slug: str, number: int, measured: Measured) -> Evaluation:
    """Store what `intake.measure_upload` computed; the newest upload per set, or per dataset and split, is current.

    The same person sending the same file again gets the evaluation that is there, and no use of the set is counted.

    Raises:
        AccessError: the actor may not upload for this model.
        NotFoundError: no such version.
        InputError: the version has another task.
    """
    version = registry.version(tx.session, model_slug, number)
    model = registry.model_by_id(tx.session, version.model_id)
    person = permission.require(tx.session, tx.actor, Permission.UPLOAD_EVALUATION, model.scope)
    require_task(version, measured.spec.task)
    measured = _own_labels(tx, version, person, measured)
    data = _data(tx, measured)
    results = _results(measured)
    row = Evaluation(
        version_id=version.key,
        set_id=measured.set_id,
        dataset=data.name,
        dataset_version=data.version,
        split=data.split,
        task=measured.spec.task,
        provenance=measured.provenance,
        uploaded_by=person.key,
        uploaded_at=tx.now,
        as_validator=signs_as_validator(tx, person, model),
        file_digest=measured.file_digest,
        blob=measured.blob,
        digest="",
        rows=measured.rows,
        columns=_columns(measured.spec),
        classes=measured.assembled.classes,
        positive=measured.assembled.positive,
        threshold=measured.assembled.threshold,
        clustered=_clustered(measured),
        weighted=measured.assembled.rows.design.weight is not None,
        warnings=measured.warnings,
        set_use=None if measured.set_id is None else queries.uses(tx.session, measured.set_id) + 1,
    )
    row.digest = content.address(tx.session, row, results)
    for there in queries.current(tx.session, version.key):
        same = (there.digest, there.uploaded_by, there.as_validator)
        if same == (row.digest, row.uploaded_by, row.as_validator):
            return there
    if measured.blob is not None:
        tx.blobs.note(tx.session, measured.blob, kept.MEDIA_TYPE, tx.now)
    tx.add(row)
    for result in results:
        result.evaluation_id = row.key
    tx.session.add_all(results)
    tx.session.flush()
    tx.record(
        Event.EVALUATION_UPLOADED,
        Subject("evaluation", row.address),
        model=model.slug,
        version=version.version,
        digest=row.digest,
        file=measured.file_digest,
        provenance=measured.provenance.value,
        set=None if measured.set_id is None else data.name,
        set_use=row.set_use,
        as_validator=row.as_validator,
    )
    _link(tx, model, version, measured)
    tx.concerns(model.key)
    return row


def upload(
    store: Store,
    actor: Actor,
    version_of: tuple[str, int],
    source: Path,
    name: str,
    *,
    spec: Spec,
    progress: Progress = silent,
    limits: Limits = DEFAULT,
    changing: Callable[[], AbstractContextManager[Transaction]] | None = None,
) -> Evaluation:
    """Measure a file and store the result: what every door calls. Who may not upload is told before any work is done.

    Args:
        store: where to.
        actor: who uploads.
        version_of: slug of the model and number of its version.
        source: the file as it arrived.
        name: what its sender called it.
        spec: which column plays which part.
        progress: is told the share done and what comes next.
        limits: how much is acceptable.
        changing: opens the transaction, where a door has more to do in it; by default the store's own.

    Raises:
        GovernanceError: as `intake.measure_upload` and `accept_upload`; nothing is stored then.
    """
    model_slug, number = version_of
    opened = changing or (lambda: store.transaction(actor))
    with store.reading() as session:
        version = registry.version(session, model_slug, number)
        scope = registry.model_by_id(session, version.model_id).scope
        permitted = permission.may(session, actor, Permission.UPLOAD_EVALUATION, scope)
    require_task(version, spec.task)
    if not permitted:
        with opened() as tx:  # refused here, so that the refusal is recorded
            permission.require(tx.session, tx.actor, Permission.UPLOAD_EVALUATION, scope)
    measured = intake.measure_upload(store, model_slug, source, name, spec, progress=progress, limits=limits)
    with opened() as tx:
        return accept_upload(tx, model_slug, number, measured)


def require_task(version: ModelVersion, task: Task) -> None:
    """Refuse results of another kind than the version gives.

    Raises:
        InputError: the tasks differ.
    """
    if version.task is not task:
        raise InputError(
            f"Version {version.version} is registered for: {version.task.words}.", "Choose that task for the upload."
        )


def signs_as_validator(tx: Transaction, person: Person, model: RegisteredModel) -> bool:
    """Tell whether somebody holds the role of risk reviewer for this model at this moment."""
    return any(
        role is ReviewRole.RISK_REVIEWER and reach.covers(model.scope)
        for role, reach in permission.grants_of(tx.session, person.key)
    )


def _own_labels(tx: Transaction, version: ModelVersion, person: Person, measured: Measured) -> Measured:
    """Mark labels as the uploader's own where the developer of the version also registered the set."""
    if measured.set_id is None or version.registered_by != person.key:
        return measured
    supplied = queries.set_by_id(tx.session, measured.set_id).registered_by == person.key
    return replace(measured, provenance=Provenance.RECOMPUTED_OWN_LABELS) if supplied else measured


def _data(tx: Transaction, measured: Measured) -> DataName:
    if measured.set_id is None:
        if measured.spec.dataset is None:
            raise InputError("Nobody said which data was measured on.", "Name the dataset.")
        return measured.spec.dataset
    found = queries.set_by_id(tx.session, measured.set_id)
    return DataName(name=found.name, version=found.dataset_version, split=found.split)


def _columns(spec: Spec) -> dict[str, object]:
    said = spec.columns.model_dump(mode="json", exclude_defaults=True)
    return said | ({"reference": dict(spec.reference)} if spec.reference else {})


def _clustered(measured: Measured) -> bool:
    return measured.assembled.rows.design.words.split(" in ")[0].endswith("clusters")


def _results(measured: Measured) -> list[MetricResult]:
    """Every number as a row, and what was stated beside it; the evaluation's key is filled in once it has one."""
    stated = dict(measured.spec.reported)
    found = [
        MetricResult.of(value, 0, stated.pop(value.metric.value, None) if value.slice is None else None)
        for value in measured.values
    ]
    # What is left was stated, and is nothing that Signoff computes.
    found += [
        MetricResult(
            evaluation_id=0,
            metric=name[:60],
            level=measured.spec.level,
            method="reported only",
            n=measured.rows,
            reported=number,
        )
        for name, number in stated.items()
    ]
    return found


def _link(tx: Transaction, model: RegisteredModel, version: ModelVersion, measured: Measured) -> None:
    """Record on what the version was evaluated; lineage names only what is registered."""
    if measured.set_id is None:
        return
    found = queries.set_by_id(tx.session, measured.set_id)
    lineage.link(
        tx,
        Node(NodeKind.MODEL_VERSION, f"{model.slug}@{version.version}"),
        Node(NodeKind.EVALUATION_SET, found.name),
        EdgeKind.EVALUATED_ON,
    )
