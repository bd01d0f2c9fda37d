import pytest

from core.access.scope import EVERYTHING, Scope
from core.registry import reach
from core.registry.actions import ModelDescription, register_model
from core.registry.materiality import Exposure, Purpose
from core.registry.reach import Reach


@pytest.fixture
def many(store, scientist, model):
    """Twelve models more in the same use case."""
    with store.transaction(scientist) as tx:
        for n in range(12):
            register_model(
                tx, ModelDescription(f"scorer-{n:02}", f"Scorer {n:02}", "lending", Exposure.LIMITED, Purpose.SUPPORT)
            )
    return model


def test_what_a_reach_can_be_limited_to_is_found_by_name_and_paged_by_the_database(store, many):
    with store.reading() as session:
        first = reach.places(session, Reach.MODEL, size=5)
        found = reach.places(session, Reach.MODEL, " Scorer 1", size=5)
        cases = reach.places(session, Reach.USE_CASE, "LEND")

    assert ([place.slug for place in first.items][:2], first.total, first.pages) == (
        ["mortgage-approval", "scorer-00"],
        13,
        3,
    )
    assert [place.name for place in found.items] == ["Scorer 10", "Scorer 11"]
    assert [place.scope for place in cases.items] == [Scope(use_case_id=many.use_case_id)]


@pytest.mark.parametrize("hostile", ["%", "_", "\\", "'; --"])
def test_signs_of_a_search_language_find_nothing_by_themselves(store, many, hostile):
    with store.reading() as session:
        assert reach.places(session, Reach.MODEL, hostile).total == 0


def test_everything_is_limited_to_nothing(store, many):
    with store.reading() as session:
        assert reach.places(session, Reach.EVERYTHING).items == []


def test_a_reach_is_named_by_what_it_reaches(store, model):
    asked = [EVERYTHING, Scope(use_case_id=model.use_case_id), Scope(model_id=model.key), Scope(model_id=999)]
    with store.reading() as session:
        named = reach.names(session, asked)

    assert list(named.values()) == [
        "All models",
        "Use case Home lending",
        "Mortgage approval",
        "something no longer listed",
    ]
