"""Where to draw what: a layered drawing, data on the left and what came of it on the right.

Method: K. Sugiyama, S. Tagawa, M. Toda (1981), IEEE Trans. SMC 11(2): turn back the edges that close a circle, rank by
longest path, order each rank by the mean place of its neighbours, then let nodes drift towards them.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)

SWEEPS = 8
DRIFTS = 24


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the drawing: `rank` counts columns from the left, `row` is a height in units of one node."""

    rank: int
    row: float


@dataclass(slots=True)
class _Sheet(Generic[Key]):
    before: dict[Key, list[Key]]
    after: dict[Key, list[Key]]
    ranks: dict[Key, int]
    columns: list[list[Key]]


def layout(nodes: Sequence[Key], flows: Iterable[tuple[Key, Key]]) -> dict[Key, Spot]:
    """Give every node a place.

    Args:
        nodes: what to draw; their order breaks ties, so that the same graph is always drawn the same.
        flows: pairs from left to right; pairs with a node that is not drawn, and pairs of a node with itself, are
            ignored, and a pair that would close a circle is turned back.

    Returns:
        A place for each node; nodes of one column are at least one unit apart.

    >>> layout(["data", "model"], [("data", "model")])
    {'data': Spot(rank=0, row=0.5), 'model': Spot(rank=1, row=0.5)}
    """
    sheet = _ranked(nodes, flows)
    for sweep in range(SWEEPS):
        _order(sheet, leftwards=bool(sweep % 2))
    rows = _settle(sheet)
    return {node: Spot(sheet.ranks[node], rows[node]) for node in nodes}


def _ranked(nodes: Sequence[Key], flows: Iterable[tuple[Key, Key]]) -> _Sheet[Key]:
    after: dict[Key, list[Key]] = {node: [] for node in nodes}
    before: dict[Key, list[Key]] = {node: [] for node in nodes}
    for left, right in _without_circles(nodes, flows):
        after[left].append(right)
        before[right].append(left)
    ranks: dict[Key, int] = {}
    for node in _sources_first(nodes, before, after):
        ranks[node] = max((ranks[one] + 1 for one in before[node]), default=0)
    for node in nodes:
        # A source stands right beside what it feeds, not at the far left.
        if not before[node] and after[node]:
            ranks[node] = min(ranks[one] for one in after[node]) - 1
    columns: list[list[Key]] = [[] for _ in range(max(ranks.values(), default=-1) + 1)]
    for node in nodes:
        columns[ranks[node]].append(node)
    return _Sheet(before, after, ranks, columns)


def _without_circles(nodes: Sequence[Key], flows: Iterable[tuple[Key, Key]]) -> list[tuple[Key, Key]]:
    """Walk depth first and turn back every edge that returns to a node still being walked."""
    after: dict[Key, list[Key]] = {node: [] for node in nodes}
    for left, right in dict.fromkeys(flows):
        if left != right and left in after and right in after:
            after[left].append(right)
    kept: dict[tuple[Key, Key], None] = {}
    open_, done = set[Key](), set[Key]()
    for start in nodes:
        if start in done:
            continue
        open_.add(start)
        trail = [(start, iter(after[start]))]
        while trail:
            node, rest = trail[-1]
            following = next(rest, None)
            if following is None:
                trail.pop()
                open_.discard(node)
                done.add(node)
                continue
            kept[(following, node) if following in open_ else (node, following)] = None
            if following not in open_ and following not in done:
                open_.add(following)
                trail.append((following, iter(after[following])))
    return list(kept)


def _sources_first(nodes: Sequence[Key], before: dict[Key, list[Key]], after: dict[Key, list[Key]]) -> list[Key]:
    waiting_for = {node: len(before[node]) for node in nodes}
    ready = [node for node in nodes if not waiting_for[node]]
    for node in ready:
        for one in after[node]:
            waiting_for[one] -= 1
            if not waiting_for[one]:
                ready.append(one)
    return ready


def _order(sheet: _Sheet[Key], *, leftwards: bool) -> None:
    """Sort every column by the mean place of the neighbours it has on the side that was sorted before."""
    neighbours = sheet.after if leftwards else sheet.before
    places = {node: _share(index, column) for column in sheet.columns for index, node in enumerate(column)}
    for column in reversed(sheet.columns) if leftwards else sheet.columns:
        wish = {
            node: sum(places[one] for one in neighbours[node]) / len(neighbours[node])
            if neighbours[node]
            else places[node]
            for node in column
        }
        column.sort(key=wish.__getitem__)
        places.update({node: _share(index, column) for index, node in enumerate(column)})


def _share(index: int, column: list[Key]) -> float:
    return (index + 0.5) / len(column)


def _settle(sheet: _Sheet[Key]) -> dict[Key, float]:
    """Let every node drift towards its neighbours, one unit away from the next in its column."""
    height = max((len(column) for column in sheet.columns), default=0)
    rows = {node: (index + 0.5) * height / len(column) for column in sheet.columns for index, node in enumerate(column)}
    for _ in range(DRIFTS):
        for column in sheet.columns:
            for node in column:
                around = [*sheet.before[node], *sheet.after[node]]
                if around:
                    rows[node] = (rows[node] + sum(rows[one] for one in around) / len(around)) / 2
            _keep_apart(column, rows, height)
    return rows


def _keep_apart(column: list[Key], rows: dict[Key, float], height: int) -> None:
    lowest = 0.5
    for node in column:
        rows[node] = max(rows[node], lowest)
        lowest = rows[node] + 1
    highest = height - 0.5
    for node in reversed(column):
        rows[node] = min(rows[node], highest)
        highest = rows[node] - 1
