"""The version beside the one in charge, or the one that it replaced, on shared rows, judged by the policy's margins."""

from core.approvals import decided, release
from core.errors import IntegrityError, NotFoundError
from core.evaluation import compare
from core.metrics.difference import ComparisonVerdict, PairedDifference
from core.metrics.metric import Direction, Metric
from core.policy import queries as policies
from core.policy.rule import NotWorseThanChampion
from core.registry import queries as registry
from core.registry.stage import Stage
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
    """Compare every current evaluation with the champion's on the same set.

    The champion itself is compared with the version it replaced, by the evaluations it was approved on.
    """
    try:
        found = _replaced(asked) or compare.with_champion(asked.session, asked.blobs, asked.version)
    except (IntegrityError, NotFoundError) as gone:
        return (Comparison("Not possible", (Fact("Why", f"{gone.problem} {gone.fix}"),), ()),)
    margins = _margins(asked)
    return tuple(_comparison(one, margins) for one in found)


def _replaced(asked: Asked) -> list[compare.Comparison]:
    """Compare with the version that was in charge when this one was approved for production, where it is there."""
    if asked.version.stage is not Stage.PRODUCTION:
        return []
    given = release.approvals(asked.session, asked.version, Stage.PRODUCTION)
    kept = decided.recall(asked.session, given[-1]) if given else None
    if kept is None or kept.champion is None:
        return []
    before = registry.version(asked.session, asked.model.slug, kept.champion.version)
    return compare.with_version(asked.session, asked.blobs, asked.version, before, at=kept.at)


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
