"""A policy in plain words: for each step what has to be shown, how hard it bites, and who agrees."""

import pandas as pd
import streamlit as st

from app import theme
from core.access.person import ReviewRole  # noqa: F401 - the example below names it
from core.metrics.metric import Metric
from core.policy import asking
from core.policy.document import ApprovalRule, Document, StagePolicy
from core.policy.rule import Bounded, GroupDifference, GroupRatio, MetricBound, NotWorseThanChampion, Rule
from core.policy.verdict import Severity
from core.policy.vocabulary import contrast
from core.registry.stage import Stage
from core.registry.version import Task

_TASK = {
    Task.BINARY: "yes-or-no models",
    Task.MULTICLASS: "models of several classes",
    Task.REGRESSION: "models of a number",
}
_STEP = {
    Stage.STAGING: "To go to staging",
    Stage.PRODUCTION: "To go to production",
    Stage.ARCHIVED: "To be archived",
    Stage.DEVELOPMENT: "To go back to development",
}


def policy_reading(document: Document) -> None:
    """Draw a policy so that anybody can tell what it asks."""
    if document.summary:
        st.markdown(theme.md(document.summary))
    for stage in (Stage.PRODUCTION, Stage.STAGING, Stage.ARCHIVED):
        asked = document.stage(stage)
        if asked is not None:
            _stage(stage, asked)
    silent = [
        stage.value for stage in (Stage.STAGING, Stage.PRODUCTION, Stage.ARCHIVED) if document.stage(stage) is None
    ]
    if silent:
        st.caption(f"It says nothing about {' and '.join(silent)}, so nothing it governs gets there.")


def approvals_words(approvals: tuple[ApprovalRule, ...]) -> str:
    """Say who has to agree.

    >>> approvals_words((ApprovalRule(role=ReviewRole.RISK_REVIEWER), ApprovalRule(role=ReviewRole.BUSINESS_OWNER)))
    'one risk reviewer and one business owner'
    """
    numbers = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    said = [f"{numbers[one.minimum]} {one.role.words.lower()}{'s' if one.minimum > 1 else ''}" for one in approvals]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def asked_words(rule: Rule) -> str:
    """Say what a rule asks for, with the metric, the groups and where it is measured."""
    said = asking.words(rule)
    if isinstance(rule, Bounded | NotWorseThanChampion):
        said = f"{_measure(rule)}: {said}"
    minimum = getattr(rule, "minimum", None)
    if minimum is not None and minimum.n > 1:
        said += f"; judged from {minimum.n:,} cases on"
    on = getattr(rule, "measured_on", None)
    where = [part for part in (on.set, on.dataset, on.split) if part] if on else []
    if where:
        said += f"; measured on {', '.join(where)}"
    if rule.applies_to.tasks:
        said += f"; only for {' and '.join(_TASK[task] for task in rule.applies_to.tasks)}"
    if rule.applies_to.models:
        said += f"; only for {', '.join(rule.applies_to.models)}"
    return said[:1].upper() + said[1:]


def _measure(rule: Bounded | NotWorseThanChampion) -> str:
    if isinstance(rule, GroupRatio | GroupDifference):
        against = f"against {rule.reference}" if rule.reference else "against the group with the highest rate"
        return f"{Metric(contrast(rule.kind, rule.metric)).words}, each group {against}"
    if isinstance(rule, MetricBound) and rule.groups == "each":
        return f"{rule.metric.words}, each group{f' of {rule.attribute}' if rule.attribute else ''}"
    return rule.metric.words


def _stage(stage: Stage, asked: StagePolicy) -> None:
    with st.container(border=True, gap="small", key=f"policy-step-{stage.value}"):
        st.subheader(_STEP[stage], anchor=False)
        required = sum(rule.severity is Severity.REQUIRED for rule in asked.rules)
        st.markdown(
            f"**{required} required {'check' if required == 1 else 'checks'}**, then "
            f"**{approvals_words(asked.approvals)}** "
            f"{'agrees' if sum(one.minimum for one in asked.approvals) == 1 else 'agree'}. "
            f":gray[Nobody counts twice. A request waits {asked.request_expires_after_days} days at most.]"
        )
        st.table(
            pd.DataFrame([_row(rule) for rule in asked.rules], columns=["Check", "What is asked"]),
            border="horizontal",
            hide_index=True,
            alt=f"Checks {_STEP[stage].lower()}",
        )


def _row(rule: Rule) -> tuple[str, str]:
    colour = "blue" if rule.severity is Severity.REQUIRED else "gray"
    why = f"  :gray[{theme.md(rule.why)}]" if rule.why else ""
    exception = ""
    if rule.severity is Severity.REQUIRED and rule.acceptable:
        exception = f"  :gray[A risk reviewer may accept it for {rule.acceptable.max_days} days.]"
    return (
        f"**{theme.md(rule.title)}** {theme.label(rule.severity.words, colour)}{why}",
        f"{theme.md(asked_words(rule))}.{exception}",
    )
