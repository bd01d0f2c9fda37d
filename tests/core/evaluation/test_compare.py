"""Head to head with the version in charge."""

import pytest

from core.evaluation import compare
from core.metrics.difference import ComparisonVerdict
from core.metrics.measured import Slice
from core.metrics.metric import Metric
from core.registry import queries as registry
from core.registry.actions import Build, point, register_version
from core.registry.stage import Alias
from core.registry.version import Task

pytestmark = pytest.mark.parametrize("database", [None], ids=["sqlite"])
V2 = ("mortgage-approval", 2)


@pytest.fixture
def challenger(store, version, scientist):
    """Version 2, while version 1 is in charge."""
    with store.transaction(scientist) as tx:
        found = register_version(tx, "mortgage-approval", Build(Task.BINARY, seed=2))
        point(tx, version.model_id, Alias.CHAMPION, registry.version(tx.session, "mortgage-approval", 1), "REQ-1")
        return found


def head_to_head(store, challenger):
    with store.reading() as session:
        return compare.with_champion(session, store.blobs, challenger)


def flipped(rows, every):
    """Get every so-manieth row wrong."""
    return [
        row | {"decision": 1 - row["approve"], "p": 0.05 if row["approve"] else 0.95} if place % every == 0 else row
        for place, row in enumerate(rows)
    ]


def perfect(rows):
    return [row | {"decision": row["approve"], "p": 0.97 if row["approve"] else 0.03} for row in rows]


def test_versions_are_compared_on_the_rows_of_the_set(store, upload, challenger, loans):
    upload("blind", flipped(loans(), 2))
    upload("blind", perfect(loans()), version_of=V2)
    [found] = head_to_head(store, challenger)
    assert (found.champion_version, found.shared, found.unpaired) == (1, 120, None)
    assert found.verdict(Metric.ACCURACY, 0.01) is ComparisonVerdict.BETTER
    assert found.verdict(Metric.ROC_AUC, 0.01) is ComparisonVerdict.BETTER
    assert found.mcnemar.only_champion == 0
    assert found.difference(Metric.RECALL).n == sum(row["approve"] for row in loans())


def test_the_same_predictions_are_not_worse_and_not_better(store, upload, challenger, loans):
    upload("blind")
    upload("blind", version_of=V2)
    [found] = head_to_head(store, challenger)
    assert found.verdict(Metric.ACCURACY, 0.05) is ComparisonVerdict.NOT_WORSE
    assert found.mcnemar.p == 1.0


def test_differences_are_told_for_each_group(store, upload, challenger, loans):
    upload("blind")
    upload("blind", perfect(loans()), version_of=V2)
    [found] = head_to_head(store, challenger)
    metrics = {d.metric for d in found.by_group[Slice("race", "black")]}
    assert {Metric.ACCURACY, Metric.SELECTION_RATE} <= metrics


def test_rows_that_only_one_predicted_are_left_out_and_said(store, upload, challenger, loans):
    upload("own", loans()[:100])
    upload("own", loans()[20:], version_of=V2)
    [found] = head_to_head(store, challenger)
    assert found.shared == 80
    assert any("80 rows are in both files" in warning for warning in found.warnings)


def test_unequal_labels_and_missing_ids_leave_no_paired_verdict(store, upload, challenger, loans):
    upload("own")
    upload("own", [loans()[0] | {"approve": 1 - loans()[0]["approve"]}, *loans()[1:]], version_of=V2)
    [found] = head_to_head(store, challenger)
    assert "1 of 120 shared rows have different labels" in found.unpaired
    assert found.verdict(Metric.ACCURACY, 0.1) is None

    bare = {"prediction": "decision", "score": "p", "label": "approve"}
    upload("own", version_of=V2, columns=bare)
    [found] = head_to_head(store, challenger)
    assert "order is no key" in found.unpaired


def test_without_a_champion_or_as_champion_there_is_nothing_to_compare(store, upload, version, loans):
    upload("blind")
    assert head_to_head(store, version) == []


def test_a_reader_is_told_when_nobody_said_how_far_rows_stand_from_training(store, upload, challenger, monkeypatch):
    monkeypatch.setattr(compare, "MANY_USES", 2)
    upload("blind")
    upload("blind", version_of=V2)
    [found] = head_to_head(store, challenger)
    assert any("used 2 times" in warning for warning in found.warnings)
