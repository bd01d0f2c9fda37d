"""Where something came from and what came of it: the graph, and the same as a table."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import pandas as pd
import streamlit as st
from streamlit.errors import StreamlitAPIException

from app import theme
from app.components import links
from app.visit import Visit
from core.lineage import queries
from core.lineage.graph import Described, Graph
from core.lineage.layout import layout
from core.lineage.node import EdgeKind, Link, Node, NodeKind
from core.registry.address import reference
from core.registry.version import ModelVersion

_HTML: Final = """
<div class="graph">
  <div class="sheet" role="group"><svg aria-hidden="true"></svg></div>
  <div class="tools">
    <button type="button" class="farther" aria-label="Zoom out" title="Zoom out (-)">−</button>
    <button type="button" class="closer" aria-label="Zoom in" title="Zoom in (+)">+</button>
    <button type="button" class="whole" aria-label="Show the whole graph" title="Show all (0)">Fit</button>
  </div>
</div>
"""
_HIGHEST = 620


def lineage_tab(here: Visit, version: ModelVersion) -> None:
    """Draw what one version came from and what came of it; choosing something leads to the Lineage page."""
    with here.store.reading() as session:
        node = queries.version_node(session, version.key)
    lineage_view(here, node, key=f"lineage-{version.key}")


def lineage_view(here: Visit, node: Node, *, depth: int = 1, key: str = "lineage") -> None:
    """Draw the graph around a node, and below it the same as a table.

    Args:
        here: who looks.
        node: what stands in the middle.
        depth: how many steps to show around it.
        key: name of the drawing on this page.

    Raises:
        NotFoundError: there is no such thing.
    """
    with here.store.reading() as session:
        graph = queries.around(session, node, depth)
    if not graph.links:
        st.info(
            "Nobody has recorded where this comes from or what it feeds. A version is tied to its data by the "
            "fingerprints it is registered with, once that data is registered too.",
            icon=":material/account_tree:",
        )
        return
    walked = _drawn(graph, key)
    if walked is not None:
        links.go("lineage", node=str(walked))
    st.caption(
        "It runs from data to what came of it. A whole line says “comes from” or “was trained on”, a broken line “was "
        "evaluated on”, dots “runs in”. "
        + ("+2 means that two more things hang on it and are not drawn. " if any(n.hidden for n in graph.nodes) else "")
        + "Choose anything to walk there; drag the picture where it goes on, or press Fit to see all of it."
        + (" There is more than fits one picture; walk on to see it." if graph.cut else "")
    )
    table(graph)


def table(graph: Graph) -> None:
    """Draw the edges of a graph as sentences."""
    rows = [(_named(one.source), _how(one), _named(one.target)) for one in graph.links]
    st.table(
        pd.DataFrame(rows, columns=["What", "How", "To what"]),
        border="horizontal",
        hide_index=True,
        alt="The same as a table: what hangs together with what",
    )


def facts(described: Described) -> None:
    """Draw what is known about a node, with the way to its own page."""
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            with st.container(gap="xxsmall", width="content"):
                st.caption(described.node.kind.words)
                st.header(theme.md(described.title), anchor=False)
            if described.node.kind is NodeKind.MODEL_VERSION:
                slug, number = reference(described.node.name)
                links.link("model", "Open the version", icon=":material/deployed_code:", name=slug, version=number)
        if described.facts:
            st.markdown(
                " &emsp; ".join(f":gray[{theme.md(name)}] {theme.md(value)}" for name, value in described.facts)
            )
        elif not described.known:
            st.caption("Only its name is known here.")


def drawing(graph: Graph) -> dict[str, Any]:
    """What the browser is told about a graph: nodes with rank and row, edges from left to right.

    >>> centre = Node(NodeKind.RUN, "train")
    >>> drawing(Graph(centre, (Described(centre, "train", "Training"),), ()))["nodes"][0]["rank"]
    0
    """
    nodes = [one.node for one in graph.nodes]
    drawn = layout(nodes, [one.flow for one in graph.links])
    places = drawn.spots
    said = {node: _said_about(node, graph) for node in nodes}
    return {
        "centre": str(graph.centre),
        "alt": f"Lineage of {graph.centre.name}",
        "highest": _HIGHEST,
        "nodes": [
            {
                "id": str(one.node),
                "kind": one.node.kind.value,
                "words": one.node.kind.words,
                "label": one.label,
                "says": _says(one, said[one.node]),
                "hidden": one.hidden,
                "rank": places[one.node].rank,
                "row": places[one.node].row,
            }
            for one in sorted(graph.nodes, key=lambda one: (places[one.node].rank, places[one.node].row))
        ],
        "edges": [
            {
                "from": str(one.flow[0]),
                "to": str(one.flow[1]),
                "kind": one.kind.value,
                "bends": [{"rank": spot.rank, "row": spot.row} for spot in drawn.bends[one.flow]],
            }
            for one in graph.links
        ],
    }


def chosen(graph: Graph, told: object) -> Node | None:
    """Read what the browser says was chosen; only something in the picture counts."""
    return next((one.node for one in graph.nodes if str(one.node) == told), None)


def _drawn(graph: Graph, key: str) -> Node | None:
    """Draw the graph and return what was chosen in it; without the packaged component the table has to do."""
    try:
        mount = _component()
    except StreamlitAPIException:
        st.caption("The drawing is not installed (`pip install` the project once more); the table says the same.")
        return None
    told: Mapping[str, object] = mount(key=key, data=drawing(graph), on_walked_change=lambda: None)
    return chosen(graph, told.get("walked"))


@cache
def _component() -> Any:
    return st.components.v2.component("signoff.lineage", js="lineage.js", css="lineage.css", html=_HTML)


def _said_about(node: Node, graph: Graph) -> list[str]:
    """Say how a node hangs together with the one in the middle."""
    return [
        f"{one.source.name} {one.kind.words} {one.target.name}"
        for one in graph.links
        if node != graph.centre and {node, graph.centre} == {one.source, one.target}
    ]


def _says(one: Described, about: list[str]) -> str:
    more = f"{one.hidden} more connected, not drawn; walk there to see." if one.hidden else ""
    spoken = [f"{one.node.kind.words} {one.label}", one.title if one.title != one.label else "", *about]
    return f"{'. '.join(part for part in spoken if part)}. {more}".strip()


def _named(node: Node) -> str:
    return f"**{theme.md(node.name)}** :gray[{node.kind.words.lower()}]"


def _how(link: Link) -> str:
    if not link.derived:
        return link.kind.words
    by = "fingerprint" if link.kind is EdgeKind.TRAINED_ON else "name"
    return f"{link.kind.words} :gray[(by its {by})]"
