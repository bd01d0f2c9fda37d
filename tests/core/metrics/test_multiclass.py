"""Several classes against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from core.metrics import multiclass
from core.metrics.measured import Slice
from core.metrics.metric import Metric
from core.metrics.multiclass import MulticlassRows
from core.metrics.resampling import design

CLASSES = ["ant", "bee", "cat"]


def rows_of(seed, n=300, weight=None, cluster=None):
    random = np.random.default_rng(seed)
    truth = random.integers(0, 3, n)
    logits = 1.5 * np.eye(3)[truth] + random.normal(size=(n, 3))
    scores = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    return MulticlassRows(truth, scores.argmax(1), scores, CLASSES, design(n, weight, cluster))


def overall(rows):
    return {v.metric: v for v in multiclass.measure(rows) if v.slice is None}


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_every_point_equals_scikit_learn(seed):
    rows = rows_of(seed)
    found = overall(rows)
    t, p = rows.truth, rows.predicted
    assert found[Metric.ACCURACY].value == pytest.approx(sk.accuracy_score(t, p))
    assert found[Metric.BALANCED_ACCURACY].value == pytest.approx(sk.balanced_accuracy_score(t, p))
    assert found[Metric.MACRO_PRECISION].value == pytest.approx(sk.precision_score(t, p, average="macro"))
    assert found[Metric.MACRO_F1].value == pytest.approx(sk.f1_score(t, p, average="macro"))
    assert found[Metric.WEIGHTED_F1].value == pytest.approx(sk.f1_score(t, p, average="weighted"))
    assert found[Metric.COHEN_KAPPA].value == pytest.approx(sk.cohen_kappa_score(t, p))
    assert found[Metric.MATTHEWS_CORRELATION].value == pytest.approx(sk.matthews_corrcoef(t, p))
    assert found[Metric.LOG_LOSS].value == pytest.approx(sk.log_loss(t, rows.scores))
    assert found[Metric.MACRO_ROC_AUC].value == pytest.approx(sk.roc_auc_score(t, rows.scores, multi_class="ovr"))


def test_the_brier_score_adds_over_classes():
    rows = rows_of(1)
    expected = ((rows.scores - np.eye(3)[rows.truth]) ** 2).sum(1).mean()
    assert overall(rows)[Metric.BRIER_SCORE].value == pytest.approx(expected)


def test_each_class_has_its_own_numbers_under_the_class_slice():
    rows = rows_of(2)
    found = {(v.metric, v.slice): v for v in multiclass.measure(rows) if v.slice is not None}
    recall = found[Metric.RECALL, Slice("class", "bee")]
    assert recall.value == pytest.approx(sk.recall_score(rows.truth, rows.predicted, average=None)[1])
    assert recall.n == (rows.truth == 1).sum()
    assert (Metric.ROC_AUC, Slice("class", "cat")) in found


def test_classes_share_their_rows_so_the_macro_interval_follows_a_bootstrap():
    rows = rows_of(3, n=400)
    value = overall(rows)[Metric.MACRO_ROC_AUC]
    random = np.random.default_rng(0)
    again = []
    for _ in range(300):
        drawn = random.integers(0, 400, 400)
        again.append(sk.roc_auc_score(rows.truth[drawn], rows.scores[drawn], multi_class="ovr"))
    assert (value.high - value.low) / (2 * 1.96) == pytest.approx(np.std(again), rel=0.15)


def test_weights_and_clusters_are_resampled():
    rows = rows_of(4, weight=np.random.default_rng(1).uniform(0.5, 2, 300), cluster=np.arange(300) // 6)
    found = overall(rows)
    assert found[Metric.ACCURACY].value == pytest.approx(
        sk.accuracy_score(rows.truth, rows.predicted, sample_weight=rows.design.weight)
    )
    for metric in (Metric.ACCURACY, Metric.MACRO_F1, Metric.LOG_LOSS, Metric.MACRO_ROC_AUC):
        assert "50 clusters" in found[metric].method
        assert found[metric].low < found[metric].value < found[metric].high


def test_a_class_that_is_never_predicted_leaves_macro_precision_undefined():
    rows = rows_of(5)
    predicted = np.where(rows.predicted == 2, 0, rows.predicted)
    found = overall(MulticlassRows(rows.truth, predicted, None, CLASSES, rows.design))
    assert found[Metric.MACRO_PRECISION].value is None
    assert found[Metric.MACRO_F1].value is not None
