"""The verbs that add to lineage. Nothing is ever changed or taken away; a wrong edge is answered by a right one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from core import digest
from core.access import permission
from core.access.permission import ANYWHERE, Permission
from core.audit.event import Event, Subject
from core.errors import ConflictError, InputError
from core.lineage import queries
from core.lineage.dataset import Dataset, DatasetVersion
from core.lineage.edge import Edge
from core.lineage.graph import closes_circle
from core.lineage.node import LONGEST_NAME, EdgeKind, Link, Node, NodeKind
from core.lineage.run import Run
from core.registry.address import slug
from core.store.transaction import Transaction

_ENDS = {
    EdgeKind.TRAINED_ON: (
        {NodeKind.MODEL_VERSION, NodeKind.RUN},
        {NodeKind.DATASET, NodeKind.DATASET_VERSION},
    ),
    EdgeKind.EVALUATED_ON: (
        {NodeKind.MODEL_VERSION},
        {NodeKind.EVALUATION_SET, NodeKind.DATASET, NodeKind.DATASET_VERSION},
    ),
    EdgeKind.DERIVED_FROM: (
        {NodeKind.MODEL_VERSION, NodeKind.RUN, NodeKind.DATASET, NodeKind.DATASET_VERSION, NodeKind.EVALUATION_SET},
        {NodeKind.MODEL_VERSION, NodeKind.RUN, NodeKind.DATASET, NodeKind.DATASET_VERSION},
    ),
    EdgeKind.DEPLOYED_TO: ({NodeKind.MODEL_VERSION}, {NodeKind.ENVIRONMENT}),
}
"""What each kind of edge may start from and lead to."""


def register_dataset(
    tx: Transaction, *, name: str, title: str, description: str = "", origin: str = "", licence: str = ""
) -> Dataset:
    """Register a body of data.

    Raises:
        AccessError: the actor may not.
        InputError: the name cannot be used, or the title is empty.
        ConflictError: the name is taken.
    """
    person = permission.require(tx.session, tx.actor, Permission.LINK_LINEAGE, ANYWHERE)
    slug(name, "data set")
    if not title.strip():
        raise InputError("A data set needs a title.", "Say in a few words what it holds.")
    if queries.find_dataset(tx.session, name) is not None:
        raise ConflictError(f"There is already a data set {name}.", "Register a new version of it.")
    row = tx.add(
        Dataset(
            name=name,
            title=title.strip(),
            description=description.strip(),
            origin=origin.strip(),
            licence=licence.strip(),
            registered_by=person.key,
            registered_at=tx.now,
        )
    )
    tx.record(Event.DATASET_REGISTERED, Subject("dataset", name))
    return row


@dataclass(frozen=True, slots=True)
class Data:
    """What is known of one version of a data set; `covers_from` and `covers_to` are days, both included."""

    digest: str
    rows: int | None = None
    covers_from: date | None = None
    covers_to: date | None = None
    uri: str = ""
    note: str = ""


def register_dataset_version(tx: Transaction, name: str, version: str, data: Data) -> DatasetVersion:
    """Register the exact bytes that were used.

    Raises:
        AccessError: the actor may not.
        NotFoundError: no such data set.
        InputError: the version or the fingerprint cannot be used.
        ConflictError: this version is there with another fingerprint; the same one again gives what is there.
    """
    person = permission.require(tx.session, tx.actor, Permission.LINK_LINEAGE, ANYWHERE)
    owner = queries.dataset(tx.session, name)
    slug(version, "version of data")
    fingerprint = digest.parse(data.digest)
    if data.rows is not None and data.rows < 0:
        raise InputError("A number of rows is never negative.", "Count the records, or leave it out.")
    if (there := queries.find_dataset_version(tx.session, name, version)) is not None:
        if there.digest != fingerprint:
            raise ConflictError(f"{name}@{version} is registered with other bytes.", "Give these bytes a new version.")
        return there
    row = tx.add(
        DatasetVersion(
            dataset_id=owner.key,
            version=version,
            digest=fingerprint,
            rows=data.rows,
            covers_from=data.covers_from,
            covers_to=data.covers_to,
            uri=data.uri,
            note=data.note,
            registered_by=person.key,
            registered_at=tx.now,
        )
    )
    tx.record(Event.DATASET_VERSION_REGISTERED, Subject("dataset_version", f"{name}@{version}"), digest=fingerprint)
    return row


@dataclass(frozen=True, slots=True)
class Work:
    """What is known of a run; `parameters` are plain JSON values."""

    title: str
    code_ref: str = ""
    environment_ref: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)
    started_at: datetime | None = None
    ended_at: datetime | None = None


def record_run(tx: Transaction, name: str, work: Work) -> Run:
    """Record a run as the work of the actor.

    Raises:
        AccessError: the actor may not.
        InputError: the name cannot be used, there is no title, or it ended before it started.
        ConflictError: the name is taken.
    """
    person = permission.require(tx.session, tx.actor, Permission.LINK_LINEAGE, ANYWHERE)
    slug(name, "run")
    if not work.title.strip():
        raise InputError("A run needs a title.", "Say in a few words what it did.")
    if work.started_at and work.ended_at and work.ended_at < work.started_at:
        raise InputError("The run ended before it started.", "Check both moments and their offsets.")
    if queries.find_run(tx.session, name) is not None:
        raise ConflictError(f"There is already a run {name}.", "A run is a fact: record the new one under a new name.")
    row = tx.add(
        Run(
            name=name,
            title=work.title.strip(),
            code_ref=work.code_ref,
            environment_ref=work.environment_ref,
            parameters=dict(work.parameters),
            started_at=work.started_at,
            ended_at=work.ended_at,
            ran_by=person.key,
            recorded_at=tx.now,
        )
    )
    tx.record(
        Event.RUN_RECORDED,
        Subject("run", name),
        code=work.code_ref,
        environment=work.environment_ref,
        parameters=digest.of_bytes(json.dumps(row.parameters, sort_keys=True).encode()),
    )
    return row


def link(tx: Transaction, source: Node, target: Node, kind: EdgeKind) -> Edge:
    """Record that one thing hangs on another; saying it twice gives what is there.

    Edges of origin need a permission. `evaluated_on` and `deployed_to` follow from an upload or a rollout, whose own
    action has asked for its own.

    Args:
        tx: the transaction.
        source: what hangs on the target: a version that was trained, evaluated, deployed.
        target: what it was trained on, evaluated on, deployed to, or comes from.
        kind: how.

    Raises:
        AccessError: the actor may not say where something comes from.
        NotFoundError: one of the two is registered nowhere.
        InputError: such things do not hang together in this way, or something would come from itself.
    """
    if kind.is_origin:
        permission.require(tx.session, tx.actor, Permission.LINK_LINEAGE, ANYWHERE)
    from_, to = _ENDS[kind]
    if source.kind not in from_ or target.kind not in to:
        raise InputError(
            f"A {source.kind.words.lower()} is never said to be “{kind.words}” a {target.kind.words.lower()}.",
            "Check the direction: it reads source, kind, target.",
        )
    for end in (source, target):
        if not 0 < len(end.name) <= LONGEST_NAME:
            raise InputError("A name in the lineage has 1 to 200 characters.", "Shorten it.")
        queries.require_known(tx.session, end)
    said = Link(source, kind, target)
    if (there := queries.find_edge(tx.session, said)) is not None:
        return there
    if closes_circle(said, lambda node: queries.origins(tx.session, node)):
        raise InputError(f"{source.name} would come from itself.", "Check the direction: the source came later.")
    row = tx.add(
        Edge(
            source_kind=source.kind,
            source_name=source.name,
            kind=kind,
            target_kind=target.kind,
            target_name=target.name,
            recorded_by=tx.actor.person_id,
            recorded_at=tx.now,
        )
    )
    tx.record(Event.LINEAGE_LINKED, Subject(source.kind.value, source.name), kind=kind.value, target=str(target))
    if kind.is_origin:
        tx.concerns(None)  # whatever comes from the source now comes from the target too
    return row
