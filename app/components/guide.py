"""The demo's guide: the story in five steps, with the files it needs."""

import streamlit as st

from app.components import links
from app.visit import Visit

_FIRST = "1-mortgage-approval-4-predictions.csv"
_SECOND = "2-mortgage-approval-4-predictions-rounded.csv"


def guide(here: Visit) -> None:
    """Draw the guide; only in the demo."""
    with st.expander("Play the story in five steps", expanded=True, icon=":material/route:", key="guide"):
        st.markdown(
            "**1 · As scientist**, take the predictions of `mortgage-approval` version 4 and upload them: choose the "
            "evaluation set `mortgage-holdout`. Signoff joins the labels and recomputes every number."
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            _file(here, _FIRST, "Predictions of version 4")
            links.link("upload", "Upload", icon=":material/upload:", model="mortgage-approval", version=4)
        st.markdown(
            "**2 · As scientist**, ask for a promotion to production. The page shows which checks are not met and what "
            "clears each: the card still lacks *How to read it*, under explainability."
        )
        links.to_model(":material/deployed_code: Mortgage approval, version 4", "mortgage-approval", 4)
        st.markdown(
            "**3 · As validator**, open the request in the inbox, accept the check on equal approval with a reason and "
            "an end, or not; then sign with your password. In another browser window, you can be somebody else."
        )
        links.link("inbox", "Inbox", icon=":material/inbox:")
        st.markdown(
            "**4 · As scientist**, upload the predictions once more with scores rounded to three digits. The "
            "validator's signature is stale at once, and the page says what changed."
        )
        _file(here, _SECOND, "Predictions, rounded")
        st.markdown(
            "**5 · As validator and business owner**, look again and sign. With the last signature version 4 moves to "
            "production. **As auditor**, take the report of version 4 away and run `signoff verify` on it."
        )


def _file(here: Visit, name: str, label: str) -> None:
    path = here.store.home / "files" / name
    if path.exists():
        st.download_button(
            label,
            path.read_bytes(),
            file_name=name,
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key=name,
        )
