import streamlit as st

from app import theme, visit
from app.components import links
from app.components.pager import pager, turned_to
from app.components.policy_reading import policy_reading
from app.components.policy_writing import policy_writing
from core.access.permission import Permission
from core.approvals import lists
from core.approvals.lists import RequestFilter
from core.errors import GovernanceError
from core.policy import queries
from core.policy.version import PolicyState
from core.registry import address
from core.registry.materiality import RiskTier

here = visit.current()

with here.store.reading() as session:
    standing = queries.in_force(session)
    names = queries.names(session)


def by(line):
    """Say who published a version, where somebody did."""
    return f" by {theme.md(line.published_by)}" if line is not None and line.published_by else ""


def governed(name):
    """Draw for which materiality a policy decides."""
    tiers = standing[name].document.governs if name in standing else ()
    return " ".join(theme.badge(tier) for tier in tiers) or theme.label("Nothing")


@st.dialog("A new policy")
def begin():
    """Ask for a name, then go on to writing."""
    name = st.text_input("Name in addresses", placeholder="credit-high", max_chars=64)
    if st.button("Begin writing", type="primary", disabled=not name.strip()):
        links.go("policies", name=name.strip(), part="Write the next version")


with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
    with st.container(gap="xxsmall", width="content"):
        st.title("Policies", anchor=False)
        st.caption("What has to be shown, and who has to agree, before a version may move. Chosen by materiality.")
    if here.may(Permission.DRAFT_POLICY) and st.button("New policy", icon=":material/add:", key="new"):
        begin()

asked = st.query_params.get("name")
if asked and asked not in names and here.may(Permission.DRAFT_POLICY):
    names = [*names, asked]
if not names:
    st.info("No policy is published, so no version can move. An administrator publishes the first one.")
    st.stop()
ungoverned = [tier for tier in RiskTier if not any(tier in one.document.governs for one in standing.values())]
if ungoverned:
    st.warning(
        f"No policy governs {' and '.join(tier.value for tier in ungoverned)} materiality: nothing of it can move.",
        icon=":material/warning:",
    )

# Not bound to the address: the address carries the name itself, not the label.
name = st.segmented_control(
    "Policy",
    names,
    default=asked if asked in names else names[0],
    required=True,
    format_func=lambda one: theme.md(one.capitalize()),
    label_visibility="collapsed",
)
if name != (asked or names[0]):
    st.query_params.from_dict({"name": name})
    st.rerun()

with here.store.reading() as session:
    newest = queries.last_number(session, name)
    number = st.query_params.get("number", "")
    chosen = (
        queries.version(session, name, (address.number(number) or 0) if number.isdecimal() else newest)
        if newest
        else None
    )
    history = queries.history(session, name, turned_to("page"))

if chosen is not None:
    line = next((one for one in history.items if one.number == chosen.number), None)
    with st.container(gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.header(theme.md(chosen.title), anchor=False, width="content")
            if line is not None:
                colour = "green" if line.state is PolicyState.IN_FORCE else "gray"
                st.markdown(theme.label(line.state.words, colour), width="content")
            if line is not None and line.state is PolicyState.IN_FORCE:
                st.markdown(f":small[governs] {governed(name)}", width="content")
        st.markdown(
            f":small[Version {chosen.number}, published {theme.day(chosen.published_at, here.zone)}{by(line)} · "
            f"fingerprint {theme.fingerprint(chosen.digest)}]"
        )

parts = ["In plain words", "As written", "History", "Requests", "Write the next version"]
tabs = dict(zip(parts, st.tabs(parts, key="part", on_change="rerun", bind="query-params"), strict=True))

if tabs[parts[0]].open:
    with tabs[parts[0]]:
        if chosen is None:
            st.info("Nothing of it is published yet.", icon=":material/edit_note:")
        else:
            policy_reading(chosen.document)
if tabs[parts[1]].open:
    with tabs[parts[1]]:
        if chosen is not None:
            st.code(chosen.source, language="yaml", line_numbers=True)
if tabs[parts[2]].open:
    with tabs[parts[2]]:
        for one in history.items:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                links.link("policies", f"Version {one.number}", name=one.name, number=one.number)
                colour = "green" if one.state is PolicyState.IN_FORCE else "gray"
                st.markdown(theme.label(one.state.words, colour), width="content")
                when = theme.day(one.published_at, here.zone)
                st.markdown(f":small[published {when}{by(one)} · {theme.fingerprint(one.digest)}]", width="content")
        pager(history, "page", "versions")
if tabs[parts[3]].open and chosen is not None:
    with tabs[parts[3]]:
        with here.store.reading() as session:
            found = lists.requests(session, RequestFilter(policy=chosen.label), here.now, turned_to("requests"))
        if not found.items:
            st.info("No request was submitted under this version.", icon=":material/inbox:")
        for one in found.items:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                links.to_request(f"REQ-{one.id} · {theme.md(one.title)}", one.id)
                st.markdown(theme.badge(one.state), width="content")
                st.caption(f"opened {theme.day(one.opened_at, here.zone)}", width="content")
        pager(found, "requests", "requests")
if tabs[parts[4]].open:
    with tabs[parts[4]]:
        try:
            policy_writing(here, name)
        except GovernanceError as refused:
            st.error(f"{theme.sentence(refused.problem)} {theme.sentence(refused.fix)}", icon=":material/block:")
