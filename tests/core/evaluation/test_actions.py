"""Uploads through the action that every door calls."""

import pyarrow.parquet as pq
import pytest
from sklearn import metrics as sk
from sqlalchemy import select

from core.access.actions import grant_role
from core.access.person import ReviewRole
from core.audit import tables
from core.audit.event import Event
from core.errors import AccessError, ConflictError, EvidenceError, InputError, IntegrityError, NotFoundError
from core.evaluation import actions, intake, queries
from core.evaluation.provenance import Independence, Provenance
from core.evaluation.set_intake import SetDescription, prepare_set
from core.evaluation.upload import Columns, DataName
from core.registry.version import Task


def results(store, evaluation):
    with store.reading() as session:
        return {
            (row.metric, row.slice_value): row
            for row in queries.results(session, evaluation.key)
            if row.slice_attribute in {None, "race"}
        }


def test_labels_of_a_set_are_joined_by_id_whatever_the_order(store, upload, loans):
    rows = loans(seed=4)
    evaluation = upload("blind", list(reversed(rows)))
    assert evaluation.provenance is Provenance.RECOMPUTED
    found = results(store, evaluation)
    labels, scores = [row["approve"] for row in rows], [row["p"] for row in rows]
    assert found["roc_auc", None].value == pytest.approx(sk.roc_auc_score(labels, scores))
    assert found["accuracy", None].value == pytest.approx(sk.accuracy_score(labels, [row["decision"] for row in rows]))
    assert found["recall", "black"].n == sum(row["approve"] for row in rows if row["race"] == "black")


def test_own_labels_prove_arithmetic_and_are_marked_so(store, upload):
    evaluation = upload("own")
    assert evaluation.provenance is Provenance.RECOMPUTED_OWN_LABELS
    assert evaluation.label == "loanapp · 1 · test"
    assert any("independent rows" in warning for warning in evaluation.warnings)


def test_a_set_that_the_developer_registered_brings_their_own_labels(store, upload, people, validator, loans, file):
    with store.transaction(people["admin"].actor("password")) as tx:
        grant_role(tx, people["scientist"].key, ReviewRole.RISK_REVIEWER)
    said = SetDescription(
        "own-holdout",
        Task.BINARY,
        Columns(id="application", label="approve"),
        DataName(name="loanapp", version="1", split="test"),
        independence=Independence.HELD_OUT,
        independence_reason="Split before training; the seed is recorded.",
    )
    prepared = prepare_set(store, file(loans(), "own.csv"), "own.csv", said)
    upload("blind")
    with store.transaction(people["scientist"].actor("password")) as tx:
        actions.register_set(tx, prepared)
    assert upload("blind", set="own-holdout").provenance is Provenance.RECOMPUTED_OWN_LABELS
    assert upload("blind", set="own-holdout", actor=validator).provenance is Provenance.RECOMPUTED


def test_every_number_is_stored_with_n_events_interval_level_and_method(store, upload, loans):
    found = results(store, upload("blind"))
    accuracy = found["accuracy", None]
    assert (accuracy.n, accuracy.level, accuracy.method) == (120, 0.95, "Wilson")
    assert accuracy.low < accuracy.value < accuracy.high
    assert 0 < accuracy.events < 120
    ratio = next(row for (metric, _), row in found.items() if metric == "selection_rate_ratio")
    assert ratio.reference is not None


def test_only_hashed_ids_and_columns_that_play_a_part_are_kept(store, upload):
    evaluation = upload("own")
    kept = store.blobs.local(evaluation.blob)
    table = pq.read_table(kept)
    assert set(table.column_names) == {"id", "prediction", "label", "score", "group:race"}
    assert b"A-0001" not in kept.read_bytes()
    assert b"do not keep me" not in kept.read_bytes()


def test_reported_numbers_stand_beside_recomputed_ones_and_differences_are_said(store, upload):
    evaluation = upload("own", reported={"accuracy": 0.99, "gini": 0.5})
    found = results(store, evaluation)
    assert found["accuracy", None].reported == 0.99
    assert found["gini", None].value is None
    assert any("reported accuracy is 0.99" in warning for warning in evaluation.warnings)
    assert any("gini" in warning for warning in evaluation.warnings)


def test_each_use_of_a_set_is_counted(store, holdout, upload, loans):
    assert upload("blind", loans(1)).set_use == 1
    assert upload("blind", loans(2)).set_use == 2
    with store.reading() as session:
        assert queries.uses(session, holdout.key) == 2
        assert queries.sets(session).items[0].uses == 2


def test_the_same_file_again_is_the_evaluation_that_is_there(store, holdout, upload, loans):
    first = upload("blind")
    again = upload("blind", list(reversed(loans())))
    assert again.key == first.key
    with store.reading() as session:
        assert queries.uses(session, holdout.key) == 1


def test_current_is_the_newest_and_never_the_best(store, version, upload, loans):
    good = upload("blind", loans(1))
    poor = [row | {"p": round(1 - row["p"], 4), "decision": 1 - row["decision"]} for row in loans(1)]
    worse = upload("blind", poor)
    own = upload("own", loans(1))
    with store.reading() as session:
        assert [e.key for e in queries.current(session, version.key)] == [own.key, worse.key]
        assert queries.evaluations(session, version.key).total == 3
        assert queries.by_address(session, good.address).key == good.key


def test_a_validator_who_measures_is_marked_as_one(store, upload, loans, validator):
    assert not upload("blind").as_validator
    independent = upload("blind", actor=validator)
    assert independent.as_validator
    with store.reading() as session:
        assert queries.evaluations(session, independent.version_id).total == 2


def test_an_upload_links_the_version_to_the_set(store, upload, loans):
    upload("blind")
    from core.lineage import queries as lineage
    from core.lineage.node import Node, NodeKind

    with store.reading() as session:
        links = lineage.links_of(session, [Node(NodeKind.MODEL_VERSION, "mortgage-approval@1")])
    assert any(link.target.name == "mortgage-holdout" for link in links)


def test_an_upload_says_its_fingerprint_in_the_log(store, upload):
    evaluation = upload("own")
    with store.reading() as session:
        leaves = session.connection().execute(select(tables.entry.c.leaf)).scalars().all()
    written = [leaf for leaf in leaves if Event.EVALUATION_UPLOADED.value.encode() in bytes(leaf)]
    assert len(written) == 1
    assert evaluation.digest.encode() in bytes(written[0])


def test_nobody_uploads_without_the_right_and_the_refusal_is_recorded(store, version, people, upload):
    size = store.size()
    with pytest.raises(AccessError, match="upload an evaluation"):
        upload("own", actor=people["business"].actor("password"))
    assert store.size() == size + 1
    with store.reading() as session:
        assert queries.evaluations(session, version.key).total == 0


def test_a_version_of_another_task_and_one_that_is_not_there_are_refused(upload):
    with pytest.raises(InputError, match="registered for"):
        upload("own", task="multiclass", columns={"prediction": "decision", "label": "race"})
    with pytest.raises(NotFoundError):
        upload("own", version_of=("mortgage-approval", 9))


def test_a_set_is_registered_by_validator_or_administrator_only_and_never_changed(
    store, file, loans, scientist, validator
):
    said = SetDescription("another", Task.BINARY, Columns(id="application", label="approve"), DataName(name="loanapp"))
    prepared = prepare_set(store, file(loans()), "set.csv", said)
    with pytest.raises(AccessError), store.transaction(scientist) as tx:
        actions.register_set(tx, prepared)
    with store.transaction(validator) as tx:
        assert actions.register_set(tx, prepared).rows == 120
    with pytest.raises(ConflictError, match="already"), store.transaction(validator) as tx:
        actions.register_set(tx, prepared)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        pytest.param(Columns(label="approve"), "ids and labels", id="no ids"),
        pytest.param(Columns(id="application", label="approve", score="p"), "no predictions", id="predictions"),
        pytest.param(Columns(id="race", label="approve"), "repeats", id="ids that repeat"),
        pytest.param(Columns(id="application", label="note"), "Every row has the label", id="one class"),
        pytest.param(Columns(id="application", label="race"), "3 values", id="three classes for yes or no"),
    ],
)
def test_a_file_that_cannot_serve_as_a_set_is_refused(store, file, loans, columns, said):
    described = SetDescription("bad-set", Task.BINARY, columns, DataName(name="loanapp"))
    with pytest.raises((EvidenceError, InputError), match=said):
        prepare_set(store, file(loans()), "set.csv", described)


def test_trying_out_a_file_stores_nothing(store, file, loans, spec):
    size, blobs = store.size(), len(list(store.blobs))
    tried = intake.try_out(file(loans()), "predictions.csv", spec("own"), store.pseudonyms)
    assert {value.metric.value for value in tried.values} >= {"accuracy", "roc_auc", "calibration_slope"}
    assert (store.size(), len(list(store.blobs))) == (size, blobs)


def test_kept_rows_give_the_same_numbers_again(store, upload):
    evaluation = upload("blind")
    with store.reading() as session:
        again = intake.rows_of(session, store.blobs, evaluation.key)
    assert float(sk.roc_auc_score(again.rows.happened, again.rows.score)) == pytest.approx(
        results(store, evaluation)["roc_auc", None].value
    )
    assert [grouping.attribute for grouping in again.groupings] == ["race"]


@pytest.mark.parametrize("database", [None], ids=["sqlite"])
def test_a_number_that_was_changed_in_the_database_is_not_shown(store, upload):
    evaluation = upload("own")
    with store.writing.connect() as connection:
        names = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'metric_result'"
        ).scalars()
        for name in list(names):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("UPDATE metric_result SET value = 0.99 WHERE metric = 'roc_auc'")
        connection.commit()
    with store.reading() as session, pytest.raises(IntegrityError, match="EVL-1 no longer match"):
        queries.results(session, evaluation.key)
