"""The demo's guide: the story in five steps, with the files it needs."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from app import theme
from app.components import links
from app.visit import Visit

_FIRST = "1-mortgage-approval-4-predictions.csv"
_SECOND = "2-mortgage-approval-4-predictions-rounded.csv"


def guide(here: Visit) -> None:
    """Draw the guide; only in the demo."""
    with st.container(border=True, gap="small", key="guide"):
        with st.container(gap="xxsmall"):
            st.header("Play the story", anchor=False)
            st.caption("Five steps, four people. Open another browser or a private window to be two of them at once.")
        with st.grid(5, gap="small", min_column_width=165):
            with _step(1, "Scientist", "Upload, see it recomputed"):
                st.markdown(
                    "Take the predictions of version 4. Choose the evaluation set `mortgage-holdout`: Signoff joins "
                    "the labels and recomputes every number."
                )
                _file(here, _FIRST, "Predictions")
                links.link("upload", "Upload them", icon=":material/upload:", model="mortgage-approval", version=4)
            with _step(2, "Scientist", "Ask, and be refused"):
                st.markdown(
                    "Ask for a promotion to production. Every check says what clears it. The card still lacks *How to "
                    "read it*, under explanations: write it."
                )
                links.to_model(":material/deployed_code: Version 4", "mortgage-approval", 4)
            with _step(3, "Validator", "Judge, and sign"):
                st.markdown(
                    "The approval ratio between groups is not met. Accept it with a reason and an end, or do not; then "
                    "sign with your password."
                )
                links.link("inbox", "Inbox", icon=":material/inbox:")
            with _step(4, "Scientist", "Change what was signed"):
                st.markdown(
                    "Upload the predictions again, rounded to three digits. The signature no longer counts, and "
                    "the page says at once what changed."
                )
                _file(here, _SECOND, "Rounded")
            with _step(5, "Validator and others", "Sign again, and prove it"):
                st.markdown(
                    "Look again and sign. The last signature moves version 4 to production. The auditor takes the "
                    "report away and runs `signoff verify`."
                )
                links.to_model(":material/picture_as_pdf: Report", "mortgage-approval", 4)


@contextmanager
def _step(number: int, who: str, words: str) -> Iterator[None]:
    with st.container(gap="small"):
        st.markdown(theme.label(f"{number} · {who}", "blue"))
        st.markdown(f"**{words}**")
        yield


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
