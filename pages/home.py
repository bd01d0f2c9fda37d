"""Home: what needs me, what is in production, what is at risk."""

import streamlit as st

from app import visit
from app.components.guide import guide
from app.components.notices import notices
from app.components.overview import at_risk, figures, in_charge, in_use, needs_me

here = visit.current()

with st.container(gap="xxsmall"):
    st.title("Home", anchor=False)
    st.caption("What needs you, what is in production, what is at risk.")

notices(here)
figures(here)
with st.grid(3, gap="small", min_column_width=300):
    needs_me(here)
    in_charge(here)
    slow = at_risk(here)

if here.demo:
    guide(here)

with slow:
    in_use(here)
