"""Which metrics a rule may name: those that are computed, with the suffix that a contrast between groups needs."""

from collections.abc import Iterator
from difflib import get_close_matches

from core.metrics.metric import NEVER_GATED, Metric
from core.policy.source import Path, Problem, Source

SUFFIX = {"group_ratio": "_ratio", "group_difference": "_difference"}


def contrast(kind: str, metric: str) -> str:
    """The name under which a contrast between groups is measured.

    >>> contrast("group_ratio", "selection_rate")
    'selection_rate_ratio'
    """
    return metric + SUFFIX[kind]


def metric_problems(source: Source) -> Iterator[Problem]:
    """Find rules whose metric nobody computes, or whose metric is shown and never judged.

    Reads plain values, so that it speaks beside the schema's own findings.
    """
    for path, rule in _rules(source.value):
        kind, metric = rule.get("kind"), rule.get("metric")
        if not isinstance(kind, str) or not isinstance(metric, str):
            continue
        where = (*path, "metric")
        if metric in NEVER_GATED:
            yield source.problem(
                where,
                f"{Metric(metric).words} is shown, never judged: its interval can miss its own point. "
                f"Use a calibration rule or brier_score.",
            )
        elif kind in SUFFIX and contrast(kind, metric) not in set(Metric):
            known = ", ".join(one.removesuffix(SUFFIX[kind]) for one in Metric if one.endswith(SUFFIX[kind]))
            yield source.problem(
                where, f"No {kind.removeprefix('group_')} of {metric!r} is measured; there are: {known}."
            )
        elif metric not in set(Metric):
            close = get_close_matches(metric, list(Metric), n=1)
            hint = f" Did you mean {close[0]}?" if close else ""
            yield source.problem(where, f"Nobody measures {metric!r}.{hint}")


def _rules(value: object) -> Iterator[tuple[Path, dict[str, object]]]:
    stages = value.get("stages") if isinstance(value, dict) else None
    for name, stage in stages.items() if isinstance(stages, dict) else ():
        rules = stage.get("rules") if isinstance(stage, dict) else None
        for index, rule in enumerate(rules if isinstance(rules, list) else ()):
            if isinstance(rule, dict):
                yield ("stages", name, "rules", index), rule
