"""From where to where a version can be asked to go."""

import pytest

from core.approvals.route import kind, targets
from core.approvals.states import RequestKind
from core.errors import TransitionError
from core.registry.stage import Stage


@pytest.mark.parametrize(
    ("origin", "target", "approved_before", "expected"),
    [
        pytest.param(Stage.DEVELOPMENT, Stage.PRODUCTION, False, RequestKind.PROMOTION, id="straight to production"),
        pytest.param(Stage.STAGING, Stage.PRODUCTION, False, RequestKind.PROMOTION, id="step by step"),
        pytest.param(Stage.PRODUCTION, Stage.STAGING, True, RequestKind.DEMOTION, id="a step back"),
        pytest.param(Stage.PRODUCTION, Stage.ARCHIVED, True, RequestKind.RETIREMENT, id="out"),
        pytest.param(Stage.ARCHIVED, Stage.PRODUCTION, True, RequestKind.ROLLBACK, id="back to what was approved"),
        pytest.param(Stage.ARCHIVED, Stage.PRODUCTION, False, RequestKind.PROMOTION, id="archived, never approved"),
    ],
)
def test_the_way_says_what_kind_of_request_it_is(origin, target, approved_before, expected):
    assert kind(origin, target, approved_before=approved_before) is expected


@pytest.mark.parametrize("stage", list(Stage))
def test_nothing_goes_where_it_stands(stage):
    with pytest.raises(TransitionError, match="already"):
        kind(stage, stage, approved_before=True)


def test_an_archived_version_does_not_go_back_to_development():
    with pytest.raises(TransitionError, match="staging or production"):
        kind(Stage.ARCHIVED, Stage.DEVELOPMENT, approved_before=False)


def test_every_stage_can_be_left():
    assert all(targets(stage) for stage in Stage)
