"""The version beside the one in charge, on the rows that both predicted, judged by the margins of the policy."""

from core.errors import IntegrityError, NotFoundError
from core.evaluation import compare
from core.metrics.difference import ComparisonVerdict, PairedDifference
from core.metrics.metric import Direction, Metric
from core.policy import queries as policies
from core.policy.rule import NotWorseThanChampion
from core.reports.composing.asking import Asked
from core.reports.composing.card import next_stage
from core.reports.content import Comparison, Difference, Fact, Mark, Tone
from core.reports.writing import number

_TONES = {
    ComparisonVerdict.BETTER: Tone.GOOD,
    ComparisonVerdict.NOT_WORSE: Tone.GOOD,
    ComparisonVerdict.WORSE: Tone.BAD,
    ComparisonVerdict.INCONCLUSIVE: Tone.CAUTION,
}


def comparisons(asked: Asked) -> tuple[Comparison, ...]:
    """Compare every current evaluation with the champion's on the same set."""
    try:
        found = compare.with_champion(asked.session, asked.blobs, asked.version)
    except (IntegrityError, NotFoundError) as gone:
        return (Comparison("Not possible", (Fact("Why", f"{gone.problem} {gone.fix}"),), ()),)
    margins = _margins(asked)
    return tuple(_comparison(one, margins) for one in found)


def _margins(asked: Asked) -> dict[Metric, float]:
    """The margins that the governing policy names for the next stage; the narrowest where it names several."""
    policy = policies.find_governing(asked.session, asked.model.materiality)
    stage = policy.document.stage(next_stage(asked.version.stage)) if policy else None
    margins: dict[Metric, float] = {}
    for rule in stage.rules if stage else ():
        if isinstance(rule, NotWorseThanChampion):
            metric = Metric(rule.metric)
            margins[metric] = min(rule.margin, margins.get(metric, rule.margin))
    return margins


def _comparison(one: compare.Comparison, margins: dict[Metric, float]) -> Comparison:
    facts = [
        Fact("Evaluations", f"{one.candidate.address} against {one.champion.address}"),
        Fact("Rows that both predicted", f"{one.shared:,}"),
    ]
    notes = list(one.warnings)
    if one.unpaired is not None:
        facts.append(Fact("Why there is no verdict", one.unpaired))
    if one.mcnemar is not None:
        counts = one.mcnemar
        notes.append(
            f"{counts.only_candidate:,} rows only this version gets right, {counts.only_champion:,} only the champion; "
            f"McNemar ({counts.test}): p = {number(counts.p)}. It speaks of accuracy only."
        )
    if one.differences and not margins:
        notes.append("The governing policy names no margin, so no difference is judged.")
    return Comparison(
        title=f"Against version {one.champion_version} on {one.candidate.label}",
        facts=tuple(facts),
        differences=tuple(_difference(row, margins.get(row.metric)) for row in one.differences),
        notes=tuple(notes),
    )


def _difference(row: PairedDifference, margin: float | None) -> Difference:
    verdict = Mark("no margin named")
    if row.metric.direction not in {Direction.HIGHER, Direction.LOWER}:
        verdict = Mark("neither way is better")
    elif margin is not None:
        found = row.verdict(margin)
        verdict = Mark(found.words, _TONES[found])
    return Difference(
        metric=row.metric.words,
        champion=row.champion,
        candidate=row.candidate,
        difference=row.difference,
        low=row.low,
        high=row.high,
        margin=margin,
        verdict=verdict,
    )
