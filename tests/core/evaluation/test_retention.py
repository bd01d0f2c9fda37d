"""Erasing uploaded files: with a reason, and never the evidence of a version in production."""

import pytest

from core.errors import AccessError, NotFoundError, TransitionError
from core.evaluation import retention
from core.evaluation.evaluation import Evaluation
from core.evaluation.evaluation_set import EvaluationSet
from core.registry import actions as registry
from core.registry.stage import Stage
from core.registry.version import ModelVersion


@pytest.fixture
def kept(store, upload):
    """Fingerprints of the stored predictions and of the evaluation set they were measured on."""
    upload("blind")
    with store.reading() as session:
        return session.get(Evaluation, 1).blob, session.get(EvaluationSet, 1).digest


def erase(store, people, fingerprint, who="admin"):
    with store.transaction(people[who].actor("password")) as tx:
        retention.erase_file(tx, fingerprint, "Asked for by the person.")


def release(store, scientist):
    with store.transaction(scientist) as tx:
        registry.place(tx, tx.session.get(ModelVersion, 1), Stage.PRODUCTION, "REQ-1")
        tx.events.append((0, None))


def test_an_administrator_erases_an_upload(store, people, kept):
    erase(store, people, kept[0])
    with pytest.raises(NotFoundError):
        store.blobs.read(kept[0])


@pytest.mark.parametrize("which", [0, 1])
def test_evidence_of_a_version_in_production_stays(store, people, scientist, kept, which):
    release(store, scientist)
    with pytest.raises(TransitionError, match="mortgage-approval@1"):
        erase(store, people, kept[which])
    assert store.blobs.read(kept[which])


def test_nobody_else_erases(store, people, kept):
    with pytest.raises(AccessError):
        erase(store, people, kept[0], "scientist")
