"""One model and one of its versions: everything that is known about it, a tab for each question."""

from collections.abc import Callable

import streamlit as st

from app import theme, visit
from app.components import links
from app.components.attestation import release_attestation
from app.components.card_tab import card_tab
from app.components.compliance import compliance_tab
from app.components.evaluation import evaluations_tab
from app.components.findings import findings_tab
from app.components.lineage import lineage_tab
from app.components.monitoring import monitoring_tab
from app.components.registration import version_dialog
from app.components.report_button import report_button
from app.components.request_dialog import ask_button
from app.components.requests import requests_of
from app.components.summary import identity, stage_history
from app.visit import Visit
from core.access.permission import Permission
from core.registry import address, queries
from core.registry.model import RegisteredModel
from core.registry.version import ModelVersion

Tab = Callable[[Visit, RegisteredModel, ModelVersion], None]


def summary(here: Visit, model: RegisteredModel, version: ModelVersion) -> None:
    """What it is, where it stands, whether it can be rebuilt and released."""
    identity(here, model, version)
    release_attestation(here, model, version)


def history(here: Visit, _model: RegisteredModel, version: ModelVersion) -> None:
    """Where it stood and when."""
    stage_history(here, version)


def requests(here: Visit, model: RegisteredModel, version: ModelVersion) -> None:
    """What was asked for it, and what became of that."""
    requests_of(here, model, version)


def lineage(here: Visit, _model: RegisteredModel, version: ModelVersion) -> None:
    """Where it came from and what it was measured on."""
    lineage_tab(here, version)


TABS: dict[str, Tab] = {
    "Summary": summary,
    "Card": card_tab,
    "Evaluations": evaluations_tab,
    "Requests": requests,
    "Findings": findings_tab,
    "Lineage": lineage,
    "Compliance": compliance_tab,
    "Monitoring": monitoring_tab,
    "History": history,
}


def head(here: Visit, model: RegisteredModel, version: ModelVersion | None) -> None:
    """Draw the name, what it stands for, and what can be done."""
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        with st.container(gap="xxsmall", width="content"):
            st.title(theme.md(model.name), anchor=False)
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(theme.badge(model.materiality), width="content")
                if version is not None:
                    st.markdown(theme.badge(version.stage), width="content")
                st.markdown(f":small[{theme.md(model.slug)}]", width="content")
        with st.container(horizontal=True, horizontal_alignment="right", width="content"):
            if here.may(Permission.REGISTER_VERSION, model.scope) and st.button(
                "Register a version", icon=":material/add:", key="register-version"
            ):
                version_dialog(here, model)
            if version is not None:
                ask_button(here, model, version)


def opened(here: Visit, model: RegisteredModel) -> ModelVersion | None:
    """Find the version that the address names, else the one in charge, else the newest."""
    asked = st.query_params.get("version", "")
    with here.store.reading() as session:
        if asked.isdigit():
            return queries.version(session, model.slug, address.number(asked) or 0)
        champion = queries.champion(session, model.key)
        newest = queries.last_number(session, model.key)
        return champion or (queries.version(session, model.slug, newest) if newest else None)


def choose(here: Visit, model: RegisteredModel, version: ModelVersion) -> None:
    """Draw the choice between versions, newest first."""
    with here.store.reading() as session:
        lines = {line.version: line for line in queries.versions(session, model.key, size=200).items}

    def label(number: int) -> str:
        line = lines[number]
        return f"Version {number} · {line.stage.words.lower()}{' · champion' if line.is_champion else ''}"

    chosen = st.selectbox(
        "Version", list(lines), index=list(lines).index(version.version), format_func=label, width=320, key="choose"
    )
    if chosen != version.version:
        links.go("model", name=model.slug, version=chosen, tab=st.query_params.get("tab"))


def remember_tab() -> None:
    """Let the address name the open tab."""
    st.query_params["tab"] = str(st.session_state["open-tab"]).lower()


here = visit.current()
if not (name := st.query_params.get("name")):
    links.go("models")  # an address that names no model leads to all of them
with here.store.reading() as session:
    model = queries.model(session, name)
version = opened(here, model)
head(here, model, version)

if version is None:
    st.info(
        "No version is registered yet. Register one here, or from a pipeline with "
        f"`signoff register {model.slug} --artifact FILE`.",
        icon=":material/deployed_code:",
    )
    st.stop()

with st.container(horizontal=True, vertical_alignment="bottom"):
    choose(here, model, version)
    report_button(here, model, version)
asked = st.query_params.get("tab", "").capitalize()
drawn = st.tabs(list(TABS), key="open-tab", default=asked if asked in TABS else None, on_change=remember_tab)
for tab, draw in zip(drawn, TABS.values(), strict=True):
    if tab.open:
        with tab:
            draw(here, model, version)
