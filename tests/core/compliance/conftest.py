import pytest

from core.registry.actions import Build, ModelDescription, register_model, register_use_case, register_version
from core.registry.materiality import Exposure, Purpose
from core.registry.version import Task


@pytest.fixture
def scientist(people):
    return people["scientist"].actor("password")


@pytest.fixture
def model(store, scientist):
    with store.transaction(scientist) as tx:
        register_use_case(tx, slug="lending", name="Home lending", purpose="Decide about mortgages.")
        return register_model(
            tx, ModelDescription("mortgage-approval", "Mortgage approval", "lending", Exposure.MODERATE, Purpose.RIGHTS)
        )


@pytest.fixture
def version(store, scientist, model):
    with store.transaction(scientist) as tx:
        build = Build(
            Task.BINARY,
            artifact_sha256="sha256:" + "a" * 64,
            artifact_size=10,
            code_ref="abc123",
            seed=0,
            change_note="New data up to June.",
        )
        return register_version(tx, model.slug, build)
