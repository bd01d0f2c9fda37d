from datetime import UTC, datetime

import pytest

from app.components.gate_checklist import headline
from core.policy import document, gate
from core.policy.evidence import GateEvidence, Reference
from core.policy.result import RuleResult
from core.policy.rule import ArtifactDigest
from core.policy.verdict import Severity, Verdict
from core.registry.stage import Stage

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
WHOLE = {"code_ref": "abc", "data_digests": ["d"], "environment_ref": "lock", "seed": 0}
FILE = Reference("artifact", "reader@1", "sha256:" + "0" * 64)


def said(name, target, **evidence):
    policy = document.parse(document.default_text(name))
    return headline(gate.evaluate(policy, target, GateEvidence("reader", 1, "regression", **evidence), (), NOON))


@pytest.mark.parametrize(
    ("name", "target", "evidence", "words"),
    [
        ("low", Stage.STAGING, {"artifact": FILE}, "All 1 required check is met"),
        ("low", Stage.STAGING, {}, "1 of 1 required checks is not met"),
        ("medium", Stage.STAGING, {"artifact": FILE}, "2 of 3 required checks are not met"),
        ("low", Stage.DEVELOPMENT, {"artifact": FILE}, "names no check for this step"),
    ],
)
def test_the_first_line_says_whether_the_gate_opens(name, target, evidence, words):
    assert words in said(name, target, **evidence)


def result(identifier, verdict, severity=Severity.REQUIRED):
    rule = ArtifactDigest(id=identifier, title=identifier, severity=severity, kind="artifact_digest")
    return RuleResult(rule, verdict, verdict, "")


def test_exceptions_and_checks_that_block_nothing_are_counted_apart():
    shown = gate.Gate(
        "high",
        Stage.PRODUCTION,
        NOON,
        (
            *(result(f"met-{n}", Verdict.SATISFIED) for n in range(6)),
            result("advised", Verdict.SATISFIED, Severity.ADVISORY),
            result("accepted", Verdict.OVERRIDDEN),
            result("low", Verdict.UNSATISFIED),
            result("lower", Verdict.UNSATISFIED),
            result("hint", Verdict.UNSATISFIED, Severity.ADVISORY),
            result("elsewhere", Verdict.NOT_APPLICABLE),
        ),
    )
    assert (len(shown.required), len(shown.met), len(shown.blocking), len(shown.overridden)) == (9, 6, 2, 1)
    assert headline(shown).endswith(
        "**2 of 9 required checks are not met yet.** 1 is accepted by exception. "
        "1 check that blocks nothing is not met either."
    )


def test_colour_is_never_the_only_sign():
    assert ":material/check_circle:" in said("low", Stage.STAGING, artifact=FILE, record=WHOLE)
    assert ":material/block:" in said("low", Stage.STAGING)
