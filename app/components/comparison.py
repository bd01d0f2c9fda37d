"""Head to head with the version in charge: differences on shared rows, judged by the margins of the policy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from app import theme
from app.components import class_names
from app.components.chart import Chart, draw
from app.theme import REFERENCE, SERIES, brand
from app.visit import Visit
from core.evaluation import compare, queries
from core.evaluation.compare import Comparison
from core.evaluation.evaluation import Evaluation
from core.metrics import power
from core.metrics.difference import ComparisonVerdict, PairedDifference
from core.metrics.metric import Metric
from core.metrics.thousand import of_1000
from core.policy import queries as policies
from core.policy.version import PolicyVersion
from core.registry import queries as registry
from core.registry.model import RegisteredModel
from core.registry.stage import Stage
from core.registry.version import ModelVersion

_SAME = {Metric.FALSE_POSITIVE_RATE: Metric.SPECIFICITY, Metric.FALSE_NEGATIVE_RATE: Metric.RECALL}
"""Rates that say the same as another one, seen from the other side: drawn once."""
_SAID = (
    (Metric.SELECTION_RATE, "Of 1,000, called {}"),
    (Metric.FALSE_NEGATIVE_RATE, "Of 1,000 that are {}, missed"),
    (Metric.FALSE_POSITIVE_RATE, "Of 1,000 others, called by mistake"),
)


@dataclass(frozen=True, slots=True)
class Then:
    """The moment of a decision, for a comparison as it stood there.

    Attributes:
        at: the moment.
        champion: the version in charge then; None when there was none.
        policy: what governed then; None when nothing did.
    """

    at: datetime
    champion: ModelVersion | None
    policy: PolicyVersion | None


def comparison_view(here: Visit, model: RegisteredModel, version: ModelVersion, then: Then | None = None) -> None:
    """Draw a version beside the version in charge, once per set that both were measured on.

    Args:
        here: the visit.
        model: the model.
        version: the version.
        then: with it, everything is as it stood at that moment; without it, as it stands now.
    """
    at = then.at if then else None
    with here.store.reading() as session:
        champion = then.champion if then else registry.champion(session, model.key)
        policy = then.policy if then else policies.find_governing(session, model.materiality)
        found = [] if champion is None else compare.with_version(session, here.store.blobs, version, champion, at=at)
        with_set = [one.candidate.set_id for one in found if one.candidate.set_id is not None]
        sets = {key: queries.set_by_id(session, key) for key in with_set}
        margins = policy.document.margins(Stage.PRODUCTION) if policy else {}
        measured = [
            (one, None if one.set_id is None else queries.uses(session, one.set_id))
            for one in queries.current(session, version.key, at)
        ]
    _measured_on(measured)
    if champion is None:
        when = "was in charge then" if then else "is in charge yet"
        st.info(f"No version {when}, so there is nothing to compare with.", icon=":material/compare_arrows:")
        return
    if champion.key == version.key:
        st.info("This is the version in charge.", icon=":material/workspace_premium:")
        return
    if not found:
        st.info(
            f"Version {version.version} and version {champion.version}, in charge, were not measured on the same data."
            + ("" if then else " Upload results on the same evaluation set for both."),
            icon=":material/compare_arrows:",
        )
    for one in found:
        names = class_names.of(one.candidate, sets.get(one.candidate.set_id or 0))
        _comparison(one, version, margins, f"“{theme.md(names[-1])}”" if names else "")


def _measured_on(measured: Sequence[tuple[Evaluation, int | None]]) -> None:
    """Say on what the version was measured, how much of that Signoff can answer for, and how worn a set is."""
    for one, uses in measured:
        worn = "" if uses is None else f" · the set was used {uses} time{'' if uses == 1 else 's'}, over all versions"
        st.markdown(
            f"{theme.badge(one.provenance)} :small[**{theme.md(one.label)}** · {one.address} · "
            f"{theme.count(one.rows)} rows{worn}]"
        )


def _comparison(one: Comparison, version: ModelVersion, margins: Mapping[Metric, float], positive: str) -> None:
    with st.container(border=True, gap="small"):
        st.markdown(
            f"**{theme.md(one.candidate.label)}** · version {version.version} beside version {one.champion_version}, "
            f"in charge · {theme.count(one.shared)} shared rows"
        )
        for warning in one.warnings:
            st.caption(f":orange[:material/warning:] {theme.md(warning)}")
        if one.unpaired is not None:
            st.warning(f"There is no paired verdict. {theme.md(one.unpaired)}", icon=":material/link_off:")
            return
        judged = {metric: margin for metric, margin in margins.items() if one.difference(metric) is not None}
        for metric, margin in judged.items():
            st.markdown(_sentence(one, metric, margin))
        if not judged:
            st.caption("The policy names no margin for a metric measured here, so nothing is judged.")
        draw(_chart(one), f"differences-{one.candidate.key}-{one.champion.key}")
        _for_whom(one, positive)
        _table(one, version, judged)
        _mcnemar(one)


def _sentence(one: Comparison, metric: Metric, margin: float) -> str:
    found = one.difference(metric)
    verdict = one.verdict(metric, margin)
    if found is None or verdict is None:
        return ""
    told = (
        f"{theme.badge(verdict)} **{metric.words}** {theme.number(found.candidate)} against "
        f"{theme.number(found.champion)}: {found.difference:+.3f}, between {_ends(found)}; margin {margin:g}."
    )
    if verdict is ComparisonVerdict.INCONCLUSIVE and (shown := power.of_value(found)) is not None:
        told += f" These rows could show a difference of {shown:.3f} and more."
    return told


def _for_whom(one: Comparison, positive: str) -> None:
    """Say in counts for whom the new version decides differently."""
    lines = []
    for group, differences in one.by_group.items():
        by_metric = {found.metric: found for found in differences}
        cases = by_metric.get(Metric.ACCURACY)
        line = {
            "Group": f"{theme.md(group.attribute)}: **{theme.md(group.value)}**",
            "Cases": theme.count(cases.n) if cases else "–",
        }
        lines.append(line | {words.format(positive): _counted(by_metric.get(metric)) for metric, words in _SAID})
    if lines:
        st.markdown("**For whom it decides differently**")
        st.table(
            pd.DataFrame(lines), border="horizontal", hide_index=True, alt="Differences by group, as counts per 1,000"
        )


def _counted(found: PairedDifference | None) -> str:
    if found is None:
        return ":gray[nobody to count]"
    count = of_1000(found.difference)
    if count == 0:
        return "as many"
    told = f"**{abs(count)}** {'more' if count > 0 else 'fewer'}"
    sure = found.low is not None and found.high is not None and (found.low > 0 or found.high < 0)
    return told if sure else f"{told} :gray[may be chance]"


def _chart(one: Comparison) -> Chart | None:
    """Draw every difference so that right of zero is better, each with its interval."""
    shown = [d for d in one.differences if d.metric.direction.value in {"higher", "lower"} and d.low is not None]
    drawn = {d.metric for d in shown}
    shown = [d for d in shown if d.high is not None and abs(d.difference) < 1 and _SAME.get(d.metric) not in drawn]
    if not shown:
        return None
    signs = [1 if d.metric.direction.value == "higher" else -1 for d in shown]
    x = [sign * d.difference for sign, d in zip(signs, shown, strict=True)]
    highs = [d.high if sign > 0 else -(d.low or 0.0) for sign, d in zip(signs, shown, strict=True)]
    lows = [d.low if sign > 0 else -(d.high or 0.0) for sign, d in zip(signs, shown, strict=True)]
    figure = go.Figure(
        go.Scatter(
            x=x,
            y=[d.metric.words for d in shown],
            mode="markers",
            showlegend=False,
            marker={"size": 10, "color": SERIES[0]},
            error_x={
                "type": "data",
                "array": [(high or 0.0) - v for high, v in zip(highs, x, strict=True)],
                "arrayminus": [v - (low or 0.0) for low, v in zip(lows, x, strict=True)],
                "thickness": 2,
                "width": 5,
                "color": SERIES[0],
            },
            hovertemplate="%{y}: %{x:+.3f}<extra></extra>",
        )
    )
    figure.add_vline(x=0, line={"dash": "dot", "width": 1.5, "color": REFERENCE})
    figure.update_yaxes(type="category", autorange="reversed")
    figure.update_xaxes(title_text="difference<br>← worse   better →")
    better = sum(low is not None and low > 0 for low in lows)
    worse = sum(high is not None and high < 0 for high in highs)
    return Chart(
        brand(figure, 90 + 26 * len(shown)),
        f"Differences of {len(shown)} metrics: {better} clearly better, {worse} clearly worse, the rest undecided.",
    )


def _table(one: Comparison, version: ModelVersion, margins: Mapping[Metric, float]) -> None:
    lines = [
        {
            "Metric": found.metric.words,
            f"v{version.version}": theme.number(found.candidate),
            f"v{one.champion_version}": theme.number(found.champion),
            "Difference": f"**{found.difference:+.3f}**",
            "Interval": _ends(found),
            "Verdict": theme.badge(found.verdict(margins[found.metric])) if found.metric in margins else "",
            "n": theme.count(found.n),
            "Could show": theme.number(power.of_value(found)),
            "How": f":small[:gray[{theme.md(found.method)}]]",
        }
        for found in one.differences
    ]
    with st.expander("Every difference, with how it was measured"):
        st.table(
            pd.DataFrame(lines), border="horizontal", hide_index=True, alt="Every difference with its paired interval"
        )
        st.caption(
            "“Could show” is the smallest true difference these rows would find 4 times in 5. Verdicts take their "
            "margin from the policy: better when the lower end is above 0, not worse when it is above minus the margin."
        )


def _mcnemar(one: Comparison) -> None:
    if (found := one.mcnemar) is not None:
        st.caption(
            f"{theme.count(found.only_candidate)} rows only the new version gets right, "
            f"{theme.count(found.only_champion)} only the version in charge ({found.test}, p = {found.p:.3g}; it "
            "speaks of accuracy only)."
        )


def _ends(found: PairedDifference) -> str:
    low = "–" if found.low is None else f"{found.low:+.3f}"
    high = "–" if found.high is None else f"{found.high:+.3f}"
    return f"{low} and {high}"
