import json
from dataclasses import replace

import numpy as np
import pytest

from core import digest
from core.audit.actor import SYSTEM
from core.audit.event import Event, Subject
from core.evaluation import actions as evaluation
from core.evaluation.provenance import Independence
from core.evaluation.set_intake import SetDescription, prepare_set
from core.evaluation.upload import Columns, DataName, parse
from core.policy import actions, queries
from core.policy.verdict import Verdict
from core.registry.actions import Build, ModelDescription, point, register_model, register_use_case, register_version
from core.registry.materiality import Exposure, Purpose, RiskTier
from core.registry.stage import Alias, Stage
from core.registry.version import ModelVersion, Task

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


@pytest.fixture
def upload(store, people, register, tmp_path):
    """Upload 240 applications of three groups, joined to a registered set; another seed is another model."""
    _, version = register(WHOLE)
    random = np.random.default_rng(1)
    truth = random.random(240) < 0.7
    group = np.array(["white", "black", "hispanic"])[np.arange(240) % 3]
    lines = [f"{i},{int(t)},{g}" for i, (t, g) in enumerate(zip(truth, group, strict=True))]
    labels = tmp_path / "labels.csv"
    labels.write_text("\n".join(["id,approve,race", *lines]))
    said = SetDescription(
        "mortgage-holdout",
        Task.BINARY,
        Columns(id="id", label="approve", groups=("race",)),
        DataName(name="loanapp", version="1", split="test"),
        independence=Independence.HELD_OUT,
        independence_reason="Split before training; the seed is recorded.",
    )
    with store.transaction(people["validator"].actor("password")) as tx:
        evaluation.register_set(tx, prepare_set(store, labels, "labels.csv", said))

    def send(number=version.version, seed=2):
        noise = np.random.default_rng(seed).normal(0, 0.15, 240)
        score = np.clip(0.35 + 0.4 * truth + noise, 0.01, 0.99)
        file = tmp_path / "predictions.csv"
        file.write_text("\n".join(["id,p", *(f"{i},{s:.4f}" for i, s in enumerate(score))]))
        spec = {"task": "binary", "set": "mortgage-holdout", "columns": {"id": "id", "score": "p"}}
        said = parse(json.dumps(spec | {"positive": 1, "threshold": 0.5}))
        actor = people["scientist"].actor("password")
        return evaluation.upload(store, actor, ("mortgage", number), file, "predictions.csv", spec=said)

    return version, send


def test_every_rule_about_numbers_finds_what_an_upload_measured(store, upload, noon):
    version, send = upload
    uploaded = send()
    with store.reading() as session:
        shown = queries.evidence(session, store.blobs, version, Stage.PRODUCTION, noon)
        governing = queries.governing(session, RiskTier.HIGH)
        checked = queries.evaluated(session, store.blobs, governing, version, target=Stage.PRODUCTION, now=noon)
    (one,) = shown.evaluations
    assert (one.set_name, one.uses, one.attributes) == ("mortgage-holdout", 1, ("race",))
    assert one.reference.address == uploaded.address
    found = {result.rule.id: result for result in checked.results}
    assert found["ranking"].verdict is Verdict.SATISFIED
    assert found["recomputed"].verdict is Verdict.SATISFIED
    assert found["recent"].verdict is Verdict.SATISFIED
    assert found["set-uses"].measured == 1
    assert found["equal-approval"].verdict in {Verdict.SATISFIED, Verdict.UNSATISFIED}
    assert len(found["equal-approval"].readings) == 2
    assert len(found["calibrated"].readings) == 2
    assert all(reading.value is not None for reading in found["calibrated"].readings)
    assert found["not-worse"].verdict is Verdict.NOT_APPLICABLE


def test_the_version_in_charge_is_compared_on_the_same_rows_and_more_is_better(store, register, upload, noon):
    version, send = upload
    send()
    _, challenger = register(replace(WHOLE, artifact_sha256=digest.of_bytes(b"better")))
    send(challenger.version, seed=3)
    with store.transaction(SYSTEM) as tx:
        point(tx, version.model_id, Alias.CHAMPION, tx.session.get(ModelVersion, version.key), "REQ-1")
        tx.record(Event.TRANSITION_APPLIED, Subject("request", "REQ-1"))
    with store.reading() as session:
        shown = queries.evidence(session, store.blobs, challenger, Stage.PRODUCTION, noon)
        before = queries.evidence(session, store.blobs, challenger, Stage.STAGING, noon)
    assert shown.champion == "mortgage@1"
    (one,) = shown.evaluations
    found = {compared.metric: compared for compared in one.compared}
    assert {"roc_auc", "brier_score", "recall"} <= set(found)
    assert all(compared.low <= compared.value <= compared.high for compared in found.values())
    plain = {m.metric: m.value for m in one.measurements if m.attribute is None}
    theirs = {m.metric: m.value for m in _champions(store, version, noon) if m.attribute is None}
    assert found["roc_auc"].value == pytest.approx(plain["roc_auc"] - theirs["roc_auc"])
    assert found["brier_score"].value == pytest.approx(theirs["brier_score"] - plain["brier_score"])
    assert before.evaluations[0].compared == ()


def _champions(store, version, noon):
    with store.reading() as session:
        return queries.evidence(session, store.blobs, version, Stage.PRODUCTION, noon).evaluations[0].measurements
