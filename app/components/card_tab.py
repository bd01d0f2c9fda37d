"""The Card tab of a model version: three numbers, the plain page, the whole card, the editor, the comparison."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app import card_file, theme
from app.components import card_compare, card_editor, card_reading
from app.components import card_draft as drafts
from app.components.picklist import Option, picklist
from app.components.refusal import attempt
from app.visit import Visit
from core.access.permission import Permission
from core.access.person import ReviewRole
from core.approvals.review import ReviewDecision
from core.cards import actions, plain, queries
from core.cards.card_version import CardVersion
from core.cards.completeness import MAX_AGE, Completeness, SectionCount, SectionState
from core.cards.schema import Schema
from core.cards.section import Section
from core.clock import parse
from core.registry.model import RegisteredModel
from core.registry.stage import Stage
from core.registry.version import ModelVersion

_PLAIN, _WHOLE, _WRITE, _COMPARE, _LOG = "Plain page", "Whole card", "Write", "Compare", "Change log"
_NEXT = {
    Stage.DEVELOPMENT: Stage.STAGING,
    Stage.STAGING: Stage.PRODUCTION,
    Stage.PRODUCTION: Stage.PRODUCTION,
    Stage.ARCHIVED: Stage.ARCHIVED,
}
_TARGETS = {Stage.STAGING: "staging", Stage.PRODUCTION: "production", Stage.ARCHIVED: "retirement"}
_NAMED = 5
_SIGNS = {
    SectionState.FILLED: ":green[:material/check_circle:]",
    SectionState.PARTLY: ":orange[:material/clock_loader_40:]",
    SectionState.MISSING: ":orange[:material/radio_button_unchecked:]",
    SectionState.NOT_APPLICABLE: ":gray[:material/remove_circle_outline:]",
    SectionState.CONTRADICTED: ":red[:material/error:]",
    SectionState.OPTIONAL: ":gray[:material/circle:]",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What is on screen: a card, and the draft it is when somebody writes."""

    content: dict[str, Any]
    draft: drafts.Draft | None


def card_tab(here: Visit, model: RegisteredModel, version: ModelVersion) -> None:
    """Draw the card of a version.

    Args:
        here: who looks.
        model: the model.
        version: the version.
    """
    with here.store.reading() as session:
        newest = queries.latest(session, version.key)
        schema = queries.schema(session)
    writer = here.may(Permission.EDIT_CARD, model.scope)
    mode = _mode(newest, writer=writer)
    target = _target(version)
    draft = drafts.opened(here.store, version) if mode == _WRITE else None
    typed_before = deepcopy(draft.content) if draft else None
    content: dict[str, Any] = draft.content if draft else (newest.content if newest else {})
    with here.store.reading() as session:
        seen = queries.measured(session, version.key, target, here.now, content)
    _numbers(seen, target)
    _still_needed(seen)
    _differences(seen)
    if newest is None and mode != _WRITE:
        _no_card(writer=writer)
        return
    match mode:
        case "Plain page":
            card_reading.plain_page(plain.read(content))
        case "Whole card" | "Write":
            _sections(here, version, schema, seen, Shown(content, draft))
        case "Compare" if newest is not None:
            card_compare.compare(here, version, newest)
        case "Change log":
            card_compare.saves(here, version)
    if newest is not None:
        _foot(here, model, version, newest)
    if draft is not None and draft.content != typed_before:
        st.rerun()  # what was typed is known only now; the numbers above show it in the next run


def _mode(newest: CardVersion | None, *, writer: bool) -> str:
    modes = (
        [_PLAIN, _WHOLE, *([_WRITE] if writer else []), _COMPARE, _LOG]
        if newest
        else [_PLAIN, *([_WRITE] if writer else [])]
    )
    picked = st.segmented_control(
        "View",
        modes,
        default=modes[0],
        required=True,
        key="card_view",
        label_visibility="collapsed",
        bind="query-params",
    )
    return picked or modes[0]


def _target(version: ModelVersion) -> Stage:
    picked = st.session_state.get("card_for")
    return picked if isinstance(picked, Stage) else _NEXT[version.stage]


def _numbers(seen: Completeness, target: Stage) -> None:
    """Draw the three numbers, always together: one of them alone would mislead."""
    needed = f"for {_TARGETS[target]}"
    with st.grid(3, gap="small", min_column_width=160):
        for label, value, words, why in (
            (
                "Complete",
                f"{seen.complete} %",
                _left(seen),
                "Answers the stage needs, weighted by section. Says nothing about their truth.",
            ),
            ("Backed by records", _percent(seen.backed), _backing(seen), "Measured numbers that equal their record."),
            (
                "Fresh",
                _percent(seen.fresh),
                "looked at within a year",
                "Answered sections that somebody changed or confirmed within a year.",
            ),
        ):
            st.metric(
                f"{label} {needed}" if label == "Complete" else label,
                value,
                words,
                delta_color="off",
                delta_arrow="off",
                border=True,
                height="stretch",
                help=why,
            )


def _still_needed(seen: Completeness) -> None:
    if seen.gaps:
        named = [f"{gap.section.words}: {gap.label}" for gap in seen.gaps[:_NAMED]]
        more = f" · and {len(seen.gaps) - _NAMED} more" if len(seen.gaps) > _NAMED else ""
        st.caption(f":material/edit_note: Still to answer: {theme.md(' · '.join(named))}{more}")


def _left(seen: Completeness) -> str:
    aside = f", {len(seen.set_aside)} set aside" if seen.set_aside else ""
    return f"{len(seen.gaps)} to answer{aside}" if seen.gaps else f"nothing missing{aside}"


def _backing(seen: Completeness) -> str:
    return "no measured number yet" if seen.backed is None else "of its measured numbers"


def _percent(share: int | None) -> str:
    return "–" if share is None else f"{share} %"


def _differences(seen: Completeness) -> None:
    if seen.contradictions:
        told = "\n".join(f"- {theme.md(found.words)}" for found in seen.contradictions[:8])
        st.error(
            f"**The card says something else than the records.** Save it again to take the records over, "
            f"or correct what was typed.\n\n{told}",
            icon=":material/error:",
        )


def _sections(here: Visit, version: ModelVersion, schema: Schema, seen: Completeness, shown: Shown) -> None:
    gaps = {gap.path: gap for gap in seen.gaps}
    left, right = st.columns([3, 8], gap="medium")
    with left:
        _pick_target(version)
        section = _pick_section(seen, shown.draft)
    with right, st.container(gap="medium", key="card-section"):
        if shown.draft is not None:
            card_editor.conflict(shown.draft)
            card_editor.beginning(here, version, shown.draft)
        with st.container(border=True, gap="medium"):
            _section_head(section, seen)
            if shown.draft is not None:
                card_editor.section_editor(here, version, shown.draft, section, gaps)
            else:
                card_reading.section_reading(shown.content, schema, section, gaps)
                if section is Section.GOVERNANCE:
                    _decisions(here, version)
        if shown.draft is not None:
            card_editor.save_bar(here, version, shown.draft, _ageing(here, version, section))


def _decisions(here: Visit, version: ModelVersion) -> None:
    """Draw approvals and exceptions as recorded; they belong to the card's reader and never stand in the card."""
    with here.store.reading() as session:
        signed = card_file.signatures(session, version)
        accepted = card_file.exceptions(session, version)
    told = [
        f"- **{theme.md(one['by'])}** ({', '.join(ReviewRole(role).words.lower() for role in one['roles'])}) · "
        f"{ReviewDecision(one['decision']).words.lower()} · {theme.md(one['request'])} to {one['target']} · "
        f"{theme.day(parse(one['at']), here.zone)}"
        for one in signed
    ]
    told += [
        f"- **{theme.md(one['by'])}** accepted a check that was not met ({theme.md(one['rule'])}) until "
        f"{theme.day(parse(one['until']), here.zone)}: {theme.md(one['reason'])}"
        for one in accepted
    ]
    with st.container(gap="xsmall"):
        st.markdown(f":small[:gray[**Decisions**]] {theme.label('from the records', 'blue')}")
        st.markdown("\n".join(told) or "Nobody has decided about this version yet.")


def _ageing(here: Visit, version: ModelVersion, section: Section) -> Section | None:
    """Name the section when it stood untouched for half of the time in which it counts as fresh."""
    with here.store.reading() as session:
        at = queries.touched(session, version.key).get(section)
    return section if at is not None and here.now - at > MAX_AGE / 2 else None


def _pick_target(version: ModelVersion) -> None:
    st.selectbox(
        "Needed for",
        list(_TARGETS),
        index=list(_TARGETS).index(_NEXT[version.stage]),
        format_func=lambda stage: _TARGETS[stage].capitalize(),
        key="card_for",
    )


def _pick_section(seen: Completeness, draft: drafts.Draft | None) -> Section:
    counts = {count.section: count for count in seen.sections}
    unsaved = {path.partition(".")[0] for path in draft.changed} if draft and draft.based_on is not None else set()

    options = [
        Option(
            section.value,
            f"{_SIGNS[count.state]} {section.words}{' :orange[:material/edit:]' if section in unsaved else ''}",
            _caption(count),
        )
        for section, count in counts.items()
    ]
    picked = picklist("Sections of the card", options, "section")
    return Section(picked) if picked in set(Section) and Section(picked) in counts else Section.MODEL_DETAILS


def _caption(count: SectionCount) -> str:
    if count.state in {SectionState.PARTLY, SectionState.MISSING}:
        return f"{count.filled} of {count.needed} answered"
    if count.state is SectionState.OPTIONAL and count.answered:
        return f"{count.answered} answered, none needed yet"
    return count.state.words


def _section_head(section: Section, seen: Completeness) -> None:
    count = next(one for one in seen.sections if one.section is section)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.header(section.words, anchor=False)
        st.markdown(theme.badge(count.state), width="content")


def _no_card(*, writer: bool) -> None:
    st.info(
        "This version has no card yet. Choose **Write**: what the registry knows is filled in already."
        if writer
        else "This version has no card yet. Its developer writes one.",
        icon=":material/description:",
    )


def _foot(here: Visit, model: RegisteredModel, version: ModelVersion, newest: CardVersion) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(
            f":small[Save {newest.number} · {theme.moment(newest.at, here.zone)} · {theme.fingerprint(newest.digest)}]",
            width="content",
        )
        if here.may(Permission.EXPORT_REPORT, model.scope):
            st.button(
                "Export as JSON", icon=":material/download:", key="card-export", on_click=_export, args=(here, version)
            )
    if (address := st.session_state.pop("card-exported", None)) is not None:
        st.link_button("Take the file", f"/exports/{address}", icon=":material/download:")


def _export(here: Visit, version: ModelVersion) -> None:
    with attempt(), here.store.transaction(here.actor) as tx:
        st.session_state["card-exported"] = actions.export(tx, version, card_file.composed(tx.session, version))
