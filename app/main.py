"""The entry of every page: who is here, where one can go, and the one place that shows refusals."""

from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

import streamlit as st

from app import visit
from app.components.away import away
from app.components.refusal import refusal
from app.settings import settings
from app.theme import md, sentence
from app.visit import SignedOutError, Visit
from core.access import entering, queries
from core.access.permission import ANYWHERE, HELD_BY, Permission
from core.approvals.lists import calls_of
from core.errors import AccessError, GovernanceError

_HERE: Final = Path(__file__).parent
_PAGES: Final = _HERE.parent / "pages"

# File, title, symbol, and the permission without which it is not offered. A flat list: headings inside the
# navigation break the list for screen readers.
_MAP: Final[tuple[tuple[str, str, str, Permission], ...]] = (
    ("home", "Home", "home", Permission.SEE),
    ("inbox", "Inbox", "inbox", Permission.SEE),
    ("models", "Models", "deployed_code", Permission.SEE),
    ("model", "Model", "deployed_code", Permission.SEE),
    ("upload", "Upload", "upload", Permission.SEE),
    ("lineage", "Lineage", "account_tree", Permission.SEE),
    ("monitoring", "Monitoring", "monitoring", Permission.SEE),
    ("audit", "Audit log", "history", Permission.SEE_AUDIT_LOG),
    ("policies", "Policies", "rule", Permission.SEE),
    ("people", "People", "group", Permission.REVIEW_ACCESS),
    ("connections", "Connections", "hub", Permission.MANAGE_CONNECTIONS),
    ("account", "My account", "account_circle", Permission.SEE),
)
_UNLISTED: Final = frozenset({"model"})


def main() -> None:
    """Draw the frame, then the page inside it."""
    _dress()
    try:
        here = visit.current()
    except SignedOutError as error:
        st.navigation(_pages({*Permission}), position="hidden")
        st.set_page_config(page_title="Signed out · Signoff")
        _outside(error)
        return
    page = _navigation(here)
    try:
        page.run()
    except GovernanceError as error:
        refusal(error)


def _pages(held: Collection[Permission], waiting: int = 0) -> list[st.Page]:
    return [
        st.Page(
            _PAGES / f"{name}.py" if needed in held else partial(withheld, title, needed),
            title=f"{title} ({waiting})" if name == "inbox" and waiting else title,
            icon=f":material/{icon}:",
            url_path=name,
            default=name == "home",
            visibility="hidden" if name in _UNLISTED or needed not in held else "visible",
        )
        for name, title, icon, needed in _MAP
    ]


def withheld(title: str, needed: Permission) -> None:
    """Stand where a page would, for whoever may not see it: nothing of the page runs."""
    st.title(title, anchor=False)
    raise AccessError(
        f"This page is for people with the role {HELD_BY[needed].words}.",
        "Go on with one of the pages in the navigation, or ask an administrator for the role.",
    )


def _dress() -> None:
    # The icon comes before the navigation: a page's symbol as tab icon would be fetched from another host.
    st.set_page_config(
        page_title="Signoff",
        page_icon=str(_HERE / "static" / "icon.svg"),
        layout="wide",
        menu_items={
            "About": "**Signoff** keeps every model version with its evidence, its signatures and its history."
        },
    )
    st.html(_HERE / "assets" / "signoff.css")
    shade = "dark" if st.context.theme.type == "dark" else "light"
    st.logo(str(_HERE / "static" / f"signoff-{shade}.svg"), size="large", icon_image=str(_HERE / "static" / "icon.svg"))


def _navigation(here: Visit) -> st.Page:
    with here.store.reading() as session:
        waiting = len(calls_of(session, here.person, here.now))
    held = {permission for permission in Permission if here.may(permission, ANYWHERE)}
    page = st.navigation(_pages(held, waiting), expanded=True)
    st.set_page_config(page_title=f"{page.title} · Signoff")
    with st.sidebar, st.container(key="who", gap="xxsmall"):
        st.markdown(f"**{md(here.person.name)}**")
        st.caption(" · ".join(md(words) for words in (here.person.username, *_capacities(here))))
        st.button("Sign out", icon=":material/logout:", type="tertiary", key="signout", on_click=_leave, args=(here,))
    for fault in here.store.faults:
        meanwhile = "Until then everything can be read and nothing changed."
        st.error(f"**{sentence(fault.problem)}** {sentence(fault.fix)} {meanwhile}")
    if here.demo:
        st.caption(
            ":material/science: **Demo: simulated history.** Models and data are real, people and dates are not."
        )
    return page


def _capacities(here: Visit) -> list[str]:
    signing = {role: None for role, _ in here.roles}
    return [here.person.system_role.words, *(role.words for role in signing)]


def _leave(here: Visit) -> None:
    with here.store.reading() as session:
        behind = queries.provider_session(session, visit.cookie() or "")
    if behind is not None:
        st.session_state["leaving"] = behind[0].provider
    entering.sign_out(here.store, here.session_id, here.person, here.actor.method)


def _outside(error: GovernanceError) -> None:
    st.title("Signed out", anchor=False)
    st.write(f"{sentence(error.problem)} {sentence(error.fix)}")
    asked = urlencode(st.query_params.to_dict())
    back = quote((urlsplit(st.context.url or "").path or "/") + (f"?{asked}" if asked else ""), safe="")
    # An own link, because Streamlit's would open a new tab; only the address stands in it, and that is quoted.
    st.html(f'<a class="signoff-enter" href="/signin?next={back}" target="_self">Sign in</a>')
    leaving = st.session_state.pop("leaving", None)
    if provider := settings().oidc.get(leaving or ""):
        away(leaving, "leave", provider.label)


if __name__ == "__main__":  # as Streamlit runs it; whoever only imports it opens no store
    main()
