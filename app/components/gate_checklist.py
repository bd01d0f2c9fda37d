"""The checks of a gate: what was asked, what was found, why it is not met, and who can clear it and how."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from app import theme
from app.components import links
from app.components.policy_reading import asked_words
from core.access.person import ReviewRole
from core.evidence.kind import EvidenceKind
from core.policy.evidence import Reference
from core.policy.gate import Gate
from core.policy.result import RuleResult
from core.policy.verdict import Severity, Verdict

_SYMBOL: Final = {
    Verdict.SATISFIED: "check_circle",
    Verdict.UNSATISFIED: "cancel",
    Verdict.NOT_MEASURED: "help",
    Verdict.NOT_APPLICABLE: "do_not_disturb_on",
    Verdict.OVERRIDDEN: "gavel",
    Verdict.ERROR: "error",
}
_OPEN: Final = (Verdict.UNSATISFIED, Verdict.NOT_MEASURED, Verdict.ERROR)
_TAB: Final = {EvidenceKind.EVALUATION: "evaluations", EvidenceKind.CARD: "card", EvidenceKind.ARTIFACT: "summary"}


def gate_checklist(gate: Gate, *, model: str = "", version: int | None = None) -> None:
    """Draw what a policy decides: what needs somebody first, what is met behind one click.

    Args:
        gate: what was decided.
        model: name of the model in addresses, for the links to evidence.
        version: number of the version, likewise.
    """
    st.markdown(headline(gate))
    pressing = [one for one in gate.results if one.verdict in _OPEN or one.verdict is Verdict.OVERRIDDEN]
    settled = [one for one in gate.results if one not in pressing]
    if pressing:
        with st.container(border=True, gap="small"):
            for one in sorted(pressing, key=_place):
                _pressing(one, model, version)
    if settled:
        with st.expander(_summary(settled), icon=":material/checklist:"):
            for one in sorted(settled, key=_place):
                _settled(one, model, version)


def headline(gate: Gate) -> str:
    """Say in one sentence whether the gate opens.

    Colours carry nothing that the words do not.
    """
    if not gate.results:
        return (
            f":red[:material/block:] **The policy {theme.md(gate.policy)} names no check for this step, "
            "so nothing can take it.**"
        )
    required, count = gate.required, len(gate.blocking)
    if count:
        verb = "is" if count == 1 else "are"
        return (
            f":red[:material/block:] **{count} of {len(required)} required checks {verb} not met yet.**{_beside(gate)}"
        )
    if not gate.opens:
        return ":red[:material/block:] **No required check has shown anything, so the gate stays closed.**"
    accepted = len(required) - len(gate.met)
    if accepted:
        noun = "exception" if accepted == 1 else "exceptions"
        return (
            f":violet[:material/gavel:] **All {len(required)} required checks are met or accepted, "
            f"with {accepted} {noun}.**{_beside(gate)}"
        )
    noun = "check is" if len(required) == 1 else "checks are"
    return f":green[:material/check_circle:] **All {len(required)} required {noun} met.**{_beside(gate)}"


def _beside(gate: Gate) -> str:
    """Name what the sentence before does not count: exceptions beside open checks, and advisory ones not met."""
    accepted = len(gate.overridden) if gate.blocking else 0
    advisory = sum(one.verdict in _OPEN and not one.blocks for one in gate.results)
    told = f" {accepted} {'is' if accepted == 1 else 'are'} accepted by exception." if accepted else ""
    if advisory:
        noun = "check that blocks nothing is" if advisory == 1 else "checks that block nothing are"
        told += f" {advisory} {noun} not met either." if gate.blocking else f" {advisory} {noun} not met."
    return told


def _pressing(result: RuleResult, model: str, version: int | None) -> None:
    """Draw a check that needs somebody's attention: what was found, and who can clear it and how."""
    with st.container(gap="xxsmall"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.markdown(f"{_badge(result)} **{theme.md(result.rule.title)}**{_severity(result)}", width="content")
            with st.popover("Details", type="tertiary"):
                _details(result, model, version)
        st.markdown(f":small[{theme.md(result.explanation)}]")
        if result.override is not None:
            until = theme.day(result.override.until)
            st.markdown(
                f":small[:violet[Accepted by {theme.md(result.override.by)} until {until}:] "
                f"{theme.md(result.override.reason)}]"
            )
        elif result.clearing is not None:
            who = _listed([ReviewRole(one).words for one in result.clearing.who])
            st.markdown(f":small[**Who can clear it:** {who}. {theme.md(result.clearing.how)}]")
        if result.lapsed:
            st.markdown(f":small[:orange[An acceptance no longer counts:] {theme.md(result.lapsed)}]")


def _settled(result: RuleResult, model: str, version: int | None) -> None:
    """Draw a check that needs nobody."""
    with st.container(gap="xxsmall"):
        st.markdown(f"{_badge(result)} {theme.md(result.rule.title)}{_severity(result)}")
        st.markdown(f":small[{theme.md(result.explanation)}]")
        _evidence(result.evidence, model, version)


def _summary(settled: Sequence[RuleResult]) -> str:
    """Say how many required and other checks are met, and how many do not apply."""
    met = [one.rule.severity for one in settled if one.verdict is Verdict.SATISFIED]
    required, aside = met.count(Severity.REQUIRED), len(settled) - len(met)
    counted = ((required, "required"), (len(met) - required, "not required"))
    told = " and ".join(f"{count} {words}" for count, words in counted if count)
    parts = [f":green[{told} met]"] if met else []
    if aside:
        parts.append(f"{aside} {'does' if aside == 1 else 'do'} not apply")
    return " · ".join(parts)


def _details(result: RuleResult, model: str, version: int | None) -> None:
    st.markdown(f":small[**Asked:** {theme.md(asked_words(result.rule))}.]")
    if result.rule.why:
        st.markdown(f":small[**Why:** {theme.md(result.rule.why)}]")
    _readings(result)
    _evidence(result.evidence, model, version)


def _readings(result: RuleResult) -> None:
    """Draw everything looked at, where it was more than one thing."""
    if len(result.readings) < 2:
        return
    for one in result.readings:
        sign = f":{theme.tone(one.verdict)}[:material/{_SYMBOL[one.verdict]}:]"
        st.markdown(f":small[{sign} {one.verdict.words} · **{theme.md(one.subject)}** · {theme.md(one.sentence)}]")


def _evidence(references: Sequence[Reference], model: str, version: int | None) -> None:
    """Draw what a check read, each piece with the way to it."""
    if not references:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(":small[**Read:**]", width="content")
        for one in references[:6]:
            shown = f"{theme.md(one.address)} {theme.fingerprint(one.digest)}"
            tab = _TAB.get(EvidenceKind(one.kind)) if one.kind in set(EvidenceKind) else None
            if model and version is not None and tab is not None:
                links.to_model(shown, model, version, tab)
            else:
                st.markdown(f":small[{shown}]", width="content")
        if len(references) > 6:
            st.markdown(f":small[and {len(references) - 6} more]", width="content")


def _badge(result: RuleResult) -> str:
    return theme.badge(result.verdict, icon=_SYMBOL[result.verdict])


def _severity(result: RuleResult) -> str:
    if result.rule.severity is Severity.REQUIRED:
        return ""
    return f" :gray-badge[{result.rule.severity.words}]"


def _place(result: RuleResult) -> tuple[bool, int]:
    order = (*_OPEN, Verdict.OVERRIDDEN, Verdict.SATISFIED, Verdict.NOT_APPLICABLE)
    return not result.blocks, order.index(result.verdict)


def _listed(names: Sequence[str]) -> str:
    lowered = [names[0], *(name.lower() for name in names[1:])]
    return lowered[0] if len(lowered) == 1 else f"{', '.join(lowered[:-1])} or {lowered[-1]}"
