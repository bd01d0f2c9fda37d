"""The top of the review page: what is asked, how far it is, who signs, and what it means for people."""

from typing import Final

import streamlit as st

from app import theme
from app.components.review.case import Case
from app.visit import Visit
from core.approvals.review import Validity
from core.approvals.stakes import Change, Effect, Stakes
from core.approvals.states import RequestKind, RequestState
from core.metrics.metric import Metric
from core.registry.stage import Stage

_TOLD: Final = 4
_OVER: Final = (
    RequestState.REJECTED,
    RequestState.WITHDRAWN,
    RequestState.EXPIRED,
    RequestState.FAILED,
    RequestState.REVOKED,
)


def head(here: Visit, case: Case) -> None:
    """Draw the name of the request, its badges, and who asked when."""
    standing = case.standing
    request, model, version = standing.request, standing.model, standing.version
    with st.container(horizontal=True, vertical_alignment="top", horizontal_alignment="distribute", key="review-head"):
        with st.container(gap="xxsmall", width="content"):
            back = request.kind is RequestKind.ROLLBACK
            asked = f"back to v{version.version}" if back else f"v{version.version} to {request.target.value}"
            st.header(f"{theme.md(model.name)} {asked}", anchor=False)
            opener = theme.md(case.names.get(request.opened_by, ""))
            when = theme.moment(request.opened_at, here.zone)
            left = f" · {theme.due(request.ends_at, here.now)}" if standing.state.undecided else ""
            st.caption(f"{request.address} · asked by {opener}, {when}{left}")
        with st.container(horizontal=True, horizontal_alignment="right", width="content", gap="xsmall"):
            state = theme.badge(standing.state, icon=_icon(case), words=_state(case).capitalize())
            st.markdown(f"{theme.badge(model.materiality, icon='shield')} {state}", width="content")


def steps(case: Case) -> None:
    """Draw how far the request is: asked, checks, signatures, applied."""
    standing, gate = case.standing, case.dossier.gate
    over = standing.state in _OVER
    applied = standing.state is RequestState.APPLIED
    wanted = sum(seat.rule.minimum for seat in standing.quorum.seats)
    signed = sum(len(seat.people) for seat in standing.quorum.seats)
    drawn = [("Asked", 1.0)]
    if gate is not None:
        required, met = len(gate.required), len(gate.met)
        excepted = sum(one in gate.overridden for one in gate.required)
        more = f", {_counted(excepted, 'exception')}" if excepted else ""
        share = (met + excepted) / required if required else 0.0
        drawn.append((f"{met} of {_counted(required, 'required check')} met{more}", share))
    drawn.append((f"{signed} of {_counted(wanted, 'signature')}", signed / wanted if wanted else 0.0))
    ended = standing.state.words.capitalize() if over else _goal(standing.request.target)
    drawn.append((ended, 1.0 if applied else 0.0))
    with st.container(key="review-steps"), st.grid(len(drawn), gap="xsmall", min_column_width=72):
        for words, share in drawn:
            with st.container(gap="xxsmall"):
                st.progress(share)
                done = ":green[:material/check:] " if share == 1.0 else ""
                st.markdown(f":small[{done}{theme.md(words)}]")


def seats(case: Case) -> None:
    """Draw who signed as what, and whose signature is wanted."""
    standing = case.standing
    shown = []
    for seat in standing.quorum.seats:
        role = seat.rule.role.words
        shown += [f":green[:material/verified:] {role}: **{theme.md(case.names.get(p, ''))}**" for p in seat.people]
        if seat.missing and standing.state.undecided:
            many = f" ({seat.missing} people)" if seat.missing > 1 else ""
            shown.append(f":gray[:material/schedule:] {role}: signature wanted{many}")
    stale = [s for s in standing.signatures if s.review.decision.decides and s.validity is Validity.STALE]
    for signature in stale:
        who = theme.md(case.names.get(signature.review.person_id, ""))
        shown.append(f":orange[:material/history:] **{who}** signed before it changed")
    with st.container(horizontal=True, gap="small", key="review-seats"):
        for one in shown:
            st.markdown(f":small[{one}]", width="content")


def meaning(case: Case) -> None:
    """Draw in plain words what is decided and for whom it is worse."""
    with st.container(gap="xsmall", key="review-meaning"):
        st.markdown(_decision(case))
        if case.comment:
            asked = theme.md(case.names.get(case.standing.request.opened_by, ""))
            st.markdown(f":small[:gray[{asked}:] “{theme.md(case.comment, 600)}”]")
        for told in case.stakes:
            _told(told)
        for sentence in case.gaps:
            st.markdown(f":small[{theme.md(sentence)}.]")
        if not case.stakes and case.champion is not None:
            st.markdown(
                ":small[:orange[:material/help:] Nobody measured both versions on the same cases, so nobody can say "
                "for whom it is worse.]"
            )


def _decision(case: Case) -> str:
    standing = case.standing
    request, version = standing.request, standing.version
    purpose = f" It is used to {theme.md(_small(case.use_case.purpose), 300)}" if case.use_case else ""
    end = "" if purpose.endswith((".", "!", "?")) or not purpose else "."
    number, former = version.version, case.champion.version if case.champion else None
    match request.kind:
        case RequestKind.ROLLBACK:
            what = f"whether version {number} answers again instead of version {former}"
        case RequestKind.RETIREMENT:
            what = f"whether version {number} is taken out for good"
        case RequestKind.DEMOTION:
            what = f"whether version {number} steps back from {request.origin.value} to {request.target.value}"
        case RequestKind.PROMOTION if former is not None:
            what = f"whether version {number} replaces version {former} in production"
        case _:
            first = " as its first version" if request.target is Stage.PRODUCTION else ""
            what = f"whether version {number} goes to {request.target.value}{first}"
    if not standing.state.undecided:
        verb = "The question was"
    else:
        verb = "You decide" if case.roles and not case.bars else "The question is"
    return f"**{verb} {what}.**{purpose}{end}"


def _told(told: Stakes) -> None:
    effects = [one for one in (told.overall, *told.groups[:_TOLD]) if one is not None]
    called = next((theme.md(one.called) for one in effects if one.yes), None)
    with st.container(key="review-stakes"):
        st.table(
            {
                "Of 1,000": [f"{_sign(one)} {theme.md(one.who)}" for one in effects],
                **({called: [_change(one.yes) for one in effects]} if called else {}),
                "are judged wrongly": [_change(one.wrong) for one in effects],
            },
            border="horizontal",
            hide_index=True,
            alt=". ".join(one.sentence for one in effects),
        )
    everybody = [told.overall] if told.overall is not None and told.overall.worse else []
    worse = [f"of {theme.md(one.noun)}" for one in (*everybody, *told.worse_off)]
    verdict = (
        f"**More are judged wrongly than before: {'; '.join(worse)}.**"
        if worse
        else "Of no group is it shown that more are judged wrongly."
    )
    rest = len(told.groups) - _TOLD
    more = f" {rest} more groups stand under Comparison." if rest > 0 else ""
    few = f" {told.small} groups are too small to tell." if told.small else ""
    other = {metric: verdict for metric, verdict in told.judged.items() if metric is not Metric.ACCURACY}
    judged = ", ".join(f"{metric.words} {verdict.words}" for metric, verdict in other.items())
    asked = f" The policy judges other numbers of the same cases: {judged}." if judged and worse else ""
    groups = verdict if told.groups or worse else "No groups were measured."
    st.caption(
        f"{groups}{more}{few} Against version {told.champion}, on "
        f"{theme.count(told.rows)} cases that both saw; in brackets what chance leaves open.{asked}"
    )


def _change(change: Change | None) -> str:
    if change is None:
        return "–"
    sure = f" :gray[({change.range})]" if change.range else ""
    return f"**{change.words}**{sure}" if change.shown else f"{change.words}{sure}"


def _sign(effect: Effect) -> str:
    if effect.worse:
        return ":red[:material/trending_down:]"
    if effect.better:
        return ":green[:material/trending_up:]"
    return ":gray[:material/trending_flat:]"


def _state(case: Case) -> str:
    """Say where the request stands; while nobody can approve it, what it waits for."""
    dossier = case.dossier
    if case.standing.state is not RequestState.OPEN or not dossier.obstacles:
        return case.standing.state.words
    checks, findings = len(dossier.gate.blocking) if dossier.gate else 0, len(dossier.findings)
    parts = [_counted(count, noun) for count, noun in ((checks, "check"), (findings, "finding")) if count]
    return f"waiting for {' and '.join(parts) or 'its checks'}"


def _icon(case: Case) -> str:
    match case.standing.state:
        case RequestState.APPLIED:
            return "verified"
        case RequestState.OPEN | RequestState.DRAFT | RequestState.APPROVED:
            return "schedule"
        case RequestState.CHANGES_REQUESTED:
            return "edit_note"
        case _:
            return "block"


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _goal(target: Stage) -> str:
    return {Stage.PRODUCTION: "In production", Stage.STAGING: "In staging"}.get(target, target.words)


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
