from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core import digest
from core.audit.event import Event
from core.errors import AccessError, ConflictError, InputError, NotFoundError
from core.registry import placement, queries
from core.registry.actions import (
    Build,
    ModelDescription,
    place,
    point,
    register_model,
    register_use_case,
    register_version,
    subject,
)
from core.registry.materiality import Exposure, Purpose, RiskTier
from core.registry.searching import ModelFilter
from core.registry.stage import Alias, Stage
from core.registry.version import Task, missing_to_rebuild

BYTES = digest.of_bytes(b"weights")
WHOLE = Build(
    Task.BINARY,
    artifact_uri="model.json",
    artifact_sha256=BYTES,
    artifact_size=7,
    code_ref="abc123",
    data_digests=[digest.of_bytes(b"rows")],
    environment_ref="sha256:lock",
    seed=7,
)


def test_materiality_follows_from_exposure_and_purpose_and_says_why(model):
    assert model.materiality is RiskTier.HIGH
    assert "rights" in model.materiality_reason


def test_versions_are_numbered_from_one_and_begin_in_development(store, scientist, model):
    with store.transaction(scientist) as tx:
        first = register_version(tx, "mortgage-approval", WHOLE)
        second = register_version(tx, "mortgage-approval", replace(WHOLE, artifact_sha256=digest.of_bytes(b"other")))

    assert (first.version, second.version) == (1, 2)
    assert first.stage is Stage.DEVELOPMENT


def test_the_same_bytes_are_not_registered_twice(store, scientist, model):
    with store.transaction(scientist) as tx:
        register_version(tx, "mortgage-approval", WHOLE)

    with pytest.raises(ConflictError, match="mortgage-approval@1"), store.transaction(scientist) as tx:
        register_version(tx, "mortgage-approval", WHOLE)


@pytest.mark.parametrize("name", ["", "Mortgage", "mort gage", "-x", "x" * 65, "møre", "a/b"])
def test_a_name_that_cannot_stand_in_an_address_is_refused(store, scientist, model, name):
    said = ModelDescription(name, "X", "lending", Exposure.LIMITED, Purpose.INFORMATION)
    with pytest.raises(InputError), store.transaction(scientist) as tx:
        register_model(tx, said)


def test_a_viewer_registers_nothing(store, people, model):
    with pytest.raises(AccessError), store.transaction(people["business"].actor("password")) as tx:
        register_version(tx, "mortgage-approval", WHOLE)


def test_what_was_registered_cannot_be_rewritten(store, scientist, model):
    with store.transaction(scientist) as tx:
        register_version(tx, "mortgage-approval", WHOLE)

    for statement in ("UPDATE model_version SET seed = 8", "DELETE FROM model_version", "DELETE FROM stage_placement"):
        with pytest.raises(DBAPIError), store.writing.begin() as connection:
            connection.execute(text(statement))


def test_what_is_needed_to_rebuild_is_named(store, scientist, model):
    with store.transaction(scientist) as tx:
        whole = register_version(tx, "mortgage-approval", WHOLE)
        bare = register_version(tx, "mortgage-approval", Build(Task.BINARY))

    assert missing_to_rebuild(whole) == []
    assert len(missing_to_rebuild(bare)) == 4


def test_the_champion_is_listed_and_a_past_day_is_answered(store, scientist, model, noon):
    with store.transaction(scientist) as tx:
        version = register_version(tx, "mortgage-approval", WHOLE)
        place(tx, version, Stage.PRODUCTION, "REQ-1")
        point(tx, model.key, Alias.CHAMPION, version, "REQ-1")
        tx.record(Event.TRANSITION_APPLIED, subject(model, version))

    with store.reading() as session:
        [line] = queries.models(session, ModelFilter(text="mort", tier=RiskTier.HIGH, in_production=True)).items
        [stood] = placement.placements(session, noon, Stage.PRODUCTION).items
        assert queries.models(session, ModelFilter(text="%")).total == 0
        [listed] = queries.versions(session, model.key).items

    assert (line.champion, line.newest) == (1, 1)
    assert (stood.model, stood.version, stood.request) == ("mortgage-approval", 1, "REQ-1")
    assert listed.is_champion


def test_the_champion_never_moves_without_a_request(store, scientist, model):
    with pytest.raises(ValueError, match="applied request"), store.transaction(scientist) as tx:
        point(tx, model.key, Alias.CHAMPION, None, None)


def test_an_unknown_version_says_which_is_the_newest(store, scientist, model):
    with store.transaction(scientist) as tx:
        register_version(tx, "mortgage-approval", WHOLE)

    with store.reading() as session, pytest.raises(NotFoundError, match="newest version is 1"):
        queries.version(session, "mortgage-approval", 9)


def test_a_use_case_needs_a_purpose(store, scientist, model):
    with pytest.raises(InputError), store.transaction(scientist) as tx:
        register_use_case(tx, slug="x", name="X", purpose="  ")
