"""One entry of the audit log: what happened, what was said, and the exact bytes behind it."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo

import streamlit as st

from app import theme
from app.components import links
from app.components.refusal import attempt
from app.theme import md
from app.visit import Visit
from core import clock
from core.access import custody
from core.access.journal import Entry, EntryLine
from core.access.permission import Permission
from core.reports.logged import in_words

_HOW = {
    "password": "signed in with a password",
    "cli": "by command on this machine",
    "seeded": "simulated history of the demo",
    "system": "by itself",
}
_QUIET = frozenset({"method", "token", "person"})
"""Said above already: how, through what, and whom it is about."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def log_entry(here: Visit, entry: Entry) -> None:
    """Draw an entry with everything it says."""
    line = entry.line
    with st.container(border=True, key="entry"):
        with st.container(gap="xxsmall"):
            st.header(md(line.words), anchor=False)
            how = _how(entry.content["data"])
            st.caption(
                f"Entry {line.seq} · {theme.moment(line.at, here.zone)} · {md(line.who)}{f', {how}' if how else ''}"
            )
        if "clock" in entry.content:
            st.warning(
                "The server's clock stood behind the entry before; the moment is held there.",
                icon=":material/schedule:",
            )
        with st.container(key="row-about"):
            _about(here, line)
        _said(here, entry)
        _facts(here, entry.content["data"])
        with st.expander("What is hashed"):
            st.caption("The exact bytes of this entry. Their hash is a leaf of the log's Merkle tree.")
            st.code(entry.leaf.decode(), language="json", wrap_lines=True)
            st.code(entry.leaf_hash.hex(), language=None, wrap_lines=True)
            st.caption(f"Proof for somebody without the log: `signoff audit prove {line.seq}`")


def _how(data: Mapping[str, object]) -> str:
    if token := data.get("token"):
        return f"through the token {md(token)}"
    return _HOW.get(str(data.get("method")), "")


def _about(here: Visit, line: EntryLine) -> None:
    """Lead to the thing the entry is about, where it has a page."""
    name, _, version = line.subject.partition("@")
    words = f"{md(line.subject_type.replace('_', ' ').capitalize())} **{about(line, here.zone)}**"
    match line.subject_type:
        case "model_version" | "card" if version.isdecimal():
            links.to_model(words, name, int(version))
        case "model":
            links.to_model(words, name)
        case "request" if version == "" and line.subject.removeprefix("REQ-").isdecimal():
            links.to_request(words, int(line.subject.removeprefix("REQ-")))
        case "policy":
            links.link("policies", words, name=name)
        case _:
            st.markdown(words)


def _said(here: Visit, entry: Entry) -> None:
    """Show the words that people wrote, which the log only commits to."""
    for commitment, text in entry.texts.items():
        if text is None:
            st.caption(":material/ink_eraser: A text stood here and was erased; its fingerprint remains.")
            continue
        with st.container(horizontal=True, vertical_alignment="top", horizontal_alignment="distribute"):
            st.markdown(f"> {md(text)}", width="stretch")
            if here.may(Permission.ERASE):
                _erase(here, commitment)


def _erase(here: Visit, commitment: str) -> None:
    with st.popover("Erase", icon=":material/ink_eraser:", type="tertiary", key=f"erase-{commitment}"):
        st.markdown(
            "The words go for good, here and in the record that repeats them; equal words elsewhere stay. "
            "The log keeps their fingerprint, who erased them, and why."
        )
        reason = st.text_input("Reason", key=f"reason-{commitment}", max_chars=500)
        if st.button("Erase these words", type="primary", disabled=not reason.strip(), key=f"do-{commitment}"):
            with attempt():
                with here.store.transaction(here.actor) as tx:
                    custody.erase_text(tx, commitment, reason)
                st.rerun()


def about(line: EntryLine, zone: tzinfo) -> str:
    """Say what an entry is about: its name, or the days of a period."""
    start, slash, end = line.about.partition("/")
    if line.subject_type == "population" and slash:
        return f"{theme.day(clock.parse(start), zone)} to {theme.day(clock.parse(end) - timedelta(seconds=1), zone)}"
    return md(line.about)


def _facts(here: Visit, data: Mapping[str, object]) -> None:
    rows = {
        md(name.replace("_", " ").capitalize()): _plain(here.zone, name, data[name])
        for name in sorted(data)
        if name not in _QUIET
    }
    rows = {name: value for name, value in rows.items() if value}
    if rows:
        st.table({"What": list(rows), "Value": list(rows.values())}, border="horizontal", hide_index=True)


def _plain(zone: tzinfo, name: str, value: object) -> str:
    """Write a value as Markdown; commitments are shown as the words they stand for, above."""
    if isinstance(value, dict):
        parts = {key: _plain(zone, key, part) for key, part in value.items() if key != "text_sha256"}
        return ", ".join(f"{md(key)} {part}" for key, part in parts.items() if part)
    if isinstance(value, list):
        return ", ".join(_plain(zone, name, part) for part in value[:20]) + (" …" if len(value) > 20 else "")
    if isinstance(value, str):
        return _text(zone, name, value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value is None else md(value)


def _text(zone: tzinfo, name: str, value: str) -> str:
    if value.startswith("sha256:"):
        return theme.fingerprint(value)
    if _MOMENT.fullmatch(value):
        return theme.moment(datetime.fromisoformat(value), zone)
    return md(in_words(name, value))
