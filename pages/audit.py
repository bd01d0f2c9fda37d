"""Audit log: everything that happened, in order; whether it still is what was signed; and any past moment (`?at=`)."""

from datetime import UTC, datetime, time, timedelta

import streamlit as st

from app import theme, visit
from app.components.heading import heading
from app.components.log_check import answer, check, export_button, standing
from app.components.log_entry import about as about_of
from app.components.log_entry import log_entry
from app.components.pager import pager, turned_to
from app.components.past_moment import past_moment, to_moment
from app.components.picklist import Option, picklist
from app.components.report_button import population_button
from app.theme import md
from core.access import journal
from core.access.journal import EntryFilter, EntryLine
from core.access.permission import ANYWHERE, Permission, require
from core.audit.event import Event


def option(line: EntryLine) -> Option:
    """Say an entry in two lines."""
    whom = f" · {about_of(line, here.zone)}" if line.about else ""
    return Option(
        str(line.seq), f"{md(line.words)}{whom}", f"{line.seq} · {theme.moment(line.at, here.zone)} · {md(line.who)}"
    )


def start_of(day, later=0):
    """Return the moment at which a day begins for the visitor."""
    return datetime.combine(day + timedelta(days=later), time.min, here.zone).astimezone(UTC) if day else None


here = visit.current()

with here.store.reading() as session:
    require(session, here.actor, Permission.SEE_AUDIT_LOG, ANYWHERE)

if asked := st.query_params.get("at"):
    past_moment(here, asked)
    st.stop()

with here.store.reading() as session:
    signed = journal.signed(session)
    names = dict(journal.actors(session))

with heading("Audit log", "Everything that happened here, in order, and signed so that a later change shows."):
    st.button("A past moment", icon=":material/history:", key="past-moment", on_click=to_moment, args=(here.now,))
    export_button(here)
    check(here)
standing(here, signed)
answer(here)

with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
    who = st.selectbox("Who", list(names), index=None, format_func=names.get, placeholder="Anybody", width=200)
    events = st.multiselect(
        "What happened",
        sorted(Event, key=lambda one: one.words),
        format_func=lambda one: one.words,
        placeholder="Anything",
        width=280,
    )
    about = st.text_input(
        "About", type="search", placeholder="Model, REQ-17 …", key="about", bind="query-params", width=200
    )
    since = st.date_input("From", value=None, key="since", width=145)
    until = st.date_input("To", value=None, key="until", width=145)

year_ago = here.now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=365)
population_button(here, start_of(since) or year_ago, start_of(until, later=1) or here.now)

wanted = EntryFilter(who, tuple(events), about or "", start_of(since), start_of(until, later=1))
with here.store.reading() as session:
    found = journal.entries(session, wanted, turned_to("page"))

if not found.items:
    st.info("Nothing like that is in the log. Take a filter away to see more.", icon=":material/search_off:")
    st.stop()

column, detail = st.columns([5, 6], gap="medium")
with column:
    picked = picklist("Entries, newest first", [option(line) for line in found.items], "entry")
    pager(found, "page", "entries")
if picked and picked.isascii() and picked.isdecimal() and len(picked) <= 15:  # SQLite's integers end somewhere
    with here.store.reading() as session:
        chosen = journal.entry(session, int(picked))
    with detail:
        log_entry(here, chosen)
