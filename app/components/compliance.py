"""The Compliance tab of a model version: what its records show for each duty, and what people declare."""

from collections.abc import Sequence

import streamlit as st

from app import theme
from app.components import links
from app.components.picklist import Option, picklist
from app.components.refusal import attempt
from app.visit import Visit
from core.access.permission import Permission
from core.cards.schema import STANDARD
from core.compliance import actions, queries
from core.compliance.catalogue import Catalogue, Control
from core.compliance.coverage import Coverage, Covered, State
from core.compliance.declaration import Declared
from core.compliance.proof import Proof, ProofKind
from core.registry.model import RegisteredModel
from core.registry.version import ModelVersion

_SIGNS = {
    State.EVIDENCED: ":green[:material/check_circle:]",
    State.IN_PART: ":orange[:material/contrast:]",
    State.ATTESTED: ":blue[:material/verified_user:]",
    State.STALE: ":orange[:material/schedule:]",
    State.CONTRADICTED: ":red[:material/error:]",
    State.NOT_EVIDENCED: ":gray[:material/radio_button_unchecked:]",
    State.NOT_APPLICABLE: ":gray[:material/remove_circle_outline:]",
}
_TAB_OF = {
    ProofKind.EVALUATION_PERFORMANCE: "evaluations",
    ProofKind.EVALUATION_FAIRNESS: "evaluations",
    ProofKind.LINEAGE_DATASET: "lineage",
    ProofKind.LINEAGE_RUN: "lineage",
    ProofKind.LIFECYCLE: "history",
    ProofKind.MONITORING_DRIFT: "monitoring",
    ProofKind.MONITORING_PERFORMANCE: "monitoring",
}
_ALL = "all"


def compliance_tab(here: Visit, model: RegisteredModel, version: ModelVersion) -> None:
    """Draw a catalogue held against a version.

    Args:
        here: who looks.
        model: the model.
        version: the version.
    """
    with here.store.reading() as session:
        coverage = queries.coverage(session, here.store.blobs, version.key, here.now)
    _head(coverage)
    shown = _filtered(coverage)
    if not shown:
        st.info("No item stands there.", icon=":material/filter_alt_off:")
        return
    left, right = st.columns([4, 7], gap="medium")
    with left:
        picked = picklist("Items", [_option(one) for one in shown], "item")
    found = next((one for one in coverage.controls if one.control.id == picked), shown[0])
    with right, st.container(border=True, gap="medium", key="control"):
        _item(here, model, version, found)
    _dates(coverage.catalogue)


def _head(coverage: Coverage) -> None:
    catalogue = coverage.catalogue
    with st.container(gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.header(catalogue.title, anchor=False, width="content")
            st.markdown(theme.label(catalogue.label, "violet", icon="gavel"), width="content")
        st.markdown(f"{catalogue.subtitle}. {coverage.words}")


def _filtered(coverage: Coverage) -> list[Covered]:
    counts = coverage.counts
    options = [_ALL, *(state.value for state in State if counts[state])]

    def words(option: str) -> str:
        if option == _ALL:
            return f"All {len(coverage.controls)}"
        return f"{State(option).words.capitalize()} {counts[State(option)]}"

    picked = st.segmented_control(
        "Show",
        options,
        default=_ALL,
        required=True,
        format_func=words,
        key="control-state",
        label_visibility="collapsed",
    )
    return [one for one in coverage.controls if picked in {_ALL, None, one.state.value}]


def _option(one: Covered) -> Option:
    return Option(one.control.id, f"{_SIGNS[one.state]} **{one.control.id}** {one.control.title}", one.state.words)


def _item(here: Visit, model: RegisteredModel, version: ModelVersion, one: Covered) -> None:
    control = one.control
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="top"):
        with st.container(gap="xxsmall", width="stretch"):
            st.caption(f"Annex IV, {control.id} · {control.group}")
            st.subheader(control.title, anchor=False)
        st.markdown(theme.badge(one.state), width="content")
    st.markdown(control.asks)
    st.caption(f"Records can show it {control.coverage.words} · {control.automation.words}")
    _found(here, model, version, one)
    _open("Still missing", one.lacking, ":material/radio_button_unchecked:")
    _open("Too old", one.stale, ":material/schedule:")
    if control.beyond:
        st.markdown(f":gray[:material/visibility_off:] :small[**Beyond these records:** {control.beyond}]")
    _said(here, one)
    if here.may(Permission.ATTEST_COVERAGE, model.scope):
        _declare(here, version, one)


def _found(here: Visit, model: RegisteredModel, version: ModelVersion, one: Covered) -> None:
    if not one.proofs and not one.fields:
        return
    with st.container(gap="xsmall"):
        st.markdown("**What the records show**")
        for path in one.fields:
            asked = STANDARD.by_path[path]
            links.link(
                "model",
                f"Card, {asked.section.words}: {asked.ask.label}",
                icon=":material/description:",
                name=model.slug,
                version=version.version,
                tab="card",
                card_view="Whole card",
                section=asked.section.value,
            )
        for proof in one.proofs:
            _proof(here, model, version, proof)


def _proof(here: Visit, model: RegisteredModel, version: ModelVersion, proof: Proof) -> None:
    when = f" · {theme.day(proof.at, here.zone)}" if proof.at else ""
    old = " · no longer counts" if proof.stale(here.now) else ""
    label = f"{theme.md(proof.address)}: {theme.md(proof.label)}{when}{old}"
    if proof.address.startswith("REQ-"):
        links.to_request(label, int(proof.address.removeprefix("REQ-")))
    elif proof.kind is ProofKind.ACCESS_REVIEW:
        links.link("people", label, tab="reviews", review=proof.address)
    else:
        links.to_model(label, model.slug, version.version, _TAB_OF.get(proof.kind, "summary"))


def _open(title: str, items: Sequence[str], icon: str) -> None:
    if items:
        listed = "\n".join(f"- {theme.md(item[:1].upper() + item[1:])}" for item in items)
        st.markdown(f":orange[{icon} **{title}**]\n\n{listed}")


def _said(here: Visit, one: Covered) -> None:
    if one.said is None:
        return
    verb = "attested it" if one.said.applicable else "set it aside as not applicable"
    with st.container(border=True, gap="xxsmall"):
        st.markdown(f"**{theme.md(one.said.by)}** {verb} on {theme.day(one.said.at, here.zone)}")
        st.markdown(theme.md(one.said.statement))


def _declare(here: Visit, version: ModelVersion, one: Covered) -> None:
    kinds = [Declared.MET, Declared.NOT_APPLICABLE, *([Declared.WITHDRAWN] if one.said else [])]
    verbs = {
        Declared.MET: "It is met",
        Declared.NOT_APPLICABLE: "It does not apply",
        Declared.WITHDRAWN: "Take the declaration back",
    }
    with st.expander("Declare something about it", icon=":material/edit_note:"):
        key = f"declare-{version.key}-{one.control.id}"
        kind = st.segmented_control(
            "What you declare", kinds, default=kinds[0], required=True, format_func=verbs.__getitem__, key=f"{key}-kind"
        )
        st.text_area(
            "What you looked at, or why",
            key=f"{key}-statement",
            placeholder="A sentence that a colleague can check later. It stands with your name.",
        )
        st.button(
            "Declare", type="primary", key=f"{key}-now", on_click=_keep, args=(here, version, one.control, kind, key)
        )


def _keep(here: Visit, version: ModelVersion, control: Control, kind: Declared, key: str) -> None:
    with attempt(), here.store.transaction(here.actor) as tx:
        actions.declare(tx, version, control.id, Declared(kind), st.session_state.get(f"{key}-statement", ""))
        st.session_state[f"{key}-statement"] = ""


def _dates(catalogue: Catalogue) -> None:
    with st.expander("From when on it applies", icon=":material/event:"):
        for one in catalogue.applies_from:
            st.markdown(
                f"**{one.scope}:** {one.current.day} {one.current:%B %Y} "
                f"(first set for {one.original.day} {one.original:%B %Y}). :small[:gray[{one.status}]]"
            )
        st.caption(f"Source: {catalogue.source}. {catalogue.label}.")
        st.link_button("Read the law", catalogue.source_url, icon=":material/open_in_new:")
