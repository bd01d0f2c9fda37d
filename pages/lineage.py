import streamlit as st

from app import visit
from app.components.lineage import facts, lineage_view
from core.lineage import queries
from core.lineage.node import parse

here = visit.current()

with here.store.reading() as session:
    versions = [str(one) for one in queries.starting_points(session)]

asked = st.query_params.get("node", "")
with st.container(gap="xxsmall"):
    st.title("Lineage", anchor=False)
    st.caption("What every version was made from, what it was measured on, and where it runs.")

if not versions and not asked:
    st.info(
        "Nothing is registered yet. Lineage begins with the first version of a model.", icon=":material/account_tree:"
    )
    st.stop()

node = parse(asked or versions[0])
with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
    begin = st.selectbox(
        "Start from a version",
        versions,
        index=versions.index(str(node)) if str(node) in versions else None,
        format_func=lambda one: parse(one).name,
        placeholder="Choose a version",
        width=320,
    )
    depth = st.segmented_control(
        "Steps",
        [1, 2, 3],
        default=1,
        required=True,
        key="steps",
        bind="query-params",
        help="How far to look around it.",
    )
if begin is not None and begin != str(node) and asked != begin:
    st.query_params["node"] = begin
    st.rerun()

with here.store.reading() as session:
    described = next(one for one in queries.around(session, node).nodes if one.node == node)
facts(described)
lineage_view(here, node, depth=depth or 1)
