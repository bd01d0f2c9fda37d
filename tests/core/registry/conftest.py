import pytest

from core.registry.actions import ModelDescription, register_model, register_use_case
from core.registry.materiality import Exposure, Purpose


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
