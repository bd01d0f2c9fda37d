"""Verifying the log from its page: how far it is, what was shown, and beside it what was not."""

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from app import theme
from app.theme import md
from app.visit import Visit
from core.access import custody
from core.access.journal import Signed
from core.access.permission import Permission
from core.audit.verdict import Verdict
from core.errors import GovernanceError
from core.reports import held
from core.store import verification

_TONES = {Verdict.GOOD: "green", Verdict.SHORTER: "red", Verdict.TAMPERED: "red", Verdict.UNUSABLE: "orange"}
_ICONS = {
    Verdict.GOOD: "verified",
    Verdict.SHORTER: "content_cut",
    Verdict.TAMPERED: "gpp_bad",
    Verdict.UNUSABLE: "help",
}


def standing(here: Visit, signed: Signed) -> None:
    """Say how far the log is signed, and from where on nobody outside could tell a change."""
    for fault in here.store.faults:
        st.error(f"**{theme.sentence(fault.problem)}** {theme.sentence(fault.fix)}", icon=":material/gpp_bad:")
    last = signed.size - 1
    words = [
        f"**{theme.count(signed.size)} entries**, signed up to entry {signed.signed - 1 if signed.signed else '–'}."
    ]
    if signed.out == 0:
        words.append("No checkpoint has left the house yet: nobody outside could tell if all of it were rewritten.")
    elif signed.out < signed.size:
        after = f"Entry {last}" if signed.out == last else f"Entries {signed.out} to {last}"
        words.append(f"{after} came after the last checkpoint that left the house: nobody outside could tell a change.")
    else:
        words.append("A checkpoint of all of it has left the house.")
    st.markdown(" ".join(words))


def check(here: Visit) -> None:
    """Draw what starts a verification, alone or against something that left the house earlier."""
    if st.button("Compare …", icon=":material/compare:", key="compare", help="Verify against a file you took earlier."):
        _comparing(here)
    if st.button("Verify now", icon=":material/verified_user:", type="primary", key="verify"):
        _run(here, ())


@st.dialog("Compare with what you took earlier")
def _comparing(here: Visit) -> None:
    st.markdown(
        "A report, an export or a checkpoint that left the house shows that nothing was rewritten since: "
        "nobody in here could change it."
    )
    kept = st.file_uploader(
        "Files", type=["pdf", "txt", "zip"], accept_multiple_files=True, key="kept", label_visibility="collapsed"
    )
    if st.button("Verify against it", type="primary", key="run", disabled=not kept):
        _run(here, kept or ())


def answer(here: Visit) -> None:
    """Show the last answer of this visit, with what it does not prove beside it."""
    kept = st.session_state.get("log-check")
    if kept is None:
        return
    found, at = kept
    with st.container(border=True, key="answer"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(
                theme.label(found.verdict.value.capitalize(), _TONES[found.verdict], icon=_ICONS[found.verdict]),
                width="content",
            )
            st.markdown(f"**{found.verdict.words}**", width="content")
        for fault in found.faults:
            st.markdown(f":material/error: {theme.sentence(fault.problem)}")
        shown, not_shown = st.columns(2, gap="large")
        with shown:
            st.caption("**Shown**")
            for sentence in found.shown:
                st.markdown(f":material/check: {md(sentence)}")
        with not_shown:
            st.caption("**Not proven**")
            for sentence in found.open:
                st.markdown(f":material/horizontal_rule: {md(sentence)}")
        keys = ", ".join(dict.fromkeys(md(seen.key.fingerprint) for seen in found.keys))
        st.caption(
            f"{theme.count(found.size)} entries of {md(found.origin)} at {theme.moment(at, here.zone)} · key {keys}"
        )


def export_button(here: Visit) -> None:
    """Draw what writes the log as a zip, and the way to the file once it is made."""
    if not here.may(Permission.EXPORT_AUDIT):
        return
    if st.button(
        "Export", icon=":material/folder_zip:", key="export", help="The whole log as a zip that anybody can verify."
    ):
        with st.spinner("Writing the log"):
            st.session_state["log-export"] = custody.offer_log(here.store, here.actor)
    if made := st.session_state.get("log-export"):
        st.link_button("Take the zip", f"/exports/{made}", icon=":material/download:")


def _run(here: Visit, kept: Sequence[UploadedFile]) -> None:
    size = max(here.store.size(), 1)
    bar = st.progress(0.0, "Computing hashes")
    try:
        outside = [held.claim(one.getvalue(), one.name) for one in kept]
        found = verification.verify(here.store, outside=outside, progress=lambda n: _show(bar, n, size))
    except GovernanceError as strange:
        bar.empty()
        st.error(f"**{theme.sentence(strange.problem)}** {theme.sentence(strange.fix)}", icon=":material/block:")
        return
    st.session_state["log-check"] = (found, here.now)
    st.rerun()


def _show(bar: st.delta_generator.DeltaGenerator, n: int, size: int) -> None:
    bar.progress(min(n / size, 1.0), f"{theme.count(n)} of {theme.count(size)} entries")
