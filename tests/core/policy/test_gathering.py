import pytest

from core import digest
from core.audit.actor import SYSTEM
from core.policy import actions, queries
from core.policy.verdict import Verdict
from core.registry.actions import Build, ModelDescription, register_model, register_use_case, register_version
from core.registry.materiality import Exposure, Purpose
from core.registry.stage import Stage
from core.registry.version import Task

WHOLE = Build(
    Task.BINARY,
    artifact_sha256=digest.of_bytes(b"weights"),
    code_ref="abc",
    data_digests=[digest.of_bytes(b"data")],
    environment_ref="lock",
    seed=0,
)


@pytest.fixture
def register(store, people):
    actor = people["scientist"].actor("password")
    with store.transaction(SYSTEM) as tx:
        actions.publish_defaults(tx)
    with store.transaction(actor) as tx:
        register_use_case(tx, slug="lending", name="Home lending", purpose="Decide about mortgages.")
        said = ModelDescription("mortgage", "Mortgage", "lending", Exposure.MODERATE, Purpose.RIGHTS)
        model = register_model(tx, said)

    def registering(build):
        with store.transaction(actor) as tx:
            return model, register_version(tx, "mortgage", build)

    return registering


def evaluated(store, model, version, target, noon):
    with store.reading() as session:
        governing = queries.governing(session, model.materiality)
        return queries.evaluated(session, store.blobs, governing, version, target=target, now=noon)


def test_a_version_that_names_everything_is_missing_its_card_only(store, register, noon):
    checked = evaluated(store, *register(WHOLE), Stage.STAGING, noon)
    assert [(one.rule.id, one.verdict) for one in checked.results] == [
        ("artifact-named", Verdict.SATISFIED),
        ("reproducible", Verdict.SATISFIED),
        ("card", Verdict.NOT_MEASURED),
    ]
    assert not checked.opens


def test_a_version_that_names_nothing_is_told_what_is_missing(store, register, noon):
    checked = evaluated(store, *register(Build(Task.BINARY)), Stage.STAGING, noon)
    assert [one.verdict for one in checked.results[:2]] == [Verdict.UNSATISFIED, Verdict.UNSATISFIED]
    assert "the code, the data, the environment and the seed" in checked.results[1].explanation
