"""Where to draw what: a layered drawing, data on the left and what came of it on the right.

Method: K. Sugiyama, S. Tagawa, M. Toda (1981), IEEE Trans. SMC 11(2): turn back the edges that close a circle, rank by
longest path, give an edge over several ranks a bend in each, order every rank by the mean place of its neighbours, then
let all drift towards them.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Pair = tuple[int, int]

SWEEPS = 8
DRIFTS = 30
NODE, BEND = 0.5, 0.2
"""Half the height that a node, and a bend of an edge, takes up in its column."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the drawing: `rank` counts columns from the left, `row` is a height in units of one node."""

    rank: int
    row: float


@dataclass(frozen=True, slots=True)
class Drawing(Generic[Key]):
    """Places of nodes, and of the bends of every edge that passes over ranks, from left to right as it was given."""

    spots: dict[Key, Spot]
    bends: dict[tuple[Key, Key], tuple[Spot, ...]]


@dataclass(slots=True)
class _Sheet:
    """Points are numbered: first the nodes, then the bends."""

    ranks: list[int]
    halves: list[float]
    before: list[list[int]]
    after: list[list[int]]
    columns: list[list[int]] = field(default_factory=list)


def layout(nodes: Sequence[Key], flows: Iterable[tuple[Key, Key]]) -> Drawing[Key]:
    """Give every node a place.

    Args:
        nodes: what to draw; their order breaks ties, so that the same graph is always drawn the same.
        flows: pairs from left to right; pairs with a node that is not drawn, and pairs of a node with itself, are
            ignored, and a pair that would close a circle is turned back.

    Returns:
        A place for each node, at least one unit apart in a column, and the bends of long edges.

    >>> layout(["data", "model"], [("data", "model")]).spots
    {'data': Spot(rank=0, row=0.5), 'model': Spot(rank=1, row=0.5)}
    """
    number = {node: index for index, node in enumerate(nodes)}
    given = [(number[a], number[b]) for a, b in dict.fromkeys(flows) if a != b and a in number and b in number]
    turned = _without_circles(len(nodes), given)
    ranks = _ranked(len(nodes), [*turned.values()])
    sheet, bends = _sheet(ranks, turned)
    for sweep in range(SWEEPS):
        _order(sheet, leftwards=bool(sweep % 2))
    rows = _settle(sheet)
    spot = [Spot(rank, row) for rank, row in zip(sheet.ranks, rows, strict=True)]
    return Drawing(
        {node: spot[index] for node, index in number.items()},
        {(nodes[a], nodes[b]): tuple(spot[point] for point in bends[a, b]) for a, b in given},
    )


def _without_circles(size: int, pairs: Sequence[Pair]) -> dict[Pair, Pair]:
    """Walk depth first and turn back every edge that returns to a node still being walked."""
    after: list[list[int]] = [[] for _ in range(size)]
    for left, right in pairs:
        after[left].append(right)
    turned: dict[Pair, Pair] = {}
    walking, done = set[int](), set[int]()
    for start in range(size):
        trail = [] if start in done else [(start, iter(after[start]))]
        walking.update(node for node, _ in trail)
        while trail:
            node, rest = trail[-1]
            following = next(rest, None)
            if following is None:
                trail.pop()
                walking.discard(node)
                done.add(node)
                continue
            turned[node, following] = (following, node) if following in walking else (node, following)
            if following not in walking and following not in done:
                walking.add(following)
                trail.append((following, iter(after[following])))
    return turned


def _ranked(size: int, pairs: Sequence[Pair]) -> list[int]:
    before, after = _neighbours(size, pairs)
    ranks, missing = [0] * size, [len(one) for one in before]
    ready = [node for node in range(size) if not missing[node]]
    for node in ready:
        for one in after[node]:
            ranks[one] = max(ranks[one], ranks[node] + 1)
            missing[one] -= 1
            if not missing[one]:
                ready.append(one)
    for node in range(size):
        # A source stands right beside what it feeds, not at the far left.
        if not before[node] and after[node]:
            ranks[node] = min(ranks[one] for one in after[node]) - 1
    return ranks


def _neighbours(size: int, pairs: Iterable[Pair]) -> tuple[list[list[int]], list[list[int]]]:
    before: list[list[int]] = [[] for _ in range(size)]
    after: list[list[int]] = [[] for _ in range(size)]
    for left, right in dict.fromkeys(pairs):
        before[right].append(left)
        after[left].append(right)
    return before, after


def _sheet(ranks: list[int], turned: dict[Pair, Pair]) -> tuple[_Sheet, dict[Pair, list[int]]]:
    """Put a bend into every rank that an edge passes over."""
    ranks, steps = list(ranks), list[Pair]()
    size = len(ranks)
    bends: dict[Pair, list[int]] = {}
    for given, (left, right) in turned.items():
        passed = range(ranks[left] + 1, ranks[right])
        points = [len(ranks) + index for index in range(len(passed))]
        ranks += passed
        steps += zip([left, *points], [*points, right], strict=True)
        bends[given] = points if given == (left, right) else points[::-1]
    before, after = _neighbours(len(ranks), steps)
    columns: list[list[int]] = [[] for _ in range(max(ranks, default=-1) + 1)]
    for point, rank in enumerate(ranks):
        columns[rank].append(point)
    halves = [NODE if point < size else BEND for point in range(len(ranks))]
    return _Sheet(ranks, halves, before, after, columns), bends


def _order(sheet: _Sheet, *, leftwards: bool) -> None:
    """Sort every column by the mean place of the neighbours it has on the side that was sorted before."""
    neighbours = sheet.after if leftwards else sheet.before
    places = {point: _share(index, column) for column in sheet.columns for index, point in enumerate(column)}
    for column in reversed(sheet.columns) if leftwards else sheet.columns:
        wishes = {point: _mean([places[one] for one in neighbours[point]], places[point]) for point in column}
        column.sort(key=wishes.__getitem__)
        places.update({point: _share(index, column) for index, point in enumerate(column)})


def _share(index: int, column: list[int]) -> float:
    return (index + 0.5) / len(column)


def _mean(values: list[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _settle(sheet: _Sheet) -> list[float]:
    """Let every point drift towards its neighbours without coming too near to the next in its column."""
    needed = [sum(2 * sheet.halves[point] for point in column) for column in sheet.columns]
    height = max(needed, default=0.0)
    rows = [0.0] * len(sheet.ranks)
    for column, own in zip(sheet.columns, needed, strict=True):
        top = (height - own) / 2
        for point in column:
            rows[point] = top + sheet.halves[point]
            top += 2 * sheet.halves[point]
    for _ in range(DRIFTS):
        for column in sheet.columns:
            for point in column:
                around = [rows[one] for one in (*sheet.before[point], *sheet.after[point])]
                rows[point] = (rows[point] + _mean(around, rows[point])) / 2
            _keep_apart(column, rows, sheet.halves, height)
    return rows


def _keep_apart(column: list[int], rows: list[float], halves: list[float], height: float) -> None:
    edge = 0.0
    for point in column:
        rows[point] = max(rows[point], edge + halves[point])
        edge = rows[point] + halves[point]
    edge = height
    for point in reversed(column):
        rows[point] = min(rows[point], edge - halves[point])
        edge = rows[point] - halves[point]
