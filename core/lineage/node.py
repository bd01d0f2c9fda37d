"""What lineage connects, and how it is addressed: a kind and a name, the same for people and machines."""

from dataclasses import dataclass
from enum import StrEnum

from core.errors import InputError


class NodeKind(StrEnum):
    """What a node is. The values stand in addresses and in the log: append, never rename."""

    DATASET = "dataset"
    DATASET_VERSION = "dataset_version"
    RUN = "run"
    MODEL_VERSION = "model_version"
    EVALUATION_SET = "evaluation_set"
    ENVIRONMENT = "environment"

    @property
    def words(self) -> str:
        """What a reader sees."""
        return _KIND[self]


class EdgeKind(StrEnum):
    """How one thing hangs on another; read as a sentence: source, words, target."""

    TRAINED_ON = "trained_on"
    EVALUATED_ON = "evaluated_on"
    DERIVED_FROM = "derived_from"
    DEPLOYED_TO = "deployed_to"

    @property
    def words(self) -> str:
        """What a reader sees between source and target."""
        return _EDGE[self]

    @property
    def is_origin(self) -> bool:
        """Whether the target is where the source came from: only these edges are signed with a version."""
        return self in {EdgeKind.TRAINED_ON, EdgeKind.DERIVED_FROM}


_KIND = {
    NodeKind.DATASET: "Data set",
    NodeKind.DATASET_VERSION: "Data",
    NodeKind.RUN: "Training run",
    NodeKind.MODEL_VERSION: "Model version",
    NodeKind.EVALUATION_SET: "Evaluation set",
    NodeKind.ENVIRONMENT: "Environment",
}
_EDGE = {
    EdgeKind.TRAINED_ON: "was trained on",
    EdgeKind.EVALUATED_ON: "was evaluated on",
    EdgeKind.DERIVED_FROM: "comes from",
    EdgeKind.DEPLOYED_TO: "runs in",
}

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A thing in the graph: `Node(NodeKind.MODEL_VERSION, "mortgage-approval@4")`."""

    kind: NodeKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.name}"


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """One edge as a sentence; `derived` when it follows from the registry and nobody recorded it."""

    source: Node
    kind: EdgeKind
    target: Node
    derived: bool = False

    @property
    def flow(self) -> tuple[Node, Node]:
        """From where data or work goes to where it arrives: the order in which a graph is drawn."""
        return (self.source, self.target) if self.kind is EdgeKind.DEPLOYED_TO else (self.target, self.source)


def parse(text: str) -> Node:
    """Read a node from an address, `kind:name`.

    Raises:
        InputError: there is no such kind, or no name.

    >>> parse("run:train-4")
    Node(kind=<NodeKind.RUN: 'run'>, name='train-4')
    """
    kind, _, name = text.partition(":")
    if kind not in set(NodeKind) or not 0 < len(name) <= LONGEST_NAME:
        raise InputError(
            f"{text[:80]!r} names nothing in the lineage.", f"Write KIND:NAME, with a kind of {', '.join(NodeKind)}."
        )
    return Node(NodeKind(kind), name)
