"""Rules about numbers: bounds, groups, calibration and the champion. Each looks at evidence and returns readings."""

from collections.abc import Callable, Collection, Sequence

from core.metrics.metric import Metric
from core.policy.bound import enough, judge, readable
from core.policy.evidence import Compared, Contrast, GateEvidence, Measured, Measurement, finite
from core.policy.result import Reading, number, span
from core.policy.rule import (
    Calibration,
    GroupDifference,
    GroupRatio,
    MeasuredOn,
    MetricBound,
    NotWorseThanChampion,
)
from core.policy.verdict import Reason, Verdict
from core.policy.vocabulary import contrast

Readings = list[Reading]


def chosen(evidence: GateEvidence, on: MeasuredOn) -> list[Measured]:
    """The evaluations a rule reads: every current one that matches, never the best of them."""
    return [
        one
        for one in evidence.evaluations
        if (on.set is None or one.set_name == on.set)
        and (on.dataset is None or one.dataset == on.dataset)
        and (on.split is None or one.split == on.split)
    ]


def where_words(on: MeasuredOn) -> str:
    """Where a rule wants something measured, for reading."""
    parts = [on.set and f"the evaluation set {on.set}", on.dataset and f"the data set {on.dataset}"]
    parts.append(on.split and f"the split {on.split}")
    said = [part for part in parts if part]
    return ", ".join(said) if said else "an evaluation set"


def absent(on: MeasuredOn, what: str) -> Reading:
    """A reading for something nobody measured."""
    asked = f" on {where_words(on)}" if on != MeasuredOn() else ""
    return Reading(what, Verdict.NOT_MEASURED, f"Nothing that counts was measured{asked} yet.")


def each_evaluation(
    evidence: GateEvidence, on: MeasuredOn, what: str, look: Callable[[Measured], Readings]
) -> Readings:
    """Look at every evaluation a rule reads; where there is none, or one shows nothing, say so."""
    evaluations = chosen(evidence, on)
    if not evaluations:
        return [absent(on, what)]
    found: Readings = []
    for one in evaluations:
        found += look(one) or [
            Reading(
                f"{what}, on {one.where}",
                Verdict.NOT_MEASURED,
                f"{one.reference.address} does not contain it.",
                evidence=(one.reference,),
            )
        ]
    return found


def metric_bound(rule: MetricBound, evidence: GateEvidence) -> Readings:
    """Hold a metric against its bound, overall or in each group."""
    what = rule.metric.words

    def look(evaluation: Measured) -> Readings:
        by: set[str | None] = {rule.attribute} if rule.attribute else {*evaluation.attributes}
        wanted = {None} if rule.groups == "overall" else by
        figures = [one for one in evaluation.measurements if one.metric == rule.metric and one.attribute in wanted]
        found = [_bounded(_slice_words(what, one.attribute, one.group), one, rule, evaluation) for one in figures]
        if rule.groups == "each":
            found += _left_out(what, rule.attribute, {one.attribute for one in figures}, evaluation)
        return found

    return each_evaluation(evidence, rule.measured_on, what, look)


def group_contrast(rule: GroupRatio | GroupDifference, evidence: GateEvidence) -> Readings:
    """Hold the ratio or the difference between groups against its bound."""
    shape = "ratio" if isinstance(rule, GroupRatio) else "difference"
    what = Metric(contrast(rule.kind, rule.metric)).words

    def look(evaluation: Measured) -> Readings:
        figures = [
            one
            for one in evaluation.contrasts
            if (one.shape, one.metric) == (shape, rule.metric)
            and rule.attribute in {None, one.attribute}
            and rule.reference in {None, one.reference}
        ]
        found = [
            _bounded(f"{one.attribute}: {one.group} against {one.reference}", one, rule, evaluation) for one in figures
        ]
        return found + _left_out(what, rule.attribute, {one.attribute for one in figures}, evaluation)

    return each_evaluation(evidence, rule.measured_on, what, look)


def _left_out(what: str, only: str | None, seen: Collection[str | None], evaluation: Measured) -> Readings:
    """A group column that belongs to the evaluation and shows nothing does not leave the gate in silence."""
    return [
        Reading(
            f"{what} by {attribute}, on {evaluation.where}",
            Verdict.NOT_MEASURED,
            f"{evaluation.reference.address} shows nothing by {attribute}: no group is large enough, or the column was "
            "left out.",
            reason=Reason.SAMPLE_SIZE,
            evidence=(evaluation.reference,),
        )
        for attribute in evaluation.attributes
        if attribute not in seen and only in {None, attribute}
    ]


def calibration(rule: Calibration, evidence: GateEvidence) -> Readings:
    """Hold calibration slope and intercept against their ranges."""

    def look(evaluation: Measured) -> Readings:
        overall = {one.metric: one for one in evaluation.measurements if one.attribute is None}
        found: Readings = []
        for name, allowed in ((Metric.CALIBRATION_SLOPE, rule.slope), (Metric.CALIBRATION_INTERCEPT, rule.intercept)):
            subject = f"{name.words}, on {evaluation.where}"
            if name in overall:
                found.append(_inside(subject, overall[name], allowed, rule, evaluation))
            else:
                found.append(
                    Reading(
                        subject,
                        Verdict.NOT_MEASURED,
                        f"{evaluation.reference.address} does not contain it.",
                        evidence=(evaluation.reference,),
                    )
                )
        return found

    return each_evaluation(evidence, rule.measured_on, "calibration", look)


def champion(rule: NotWorseThanChampion, evidence: GateEvidence) -> Readings:
    """Hold the paired difference with the champion against the margin."""
    what = rule.metric.words
    if evidence.champion is None:
        return [
            Reading(what, Verdict.NOT_APPLICABLE, "No other version is in charge, so there is nothing to compare with.")
        ]

    side_by_side = any(one.references_compared for one in chosen(evidence, rule.measured_on))

    def look(evaluation: Measured) -> Readings:
        subject = f"{what} against {evidence.champion}, on {evaluation.where}"
        read = (evaluation.reference, *evaluation.references_compared)
        if evaluation.unpaired:
            # Rows that the champion never saw say nothing, as long as there are others that both saw.
            beside = side_by_side and not evaluation.references_compared
            verdict = Verdict.NOT_APPLICABLE if beside else Verdict.NOT_MEASURED
            return [Reading(subject, verdict, evaluation.unpaired, evidence=read)]
        return [_not_worse(subject, one, rule, evaluation) for one in evaluation.compared if one.metric == rule.metric]

    return each_evaluation(evidence, rule.measured_on, what, look)


def _slice_words(what: str, attribute: str | None, group: str | None) -> str:
    return what if attribute is None else f"{what}, {attribute}: {group}"


def _bounded(
    subject: str,
    figure: Measurement | Contrast,
    rule: MetricBound | GroupRatio | GroupDifference,
    evaluation: Measured,
) -> Reading:
    judgement = judge(figure, rule)
    return Reading(
        f"{subject}, on {evaluation.where}",
        judgement.verdict,
        judgement.sentence,
        *_numbers(figure),
        short_by=judgement.short_by,
        reason=judgement.reason,
        evidence=(evaluation.reference,),
    )


def _numbers(figure: Measurement | Contrast | Compared) -> tuple[float | None, float | None, float | None, int | None]:
    return finite(figure.value), finite(figure.low), finite(figure.high), figure.n


def _inside(
    subject: str, figure: Measurement, allowed: tuple[float, float], rule: Calibration, evaluation: Measured
) -> Reading:
    """Both ends have to lie inside; the value alone when the rule judges the value."""
    stop = readable(figure, level=None if rule.judged_by == "value" else 0.95) or enough(figure, rule.minimum)
    value, low, high, n = _numbers(figure)
    if stop or value is None:
        verdict = stop.verdict if stop else Verdict.UNSATISFIED
        sentence = stop.sentence if stop else "The stored value is no finite number, so it shows nothing."
        reason = stop.reason if stop else None
        return Reading(subject, verdict, sentence, value, low, high, n, reason=reason, evidence=(evaluation.reference,))
    least, most = (value, value) if rule.judged_by == "value" or low is None or high is None else (low, high)
    short_by = max(allowed[0] - least, most - allowed[1])
    met = short_by <= 0
    value_met = allowed[0] <= value <= allowed[1]
    reason = None if met else Reason.SAMPLE_SIZE if value_met else Reason.VALUE
    shown, bounds = span(value, low, high), f"{number(allowed[0])} to {number(allowed[1])}"
    sentence = (
        f"{shown}: inside {bounds}."
        if met
        else f"{shown}: the value lies inside {bounds}, but its interval does not; only the sample is too small."
        if value_met
        else f"{shown}: the value lies outside {bounds}."
    )
    return Reading(
        subject,
        Verdict.SATISFIED if met else Verdict.UNSATISFIED,
        sentence,
        value,
        low,
        high,
        n,
        short_by,
        reason,
        (evaluation.reference,),
    )


def _not_worse(subject: str, figure: Compared, rule: NotWorseThanChampion, evaluation: Measured) -> Reading:
    """`better` when the lower limit exceeds 0, `not worse` above minus the margin; else worse or inconclusive."""
    read = (evaluation.reference, *evaluation.references_compared)
    stop = readable(figure, level=rule.level) or enough(figure, rule.minimum)
    value, low, high, n = _numbers(figure)
    if stop or value is None or low is None or high is None:
        verdict = stop.verdict if stop else Verdict.UNSATISFIED
        sentence = stop.sentence if stop else "The stored difference is no finite number, so it shows nothing."
        reason = stop.reason if stop else None
        return Reading(subject, verdict, sentence, value, low, high, n, reason=reason, evidence=read)
    verdict, words, reason = _compare(value, low, high, rule.margin)
    return Reading(
        subject,
        verdict,
        f"Difference {span(value, low, high)}, where more is better; {words}.",
        value,
        low,
        high,
        n,
        -rule.margin - low,
        reason,
        read,
    )


def _compare(value: float, low: float, high: float, margin: float) -> tuple[Verdict, str, Reason | None]:
    if low > 0:
        return Verdict.SATISFIED, "better than the champion", None
    if low > -margin:
        return Verdict.SATISFIED, f"not worse by more than {number(margin)}", None
    if high < -margin:
        return Verdict.UNSATISFIED, f"worse by more than {number(margin)}", Reason.VALUE
    if value > -margin:
        words = f"inconclusive: the difference would do, but only the sample is too small to rule out {number(margin)}"
        return Verdict.UNSATISFIED, words, Reason.SAMPLE_SIZE
    words = f"inconclusive: the difference misses {number(margin)}, and its interval reaches both sides of it"
    return Verdict.UNSATISFIED, words, Reason.INTERVAL


def worst_first(readings: Sequence[Reading]) -> tuple[Reading, ...]:
    """Order readings so that what decides comes first: the worst verdict, then the number furthest off."""
    order = (
        Verdict.ERROR,
        Verdict.UNSATISFIED,
        Verdict.NOT_MEASURED,
        Verdict.SATISFIED,
        Verdict.OVERRIDDEN,
        Verdict.NOT_APPLICABLE,
    )

    def rank(reading: Reading) -> tuple[int, float]:
        return order.index(reading.verdict), -(reading.short_by if reading.short_by is not None else float("-inf"))

    return tuple(sorted(readings, key=rank))
