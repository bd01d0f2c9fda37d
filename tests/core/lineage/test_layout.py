from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.lineage.layout import Spot, layout


def test_what_feeds_stands_left_of_what_it_feeds():
    places = layout(["model", "data", "run"], [("data", "run"), ("run", "model")])
    assert [places[one].rank for one in ("data", "run", "model")] == [0, 1, 2]


def test_a_source_stands_beside_what_it_feeds():
    places = layout(["a", "b", "c", "labels"], [("a", "b"), ("b", "c"), ("labels", "c")])
    assert places["labels"].rank == 1


def test_a_chain_is_drawn_straight():
    places = layout(["a", "b", "c"], [("a", "b"), ("b", "c")])
    assert {spot.row for spot in places.values()} == {0.5}


def test_edges_that_need_not_cross_do_not():
    places = layout(["a", "b", "x", "y"], [("a", "y"), ("b", "x")])
    assert (places["a"].row < places["b"].row) == (places["y"].row < places["x"].row)


@pytest.mark.parametrize(
    "flows",
    [
        [("a", "a")],
        [("a", "b"), ("b", "a")],
        [("a", "b"), ("b", "c"), ("c", "a")],
        [("a", "nowhere"), ("nowhere", "b")],
    ],
)
def test_circles_and_strangers_do_not_trap_it(flows):
    assert set(layout(["a", "b", "c"], flows)) == {"a", "b", "c"}


def test_nothing_is_drawn_as_nothing():
    assert layout([], []) == {}


def test_a_node_alone_has_a_place():
    assert layout(["a"], []) == {"a": Spot(0, 0.5)}


@given(st.integers(1, 14), st.data())
def test_any_graph_is_drawn_apart_inside_its_sheet_and_always_alike(size, data):
    nodes = list(range(size))
    ends = st.sampled_from(nodes)
    flows = data.draw(st.lists(st.tuples(ends, ends), max_size=40))
    places = layout(nodes, flows)
    assert places == layout(nodes, flows)
    columns = {}
    for node in nodes:
        columns.setdefault(places[node].rank, []).append(places[node].row)
    tallest = max(len(rows) for rows in columns.values())
    for rows in columns.values():
        assert all(0.5 - 1e-9 <= row <= tallest - 0.5 + 1e-9 for row in rows)
        assert all(after - before >= 1 - 1e-9 for before, after in pairwise(sorted(rows)))
    assert set(columns) == set(range(len(columns)))
