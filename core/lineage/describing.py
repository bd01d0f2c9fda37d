"""What a reader wants to know about a node, and the facts that make it what it is."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from core import clock
from core.digest import short
from core.lineage.dataset import Dataset, DatasetVersion
from core.lineage.graph import Described
from core.lineage.node import Node, NodeKind
from core.lineage.run import Run
from core.registry.address import reference
from core.registry.model import RegisteredModel
from core.registry.stage import Alias, ModelAlias
from core.registry.version import ModelVersion


def describe(session: Session, nodes: Sequence[Node], hidden: Mapping[Node, int]) -> list[Described]:
    """Describe nodes in the order given; what is kept by a room above is known by its name only."""
    versions = _versions(session, _names(nodes, NodeKind.MODEL_VERSION))
    data = _data(session, _names(nodes, NodeKind.DATASET_VERSION))
    runs = _runs(session, _names(nodes, NodeKind.RUN))
    sets = {row.name: row for row in session.exec(_datasets(_names(nodes, NodeKind.DATASET)))}
    found: list[Described] = []
    for node in nodes:
        title, facts = node.name, tuple[tuple[str, str], ...]()
        if node.name in versions and node.kind is NodeKind.MODEL_VERSION:
            title, facts = _about_version(*versions[node.name])
        elif node.name in data and node.kind is NodeKind.DATASET_VERSION:
            title, facts = _about_data(*data[node.name])
        elif node.name in runs and node.kind is NodeKind.RUN:
            title, facts = _about_run(runs[node.name])
        elif node.name in sets and node.kind is NodeKind.DATASET:
            row = sets[node.name]
            title, facts = row.title, _facts(("Origin", row.origin), ("Licence", row.licence))
        found.append(Described(node, node.name, title, facts, known=bool(facts), hidden=hidden.get(node, 0)))
    return found


def identities(session: Session, nodes: Sequence[Node]) -> dict[Node, dict[str, Any]]:
    """The facts that make a node what it is, for a fingerprint; names alone where nothing more is known."""
    versions = _versions(session, _names(nodes, NodeKind.MODEL_VERSION))
    data = _data(session, _names(nodes, NodeKind.DATASET_VERSION))
    runs = _runs(session, _names(nodes, NodeKind.RUN))
    found: dict[Node, dict[str, Any]] = {}
    for node in nodes:
        match node.kind:
            case NodeKind.MODEL_VERSION if node.name in versions:
                version = versions[node.name][1]
                found[node] = {
                    "artifact": version.artifact_sha256,
                    "code": version.code_ref,
                    "data": sorted(version.data_digests),
                    "environment": version.environment_ref,
                    "seed": None if version.seed is None else str(version.seed),
                }
            case NodeKind.DATASET_VERSION if node.name in data:
                found[node] = {"digest": data[node.name][1].digest}
            case NodeKind.RUN if node.name in runs:
                run = runs[node.name]
                found[node] = {"code": run.code_ref, "environment": run.environment_ref}
            case _:
                found[node] = {}
    return found


def addresses_by_digest(session: Session, digests: Sequence[str]) -> dict[str, list[str]]:
    """The registered data behind fingerprints: `{"sha256:…": ["loanapp@1"]}`."""
    if not digests:
        return {}
    rows = session.exec(
        select(DatasetVersion.digest, Dataset.name, DatasetVersion.version)
        .join(Dataset, col(Dataset.id) == col(DatasetVersion.dataset_id))
        .where(col(DatasetVersion.digest).in_(digests))
        .order_by(Dataset.name, DatasetVersion.version)
    )
    found: dict[str, list[str]] = {}
    for fingerprint, name, version in rows:
        found.setdefault(fingerprint, []).append(f"{name}@{version}")
    return found


def versions_of(session: Session, names: Sequence[str]) -> list[str]:
    """Addresses of every version of these data sets."""
    if not names:
        return []
    rows = session.exec(
        select(Dataset.name, DatasetVersion.version)
        .join(Dataset, col(Dataset.id) == col(DatasetVersion.dataset_id))
        .where(col(Dataset.name).in_(names))
        .limit(200)
    )
    return [f"{name}@{version}" for name, version in rows]


def _names(nodes: Iterable[Node], kind: NodeKind) -> list[str]:
    return [node.name for node in nodes if node.kind is kind]


def _datasets(names: Sequence[str]) -> Any:
    return select(Dataset).where(col(Dataset.name).in_(names))


def _versions(session: Session, names: Sequence[str]) -> dict[str, tuple[RegisteredModel, ModelVersion, bool]]:
    wanted = [reference(name) for name in names]
    if not wanted:
        return {}
    rows = session.exec(
        select(RegisteredModel, ModelVersion)
        .join(ModelVersion, col(ModelVersion.model_id) == col(RegisteredModel.id))
        .where(
            col(RegisteredModel.slug).in_({slug for slug, _ in wanted}),
            col(ModelVersion.version).in_({number for _, number in wanted}),
        )
    ).all()
    champions = set(session.exec(select(ModelAlias.version_id).where(ModelAlias.alias == Alias.CHAMPION)))
    return {f"{model.slug}@{row.version}": (model, row, row.id in champions) for model, row in rows}


def _data(session: Session, names: Sequence[str]) -> dict[str, tuple[Dataset, DatasetVersion]]:
    owners = {name.rpartition("@")[0] for name in names}
    rows = session.exec(
        select(Dataset, DatasetVersion)
        .join(DatasetVersion, col(DatasetVersion.dataset_id) == col(Dataset.id))
        .where(col(Dataset.name).in_(owners))
    )
    return {f"{owner.name}@{row.version}": (owner, row) for owner, row in rows}


def _runs(session: Session, names: Sequence[str]) -> dict[str, Run]:
    return {row.name: row for row in session.exec(select(Run).where(col(Run.name).in_(names)))}


def _about_version(
    model: RegisteredModel, version: ModelVersion, champion: bool
) -> tuple[str, tuple[tuple[str, str], ...]]:
    return f"{model.name}, version {version.version}", _facts(
        ("Stage", version.stage.words),
        ("Champion", "yes" if champion else ""),
        ("Materiality", model.materiality.value),
        ("Fingerprint", short(version.artifact_sha256) if version.artifact_sha256 else "none"),
        ("Code", version.code_ref or ""),
    )


def _about_data(owner: Dataset, row: DatasetVersion) -> tuple[str, tuple[tuple[str, str], ...]]:
    covers = f"{row.covers_from} to {row.covers_to}" if row.covers_from and row.covers_to else ""
    return f"{owner.title}, version {row.version}", _facts(
        ("Rows", f"{row.rows:,}" if row.rows is not None else ""),
        ("Covers", covers),
        ("Fingerprint", short(row.digest)),
        ("Licence", owner.licence),
        ("Note", row.note),
    )


def _about_run(run: Run) -> tuple[str, tuple[tuple[str, str], ...]]:
    return run.title, _facts(
        ("Code", run.code_ref),
        ("Environment", run.environment_ref),
        ("Ended", clock.rfc3339(run.ended_at) if run.ended_at else ""),
    )


def _facts(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in pairs if value)
