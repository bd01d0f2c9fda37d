"""The gate: every rule of a policy held against the evidence. Pure; what it reads is handed in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from core.policy import asking, measured, recorded
from core.policy.clearing import clearing
from core.policy.document import ApprovalRule, Document
from core.policy.evidence import GateEvidence
from core.policy.measured import Readings, worst_first
from core.policy.result import Override, Reading, RuleResult
from core.policy.rule import (
    ArtifactDigest,
    Calibration,
    CardComplete,
    GroupDifference,
    GroupRatio,
    MaximumAge,
    MetricBound,
    NotWorseThanChampion,
    Provenance,
    Reproducible,
    Rule,
    SetUses,
)
from core.policy.verdict import Severity, Verdict
from core.registry.stage import Stage

_READS = {
    NotWorseThanChampion: "comparison",
    CardComplete: "card",
    ArtifactDigest: "artifact",
    Reproducible: "record",
}


@dataclass(frozen=True, slots=True)
class Gate:
    """What a policy decides about one version on its way to one stage.

    Attributes:
        policy: name of the policy.
        target: the stage asked for.
        at: the moment it was evaluated.
        results: one per rule, in the policy's order.
        approvals: who has to agree.
    """

    policy: str
    target: Stage
    at: datetime
    results: tuple[RuleResult, ...] = ()
    approvals: tuple[ApprovalRule, ...] = ()

    @property
    def blocking(self) -> tuple[RuleResult, ...]:
        """The required rules that keep it closed."""
        return tuple(one for one in self.results if one.blocks)

    @property
    def required(self) -> tuple[RuleResult, ...]:
        """The required rules that apply: every count is of these."""
        return tuple(
            one
            for one in self.results
            if one.rule.severity is Severity.REQUIRED and one.verdict is not Verdict.NOT_APPLICABLE
        )

    @property
    def met(self) -> tuple[RuleResult, ...]:
        """The required rules that are met by themselves; what somebody accepted is not among them."""
        return tuple(one for one in self.required if one.verdict is Verdict.SATISFIED)

    @property
    def opens(self) -> bool:
        """Whether it opens: no required rule blocks, and at least one has shown something.

        A gate without rules, or one whose required rules all do not apply, has shown nothing.
        """
        shown = any(
            one.rule.severity is Severity.REQUIRED and one.verdict in {Verdict.SATISFIED, Verdict.OVERRIDDEN}
            for one in self.results
        )
        return shown and not self.blocking

    @property
    def overridden(self) -> tuple[RuleResult, ...]:
        """What somebody accepted although it is not met."""
        return tuple(one for one in self.results if one.verdict is Verdict.OVERRIDDEN)

    def counts(self) -> dict[Verdict, int]:
        """How many required rules answered what."""
        required = [one.verdict for one in self.results if one.rule.severity is Severity.REQUIRED]
        return {verdict: required.count(verdict) for verdict in Verdict if verdict in required}

    def result(self, rule_id: str) -> RuleResult | None:
        """The answer of one rule."""
        return next((one for one in self.results if one.rule.id == rule_id), None)


def evaluate(
    document: Document, target_stage: Stage, evidence: GateEvidence, overrides: Sequence[Override], now: datetime
) -> Gate:
    """Hold every rule of a policy against the evidence.

    Args:
        document: the policy, as published.
        target_stage: the stage asked for; a policy that says nothing about it opens nothing.
        evidence: what was gathered about the version.
        overrides: acceptances of a risk reviewer; one covers a rule only while it is in time, within the days the
            policy allows, the rule still reads what its author saw, and its author still stands for it.
        now: the moment, aware and in UTC; ages and ends are counted from it.
    """
    stage = document.stage(target_stage)
    if stage is None:
        return Gate(document.name, target_stage, now)
    rules = [rule for rule in stage.rules if _applies(rule, evidence)]
    counted = recorded.accepted(rules, evidence)
    results = tuple(
        check(rule, evidence if isinstance(rule, Provenance) else counted, overrides, now) for rule in stage.rules
    )
    return Gate(document.name, target_stage, now, results, stage.approvals)


def check(rule: Rule, evidence: GateEvidence, overrides: Sequence[Override], now: datetime) -> RuleResult:
    """Hold one rule against the evidence."""
    readings = worst_first(_read(rule, evidence, now))
    worst = readings[0]
    result = RuleResult(
        rule=rule,
        verdict=worst.verdict,
        found=worst.verdict,
        explanation=_explain(readings),
        threshold=asking.limit(rule),
        threshold_words=asking.words(rule),
        readings=readings,
        clearing=clearing(rule, worst),
    )
    return _accepted(result, overrides, now)


def _applies(rule: Rule, evidence: GateEvidence) -> bool:
    only = rule.applies_to
    return (not only.tasks or evidence.task in only.tasks) and (not only.models or evidence.model in only.models)


def _read(rule: Rule, evidence: GateEvidence, now: datetime) -> Readings:
    if not _applies(rule, evidence):
        return [Reading(rule.title, Verdict.NOT_APPLICABLE, "It is asked of other models.")]
    kind = _READS.get(type(rule), "evaluation")
    if isinstance(rule, MaximumAge):
        kind = rule.of
    if kind in evidence.unreadable:
        return [Reading(kind, Verdict.ERROR, evidence.unreadable[kind])]
    return _look(rule, evidence, now) or [Reading(rule.title, Verdict.NOT_MEASURED, "There was nothing to look at.")]


def _look(rule: Rule, evidence: GateEvidence, now: datetime) -> Readings:  # noqa: PLR0911  one line per kind
    match rule:
        case MetricBound():
            return measured.metric_bound(rule, evidence)
        case GroupRatio() | GroupDifference():
            return measured.group_contrast(rule, evidence)
        case NotWorseThanChampion():
            return measured.champion(rule, evidence)
        case Calibration():
            return measured.calibration(rule, evidence)
        case CardComplete():
            return recorded.card_complete(evidence)
        case Provenance():
            return recorded.provenance(rule, evidence)
        case Reproducible():
            return recorded.reproducible(evidence)
        case ArtifactDigest():
            return recorded.artifact_digest(evidence)
        case MaximumAge():
            return recorded.maximum_age(rule, evidence, now)
        case SetUses():
            return recorded.set_uses(rule, evidence)
        case _:
            assert_never(rule)


def _explain(readings: tuple[Reading, ...]) -> str:
    """Say what decided, and of how many things looked at."""
    worst = readings[0]
    alike = sum(one.verdict is worst.verdict for one in readings)
    sentence = f"{worst.subject[:1].upper()}{worst.subject[1:]}: {worst.sentence}"
    if len(readings) == 1 or worst.verdict is Verdict.NOT_APPLICABLE:
        return sentence
    judged = [one for one in readings if one.verdict is not Verdict.NOT_APPLICABLE]
    if worst.verdict is Verdict.SATISFIED:
        return f"Met for all {len(judged)}; the closest: {sentence}" if len(judged) > 1 else sentence
    return f"{worst.verdict.words} for {alike} of {len(judged)}. {sentence}"


def _accepted(result: RuleResult, overrides: Sequence[Override], now: datetime) -> RuleResult:
    if result.verdict not in {Verdict.UNSATISFIED, Verdict.NOT_MEASURED}:
        return result
    lapsed = ""
    for one in sorted(overrides, key=lambda given: given.accepted_at, reverse=True):
        if one.rule_id != result.rule.id:
            continue
        lapsed = _lapse(result, one, now)
        if not lapsed:
            return replace(result, verdict=Verdict.OVERRIDDEN, override=one, lapsed="")
    return replace(result, lapsed=lapsed)


def _lapse(result: RuleResult, one: Override, now: datetime) -> str:
    """Say why an acceptance does not cover a result; empty when it does."""
    allowed = result.rule.acceptable
    if allowed is None:
        return "This policy does not let anybody accept it."
    if not one.accepted_at <= now < one.until:
        return "The acceptance is over."
    if one.until - one.accepted_at > timedelta(days=allowed.max_days):
        return f"The acceptance was given for longer than the {allowed.max_days} days that the policy allows."
    if one.basis != result.basis:
        return "The evidence or the rule changed since it was accepted."
    return one.void
