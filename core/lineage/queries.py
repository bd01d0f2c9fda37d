"""Reads of lineage: what is recorded, what follows from the registry, and what a version came from."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import String, and_, cast, or_
from sqlmodel import Session, col, select

from core import digest
from core.digest import Digest
from core.errors import NotFoundError
from core.lineage import describing
from core.lineage.dataset import Dataset, DatasetVersion
from core.lineage.edge import Edge
from core.lineage.graph import Graph, upstream
from core.lineage.node import EdgeKind, Link, Node, NodeKind
from core.lineage.run import Run
from core.registry import queries as registry
from core.registry.address import reference
from core.registry.model import RegisteredModel
from core.registry.version import ModelVersion

WIDEST = 120
"""Most nodes in one picture; beyond it the rest is counted, not drawn."""


def find_dataset(session: Session, name: str) -> Dataset | None:
    """Find a data set by name."""
    return session.exec(select(Dataset).where(Dataset.name == name)).first()


def dataset(session: Session, name: str) -> Dataset:
    """Find a data set; NotFoundError when there is none."""
    if (found := find_dataset(session, name)) is None:
        raise NotFoundError(f"There is no data set {name}.", "Register it first, or check the spelling.")
    return found


def find_dataset_version(session: Session, name: str, version: str) -> DatasetVersion | None:
    """Find a version of a data set."""
    return session.exec(
        select(DatasetVersion)
        .join(Dataset, col(Dataset.id) == col(DatasetVersion.dataset_id))
        .where(Dataset.name == name, DatasetVersion.version == version)
    ).first()


def find_run(session: Session, name: str) -> Run | None:
    """Find a run by name."""
    return session.exec(select(Run).where(Run.name == name)).first()


def find_edge(session: Session, link: Link) -> Edge | None:
    """Find an edge that was recorded."""
    return session.exec(
        select(Edge).where(
            Edge.source_kind == link.source.kind,
            Edge.source_name == link.source.name,
            Edge.kind == link.kind,
            Edge.target_kind == link.target.kind,
            Edge.target_name == link.target.name,
        )
    ).first()


def require_known(session: Session, node: Node) -> None:
    """Refuse a node that is registered nowhere; evaluation sets and environments are kept by rooms above.

    Raises:
        NotFoundError: there is no such thing.
    """
    match node.kind:
        case NodeKind.DATASET:
            dataset(session, node.name)
        case NodeKind.DATASET_VERSION:
            name, _, number = node.name.rpartition("@")
            if find_dataset_version(session, name, number) is None:
                raise NotFoundError(f"There is no {node.name}.", "Register this version of the data set first.")
        case NodeKind.RUN:
            if find_run(session, node.name) is None:
                raise NotFoundError(f"There is no run {node.name}.", "Record it first, or check the spelling.")
        case NodeKind.MODEL_VERSION:
            registry.version(session, *reference(node.name))
        case NodeKind.EVALUATION_SET | NodeKind.ENVIRONMENT:
            pass


def links_of(session: Session, nodes: Collection[Node]) -> list[Link]:
    """Every edge that touches one of these nodes, recorded or following from the registry, sorted."""
    if not nodes:
        return []
    ends = [
        condition
        for kind, names in _by_kind(nodes).items()
        for condition in (
            and_(col(Edge.source_kind) == kind, col(Edge.source_name).in_(names)),
            and_(col(Edge.target_kind) == kind, col(Edge.target_name).in_(names)),
        )
    ]
    recorded = {row.link for row in session.exec(select(Edge).where(or_(*ends)))}
    said = {(one.source, one.kind, one.target) for one in recorded}
    derived = {one for one in _derived(session, nodes) if (one.source, one.kind, one.target) not in said}
    return sorted(recorded | derived)


def origins(session: Session, node: Node) -> list[Link]:
    """The edges that say where a node came from."""
    return [one for one in links_of(session, [node]) if one.source == node and one.kind.is_origin]


def around(session: Session, centre: Node, depth: int = 1) -> Graph:
    """The graph around a node, up to `depth` edges away in any direction.

    Raises:
        NotFoundError: there is no such node.
    """
    require_known(session, centre)
    nodes, edge_of_picture, links = {centre}, {centre}, set[Link]()
    cut = False
    for _ in range(depth):
        links |= set(links_of(session, edge_of_picture))
        reached = {end for one in links for end in (one.source, one.target)} - nodes
        kept = sorted(reached)[: max(0, WIDEST - len(nodes))]
        cut = cut or len(kept) < len(reached)
        edge_of_picture = set(kept)
        nodes |= edge_of_picture
    beyond = links_of(session, edge_of_picture)
    inside = sorted(one for one in links | set(beyond) if one.source in nodes and one.target in nodes)
    hidden = _hidden([*links, *beyond], nodes)
    return Graph(centre, tuple(describing.describe(session, sorted(nodes), hidden)), tuple(inside), cut)


def upstream_digest(session: Session, version_id: int) -> Digest:
    """Fingerprint everything a version came from: edges of origin, and the facts of what they lead to.

    Evaluations and deployments are not part of it: applying a request adds edges downstream and must not make its own
    approval stale.
    """
    start = version_node(session, version_id)
    links = upstream(start, lambda node: origins(session, node))
    nodes = sorted({start, *(one.target for one in links)})
    # Hashed in this shape: append only.
    return digest.of_json(
        {
            "v": 1,
            "nodes": {str(node): facts for node, facts in describing.identities(session, nodes).items()},
            "edges": [[str(one.source), one.kind.value, str(one.target)] for one in links],
        }
    )


def version_node(session: Session, version_id: int) -> Node:
    """The node of a model version."""
    return Node(NodeKind.MODEL_VERSION, registry.address(session, version_id))


def runs_upstream(session: Session, version_id: int) -> list[Run]:
    """The runs a version came from, by name; whoever ran them has a hand in it."""
    start = version_node(session, version_id)
    links = upstream(start, lambda node: origins(session, node))
    names = {one.target.name for one in links if one.target.kind is NodeKind.RUN}
    return list(session.exec(select(Run).where(col(Run.name).in_(names)).order_by(Run.name)))


def starting_points(session: Session, limit: int = 50) -> list[Node]:
    """Where a reader may begin: the newest versions, newest first."""
    wanted = (
        select(RegisteredModel.slug, ModelVersion.version)
        .join(RegisteredModel, col(RegisteredModel.id) == col(ModelVersion.model_id))
        .order_by(col(ModelVersion.id).desc())
        .limit(limit)
    )
    return [Node(NodeKind.MODEL_VERSION, f"{slug}@{number}") for slug, number in session.exec(wanted)]


def _by_kind(nodes: Iterable[Node]) -> dict[NodeKind, list[str]]:
    found: dict[NodeKind, list[str]] = {}
    for node in nodes:
        found.setdefault(node.kind, []).append(node.name)
    return found


def _hidden(links: Sequence[Link], nodes: Collection[Node]) -> dict[Node, int]:
    """Count for each node the neighbours that are not drawn."""
    beyond: dict[Node, set[Node]] = {}
    for one in links:
        for near, far in ((one.source, one.target), (one.target, one.source)):
            if near in nodes and far not in nodes:
                beyond.setdefault(near, set()).add(far)
    return {node: len(far) for node, far in beyond.items()}


def _derived(session: Session, nodes: Collection[Node]) -> set[Link]:
    """What follows from the registry: a version was trained on the data whose fingerprints it names."""
    names = _by_kind(nodes)
    return (
        _trained_on(session, names.get(NodeKind.MODEL_VERSION, []))
        | _training(session, names.get(NodeKind.DATASET_VERSION, []))
        | _versions_of(session, names)
    )


def _trained_on(session: Session, names: Sequence[str]) -> set[Link]:
    """From versions to the data whose fingerprints they name."""
    by_digest: dict[str, set[str]] = {}
    for name in names:
        for fingerprint in registry.version(session, *reference(name)).data_digests:
            by_digest.setdefault(fingerprint, set()).add(name)
    data = describing.addresses_by_digest(session, list(by_digest))
    return {
        Link(
            Node(NodeKind.MODEL_VERSION, name),
            EdgeKind.TRAINED_ON,
            Node(NodeKind.DATASET_VERSION, address),
            derived=True,
        )
        for fingerprint, users in by_digest.items()
        for name in users
        for address in data.get(fingerprint, ())
    }


def _training(session: Session, names: Sequence[str]) -> set[Link]:
    """From data to the versions that name its fingerprint."""
    found: set[Link] = set()
    for address in names:
        name, _, number = address.rpartition("@")
        data = find_dataset_version(session, name, number)
        if data is None:
            continue
        users = (
            select(RegisteredModel.slug, ModelVersion.version)
            .join(RegisteredModel, col(RegisteredModel.id) == col(ModelVersion.model_id))
            .where(cast(ModelVersion.data_digests, String).like(f"%{data.digest}%"))
            .limit(WIDEST)
        )
        found |= {
            Link(
                Node(NodeKind.MODEL_VERSION, f"{slug}@{version}"),
                EdgeKind.TRAINED_ON,
                Node(NodeKind.DATASET_VERSION, address),
                derived=True,
            )
            for slug, version in session.exec(users)
        }
    return found


def _versions_of(session: Session, names: dict[NodeKind, list[str]]) -> set[Link]:
    """Between a data set and its versions."""
    wanted = names.get(NodeKind.DATASET, [])
    owners = {address.rpartition("@")[0] for address in names.get(NodeKind.DATASET_VERSION, [])}
    addresses = {*names.get(NodeKind.DATASET_VERSION, []), *describing.versions_of(session, wanted)}
    return {
        Link(
            Node(NodeKind.DATASET_VERSION, address),
            EdgeKind.DERIVED_FROM,
            Node(NodeKind.DATASET, address.rpartition("@")[0]),
            derived=True,
        )
        for address in addresses
        if address.rpartition("@")[0] in {*owners, *wanted}
    }
