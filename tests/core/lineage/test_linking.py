import pytest

from core import digest
from core.errors import AccessError, ConflictError, InputError, NotFoundError
from core.lineage import actions, queries
from core.lineage.actions import Data, Work
from core.lineage.node import EdgeKind, Node, NodeKind, parse
from core.registry.actions import Build, ModelDescription, register_model, register_use_case, register_version
from core.registry.materiality import Exposure, Purpose
from core.registry.version import Task

TRAIN = digest.of_bytes(b"train")
RAW = digest.of_bytes(b"raw")
V1 = Node(NodeKind.MODEL_VERSION, "mortgage@1")
DATA = Node(NodeKind.DATASET_VERSION, "loanapp@train")
WHOLE = Node(NodeKind.DATASET_VERSION, "loanapp@raw")
RUN = Node(NodeKind.RUN, "train-1")
HOLDOUT = Node(NodeKind.EVALUATION_SET, "mortgage-holdout")


@pytest.fixture
def scientist(people):
    return people["scientist"].actor("password")


@pytest.fixture
def version(store, scientist):
    with store.transaction(scientist) as tx:
        register_use_case(tx, slug="lending", name="Home lending", purpose="Decide about mortgages.")
        said = ModelDescription("mortgage", "Mortgage", "lending", Exposure.MODERATE, Purpose.RIGHTS)
        register_model(tx, said)
        actions.register_dataset(tx, name="loanapp", title="Boston Fed study")
        actions.register_dataset_version(tx, "loanapp", "train", Data(TRAIN, rows=994))
        actions.register_dataset_version(tx, "loanapp", "raw", Data(RAW, rows=1989))
        actions.record_run(tx, "train-1", Work("Training of version 1", code_ref="abc"))
        return register_version(tx, "mortgage", Build(Task.BINARY, data_digests=[TRAIN]))


@pytest.fixture
def link(store, scientist, version):
    def linking(source, target, kind, actor=scientist):
        with store.transaction(actor) as tx:
            edge = actions.link(tx, source, target, kind)
            return edge.link

    return linking


def upstream(store, version):
    with store.reading() as session:
        return queries.upstream_digest(session, version.key)


def test_a_version_is_tied_to_the_data_whose_fingerprint_it_names(store, version):
    with store.reading() as session:
        graph = queries.around(session, V1)
        from_data = queries.around(session, DATA)
    assert {one.node for one in graph.nodes} == {V1, DATA}
    assert [(one.kind, one.derived) for one in graph.links] == [(EdgeKind.TRAINED_ON, True)]
    assert V1 in {one.node for one in from_data.nodes}


def test_a_recorded_edge_is_told_once(store, version, link):
    link(V1, DATA, EdgeKind.TRAINED_ON)
    link(V1, DATA, EdgeKind.TRAINED_ON)
    with store.reading() as session:
        (only,) = queries.around(session, V1).links
    assert not only.derived


def test_a_picture_counts_the_neighbours_it_leaves_out(store, version, link):
    link(V1, RUN, EdgeKind.DERIVED_FROM)
    link(RUN, WHOLE, EdgeKind.TRAINED_ON)
    with store.reading() as session:
        near = {one.node: one.hidden for one in queries.around(session, V1).nodes}
        far = {one.node for one in queries.around(session, V1, depth=2).nodes}
    assert near == {V1: 0, DATA: 1, RUN: 1}
    assert WHOLE in far


def test_data_is_drawn_left_of_what_was_made_from_it(store, version, link):
    assert link(V1, HOLDOUT, EdgeKind.EVALUATED_ON).flow == (HOLDOUT, V1)
    assert link(V1, Node(NodeKind.ENVIRONMENT, "eu-west"), EdgeKind.DEPLOYED_TO).flow[0] == V1


def test_the_fingerprint_of_the_origin_moves_with_the_origin_only(store, version, link):
    first = upstream(store, version)
    link(V1, HOLDOUT, EdgeKind.EVALUATED_ON)
    link(V1, Node(NodeKind.ENVIRONMENT, "eu-west"), EdgeKind.DEPLOYED_TO)
    assert upstream(store, version) == first
    link(V1, RUN, EdgeKind.DERIVED_FROM)
    second = upstream(store, version)
    assert second != first
    link(RUN, WHOLE, EdgeKind.TRAINED_ON)
    assert upstream(store, version) != second


def test_what_was_made_from_a_version_is_no_origin_of_it(store, scientist, version, link):
    with store.transaction(scientist) as tx:
        register_version(tx, "mortgage", Build(Task.BINARY))
    before = upstream(store, version)
    link(Node(NodeKind.MODEL_VERSION, "mortgage@2"), V1, EdgeKind.DERIVED_FROM)
    assert upstream(store, version) == before


def test_the_runs_behind_a_version_name_whose_work_it_was(store, people, version, link):
    link(V1, RUN, EdgeKind.DERIVED_FROM)
    with store.reading() as session:
        assert [one.ran_by for one in queries.runs_upstream(session, version.key)] == [people["scientist"].key]


@pytest.mark.parametrize(
    ("source", "target", "kind"),
    [
        pytest.param(V1, V1, EdgeKind.DERIVED_FROM, id="from itself"),
        pytest.param(DATA, V1, EdgeKind.TRAINED_ON, id="the wrong way round"),
        pytest.param(V1, HOLDOUT, EdgeKind.DEPLOYED_TO, id="ends that do not fit"),
    ],
)
def test_an_edge_that_makes_no_sense_is_refused(link, source, target, kind):
    with pytest.raises(InputError):
        link(source, target, kind)


def test_nothing_comes_from_itself_over_others(link):
    link(DATA, WHOLE, EdgeKind.DERIVED_FROM)
    with pytest.raises(InputError, match="come from itself"):
        link(WHOLE, DATA, EdgeKind.DERIVED_FROM)


@pytest.mark.parametrize(
    "stranger",
    [
        Node(NodeKind.RUN, "never"),
        Node(NodeKind.DATASET, "never"),
        Node(NodeKind.DATASET_VERSION, "loanapp@never"),
        Node(NodeKind.MODEL_VERSION, "mortgage@9"),
    ],
    ids=str,
)
def test_nothing_hangs_on_what_is_registered_nowhere(store, link, stranger):
    with pytest.raises(NotFoundError):
        link(V1, stranger, EdgeKind.DERIVED_FROM)
    with store.reading() as session, pytest.raises(NotFoundError):
        queries.around(session, stranger)


@pytest.mark.parametrize("who", ["validator", "business", "admin", "auditor"])
def test_saying_where_something_comes_from_is_a_permission(link, people, who):
    actor = people[who].actor("password")
    with pytest.raises(AccessError):
        link(V1, RUN, EdgeKind.DERIVED_FROM, actor)
    assert link(V1, HOLDOUT, EdgeKind.EVALUATED_ON, actor)


def test_a_version_of_data_keeps_its_bytes(store, scientist, version):
    with store.transaction(scientist) as tx:
        again = actions.register_dataset_version(tx, "loanapp", "train", Data(TRAIN))
    assert again.rows == 994
    with pytest.raises(ConflictError), store.transaction(scientist) as tx:
        actions.register_dataset_version(tx, "loanapp", "train", Data(RAW))


@pytest.mark.parametrize("text", ["", "run", "run:", "planet:mars", "run:" + "x" * 300])
def test_an_address_that_names_nothing_is_refused(text):
    with pytest.raises(InputError):
        parse(text)


def test_an_address_reads_back():
    assert parse(str(DATA)) == DATA
