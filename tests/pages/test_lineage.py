"""The Lineage page: the graph as the browser is told it, the same as a table, and what is known of a node."""

import pytest

from app.components import lineage as view
from core import digest
from core.lineage import actions, queries
from core.lineage.actions import Data, Work
from core.lineage.node import EdgeKind, Node, NodeKind
from core.registry.actions import Build, ModelDescription, register_model, register_use_case, register_version
from core.registry.materiality import Exposure, Purpose
from core.registry.version import Task

TRAIN = digest.of_bytes(b"train")
V1 = Node(NodeKind.MODEL_VERSION, "mortgage@1")
DATA = Node(NodeKind.DATASET_VERSION, "loanapp@1")
RUN = Node(NodeKind.RUN, "train-1")


@pytest.fixture
def version(store, people):
    with store.transaction(people["scientist"].actor("password")) as tx:
        register_use_case(tx, slug="lending", name="Home lending", purpose="Decide about mortgages.")
        said = ModelDescription("mortgage", "Mortgage", "lending", Exposure.MODERATE, Purpose.RIGHTS)
        register_model(tx, said)
        actions.register_dataset(tx, name="loanapp", title="<b>Boston</b> Fed :green-badge[study]")
        actions.register_dataset_version(tx, "loanapp", "1", Data(TRAIN, rows=994))
        actions.record_run(tx, "train-1", Work("Training"))
        made = register_version(tx, "mortgage", Build(Task.BINARY, data_digests=[TRAIN]))
        actions.link(tx, V1, RUN, EdgeKind.DERIVED_FROM)
        actions.link(tx, RUN, DATA, EdgeKind.TRAINED_ON)
        return made


def cells(at):
    return [[str(value) for value in row] for row in at.table[0].value.to_numpy()]


def test_the_page_begins_with_the_newest_version(look, version):
    at = look("lineage", "auditor")
    assert not at.exception
    assert at.header[0].value == r"Mortgage\, version 1"
    assert len(cells(at)) == 3


def test_the_table_says_what_the_graph_draws(look, version):
    rows = cells(look("lineage", "auditor", node="run:train-1"))
    assert [row[1] for row in rows] == ["comes from", "was trained on :gray[(by its fingerprint)]", "was trained on"]


def test_names_that_people_wrote_mean_nothing_to_the_page(look, version):
    at = look("lineage", "auditor", node=str(DATA))
    assert not at.exception
    assert "<b>" not in at.header[0].value


@pytest.mark.parametrize("node", ["run:never", "planet:mars", "dataset:"])
def test_an_address_that_leads_nowhere_is_refused_with_a_way_on(look, version, node):
    at = look("lineage", "auditor", node=node)
    assert not at.exception
    assert at.error


def test_an_empty_house_says_where_lineage_begins(look, people):
    at = look("lineage", "auditor")
    assert not at.exception
    assert "first version" in at.info[0].value


def test_the_browser_is_told_places_words_and_ways(store, version):
    with store.reading() as session:
        graph = queries.around(session, V1)
    told = view.drawing(graph)
    by = {one["id"]: one for one in told["nodes"]}
    assert [by[str(one)]["rank"] for one in (DATA, RUN, V1)] == [0, 1, 2]
    assert "mortgage@1 was trained on loanapp@1" in by[str(DATA)]["says"]
    assert by[str(DATA)]["says"].startswith("Data loanapp@1")
    long = next(edge for edge in told["edges"] if (edge["from"], edge["to"]) == (str(DATA), str(V1)))
    assert [bend["rank"] for bend in long["bends"]] == [1]


def test_only_what_is_drawn_can_be_chosen(store, version):
    with store.reading() as session:
        graph = queries.around(session, V1)
    assert view.chosen(graph, str(RUN)) == RUN
    assert view.chosen(graph, "run:never") is None
    assert view.chosen(graph, None) is None
