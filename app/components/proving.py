"""Showing who one is for one decision: by password in the dialog, or by a way to one's identity provider and back."""

from typing import Final

import streamlit as st

from app import theme
from app.components.away import away
from app.settings import settings
from app.visit import Visit
from core.access import step_up
from core.access.errand import Errand
from core.access.person import LOCAL
from core.access.personas import PERSONAS
from core.access.proof import FRESH_FOR, Proof
from core.digest import Digest
from core.errors import AccessError

_PASSWORDS: Final = {persona.username: persona.password for persona in PERSONAS}
_SEEN: Final = "errands-seen"


def by_password(here: Visit) -> bool:
    """Tell whether the visitor proves with a password that Signoff keeps."""
    return here.person.iss == LOCAL


def ask(here: Visit, key: str) -> str:
    """Draw how the visitor will prove who they are; returns the password as typed, nothing for a provider's people."""
    if not by_password(here):
        st.caption(f"{theme.md(_label(here))} asks who you are before every decision; what you typed waits here.")
        return ""
    password = st.text_input("Your password", type="password", autocomplete="current-password", key=key)
    demo = here.demo and here.person.username in _PASSWORDS
    hint = f" In this demo it is `{_PASSWORDS[here.person.username]}`." if demo else ""
    st.caption(f"Asked at every decision: having signed in earlier is not enough.{hint}")
    return password


def button(here: Visit, words: str) -> str:
    """Return what stands on the button that ends the form."""
    return words if by_password(here) else f"Go on with {_label(here)}"


def icon(here: Visit, icon: str) -> str:
    """Return the symbol beside those words."""
    return icon if by_password(here) else ":material/open_in_new:"


def set_out(here: Visit, wanted: Digest, about: str, onward: str, words: dict[str, str]) -> None:
    """Keep what was typed and lead to the provider.

    Args:
        here: who decides.
        wanted: the one decision that the proof is for; see `core.access.step_up.purpose`.
        about: address of what is decided.
        onward: where to come back to.
        words: what was typed.

    Raises:
        AccessError: the visitor's provider is no longer in the settings.
    """
    name, label = _provider(here)
    token = step_up.prepare(
        here.store,
        here.person,
        here.session_id,
        provider=name,
        wanted=wanted,
        about=about,
        onward=onward,
        words=words,
    )
    away(name, f"prove?errand={token}", label, form=True)


def waiting(here: Visit, about: str) -> Errand | None:
    """Return what the visitor typed for a decision before setting out; None when nothing waits."""
    if by_password(here):
        return None
    with here.store.reading() as session:
        return step_up.of_decision(session, here.person.key, about, here.now)


def came_back(here: Visit, about: str) -> Errand | None:
    """Return what waits for somebody who is just back from the provider; only once."""
    errand = waiting(here, about)
    if errand is None or not (errand.used_at or errand.problem):
        return None
    seen: set[int | None] = st.session_state.setdefault(_SEEN, set())
    if errand.id in seen or here.now - (errand.used_at or errand.began_at) > FRESH_FOR:
        return None
    seen.add(errand.id)
    return errand


def proof_of(here: Visit, errand: Errand | None) -> Proof | None:
    """Return the proof that an errand brought; None when there is none that still counts."""
    return step_up.proof_of(errand, here.session_id, here.now) if errand else None


def proved(here: Visit) -> None:
    """Say that the provider has seen the visitor, and for how long that counts."""
    minutes = int(FRESH_FOR.total_seconds() // 60)
    st.success(
        f"{theme.md(_label(here))} has just seen you. That counts for exactly this decision, for {minutes} minutes.",
        icon=":material/verified_user:",
    )


def _provider(here: Visit) -> tuple[str, str]:
    for name, provider in settings().oidc.items():
        if provider.issuer == here.person.iss:
            return name, provider.label
    raise AccessError(
        "Your identity provider is no longer in the settings, so it cannot be asked who you are.",
        "Ask an administrator to configure it again.",
    )


def _label(here: Visit) -> str:
    try:
        return _provider(here)[1]
    except AccessError:
        return "Your identity provider"
