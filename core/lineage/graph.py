"""A piece of the graph, and the pure rules over edges: what is upstream of a node, and what would close a circle."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.lineage.node import Link, Node


@dataclass(frozen=True, slots=True)
class Described:
    """A node with what a reader wants to know about it.

    Attributes:
        label: short, for the graph.
        title: in full.
        facts: name and value, in reading order.
        known: False when only its name is known here.
        hidden: neighbours that are not in this piece.
    """

    node: Node
    label: str
    title: str
    facts: tuple[tuple[str, str], ...] = ()
    known: bool = True
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Graph:
    """A piece of the graph around a node.

    Attributes:
        centre: what it is drawn around.
        nodes: everything in it, the centre included, sorted.
        links: every edge between them, sorted.
        cut: True when there was more than fits one picture.
    """

    centre: Node
    nodes: tuple[Described, ...]
    links: tuple[Link, ...]
    cut: bool = False


def upstream(start: Node, origins: Callable[[Node], Iterable[Link]]) -> list[Link]:
    """Collect every edge that says where a node came from, and where that came from, sorted.

    Args:
        start: the node.
        origins: the edges whose source is a node and whose target is where it came from.

    Returns:
        Each edge once. Circles in the data end the walk, they do not trap it.
    """
    found: set[Link] = set()
    waiting, seen = [start], {start}
    while waiting:
        for link in origins(waiting.pop()):
            if not link.kind.is_origin:
                continue
            found.add(link)
            if link.target not in seen:
                seen.add(link.target)
                waiting.append(link.target)
    return sorted(found)


def closes_circle(new: Link, origins: Callable[[Node], Iterable[Link]]) -> bool:
    """Tell whether a new edge of origin would make something come from itself."""
    if not new.kind.is_origin:
        return False
    if new.source == new.target:
        return True
    return any(link.target == new.source for link in upstream(new.target, origins))
