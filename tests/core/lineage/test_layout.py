from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.lineage.layout import Drawing, Spot, layout


def drawn(nodes, flows):
    return layout(nodes, flows).spots


def test_what_feeds_stands_left_of_what_it_feeds():
    places = drawn(["model", "data", "run"], [("data", "run"), ("run", "model")])
    assert [places[one].rank for one in ("data", "run", "model")] == [0, 1, 2]


def test_a_source_stands_beside_what_it_feeds():
    places = drawn(["a", "b", "c", "labels"], [("a", "b"), ("b", "c"), ("labels", "c")])
    assert places["labels"].rank == 1


def test_a_chain_is_drawn_straight():
    places = drawn(["a", "b", "c"], [("a", "b"), ("b", "c")])
    assert {spot.row for spot in places.values()} == {0.5}


def test_edges_that_need_not_cross_do_not():
    places = drawn(["a", "b", "x", "y"], [("a", "y"), ("b", "x")])
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
    assert set(drawn(["a", "b", "c"], flows)) == {"a", "b", "c"}


def test_nothing_is_drawn_as_nothing():
    assert layout([], []) == Drawing({}, {})


def test_a_node_alone_has_a_place():
    assert drawn(["a"], []) == {"a": Spot(0, 0.5)}


def test_an_edge_over_a_rank_bends_beside_what_stands_there():
    drawing = layout(["data", "run", "model"], [("data", "run"), ("run", "model"), ("data", "model")])
    (bend,) = drawing.bends["data", "model"]
    assert bend.rank == 1
    assert abs(bend.row - drawing.spots["run"].row) >= 0.7 - 1e-9


def test_bends_follow_the_edge_from_left_to_right():
    chain = [("a", "b"), ("b", "c"), ("c", "d"), ("a", "d"), ("d", "a")]
    assert [spot.rank for spot in layout(list("abcd"), chain).bends["a", "d"]] == [1, 2]
    assert [spot.rank for spot in layout(list("abcd"), chain).bends["d", "a"]] == [2, 1]


@given(st.integers(1, 14), st.data())
def test_any_graph_is_drawn_apart_inside_its_sheet_and_always_alike(size, data):
    nodes = list(range(size))
    ends = st.sampled_from(nodes)
    flows = data.draw(st.lists(st.tuples(ends, ends), max_size=40))
    places = drawn(nodes, flows)
    assert layout(nodes, flows) == layout(nodes, flows)
    columns = {}
    for node in nodes:
        columns.setdefault(places[node].rank, []).append(places[node].row)
    for rows in columns.values():
        assert min(rows) >= 0.5 - 1e-9
        assert all(after - before >= 1 - 1e-9 for before, after in pairwise(sorted(rows)))
    assert set(columns) == set(range(len(columns)))
