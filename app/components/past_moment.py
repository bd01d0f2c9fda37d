"""A past moment: which version stood where, who agreed to it, on which evidence, under which policy."""

from datetime import UTC, datetime, time, timedelta

import streamlit as st

from app import theme
from app.components import links
from app.components.heading import heading
from app.components.pager import pager, turned_to
from app.components.picklist import Option, picklist
from app.components.refusal import attempt
from app.theme import md
from app.visit import Visit
from core.approvals import history
from core.approvals.history import Agreement, Signer, Stood
from core.clock import rfc3339
from core.errors import InputError
from core.registry.stage import Stage

_DAY, _TIME = "moment-day", "moment-time"


def to_moment(at: datetime) -> None:
    """Let the address name a moment, so that the page shows what stood then."""
    st.query_params.from_dict({"at": rfc3339(at.replace(microsecond=0))})


def past_moment(here: Visit, asked: str) -> None:
    """Draw what stood at the moment that the address names: `at=2026-03-03T09:30Z`, or the end of a day."""
    at = _read(asked, here)
    with heading(
        f"What stood on {theme.moment(at, here.zone)}",
        "The answer for a moment never changes, whatever is promoted, returned or revoked later.",
    ):
        st.button("The whole log", icon=":material/arrow_back:", key="whole-log", on_click=st.query_params.clear)
    stage = _choice(here, at)
    with attempt():
        with here.store.reading() as session:
            found = history.history(session, at, here.now, stage, turned_to("placements"))
        if not found.items:
            st.info("No version stood there at that moment.", icon=":material/history:")
            return
        stood = {f"{one.placement.model}@{one.placement.version}": one for one in found.items}
        column, detail = st.columns([5, 6], gap="medium")
        with column:
            picked = picklist("Versions", [_option(here, name, one) for name, one in stood.items()], "stood")
            pager(found, "placements", "versions")
        with detail, st.container(border=True, key="placement"):
            _placement(here, stood.get(picked or "", found.items[0]))


def _read(asked: str, here: Visit) -> datetime:
    try:
        at = datetime.fromisoformat(asked)
        if len(asked) > len("2026-03-03"):
            return at if at.tzinfo else at.replace(tzinfo=UTC)
        begins = at.replace(tzinfo=here.zone).astimezone(UTC)  # a day is the reader's day
        ends = (at + timedelta(days=1)).replace(tzinfo=here.zone).astimezone(UTC)
        return min(ends - timedelta(microseconds=1), max(begins, here.now))
    except (ValueError, OverflowError):
        raise InputError("This address names no moment.", "Write at=2026-03-03, or at=2026-03-03T09:30Z.") from None


def _choice(here: Visit, at: datetime) -> Stage | None:
    """Draw what can be asked differently; the address follows, and what is drawn follows the address."""
    local = at.astimezone(here.zone)
    st.session_state[_DAY], st.session_state[_TIME] = local.date(), local.time().replace(second=0, microsecond=0)

    def turn() -> None:
        day, hour = st.session_state[_DAY], st.session_state[_TIME]
        to_moment(datetime.combine(day, hour or time(), here.zone).astimezone(UTC))

    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        st.date_input("Day", key=_DAY, max_value=max(here.now.astimezone(here.zone), local).date(), on_change=turn)
        st.time_input("Time", key=_TIME, step=60, on_change=turn)
        stage: Stage | None = st.selectbox(
            "Stage", [*Stage], index=None, format_func=lambda one: one.words, placeholder="Any", key="moment-stage"
        )
    return stage


def _option(here: Visit, name: str, one: Stood) -> Option:
    by = f" · {one.placement.request}" if one.placement.request else ""
    since = f"{one.placement.stage.words} since {theme.day(one.placement.since, here.zone)}"
    return Option(name, f"**{md(name)}**", f"{since}{by}")


def _placement(here: Visit, one: Stood) -> None:
    placed, agreed = one.placement, one.agreement
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.header(f"{md(placed.model)}@{placed.version}", anchor=False, width="content")
        st.markdown(theme.badge(placed.stage), width="content")
    st.caption(f"Stood there since {theme.moment(placed.since, here.zone)}")
    with st.container(horizontal=True, gap="small"):
        links.to_model("Version", placed.model, placed.version)
        if agreed is not None:
            links.to_request("Request", int(agreed.request.removeprefix("REQ-")))
            if agreed.policy is not None:
                links.link("policies", "Policy", name=agreed.policy.name)
    if agreed is None:
        st.markdown("Nobody was asked: it stood where it was registered.")
        return
    _decision(here, placed.version, agreed)
    st.markdown("**Who signed**")
    st.markdown("\n".join(f"- {_signed(here, signer)}" for signer in agreed.signed) or "Nobody's signature was wanted.")
    st.markdown("**On which evidence**")
    st.table(
        {
            "What": [md(pin.words[:1].upper() + pin.words[1:]) for pin in agreed.pins],
            "State": [md(pin.label) or "–" for pin in agreed.pins],
            "Fingerprint": [theme.fingerprint(pin.digest) for pin in agreed.pins],
        },
        border="horizontal",
        hide_index=True,
        alt="What was signed",
    )
    if agreed.accepted:
        st.markdown(f"**Accepted although not met:** {', '.join(md(rule) for rule in agreed.accepted)}")
    st.caption(f"Entry {agreed.entry} of the log says so; `signoff audit prove {agreed.entry}` proves it to anybody.")


def _decision(here: Visit, version: int, agreed: Agreement) -> None:
    about = "" if agreed.version == version else f" of version {agreed.version}"
    st.markdown(
        f"**{agreed.request}**, {agreed.kind.words}{about}: opened by {md(agreed.opened_by)} on "
        f"{theme.day(agreed.opened_at, here.zone)}, applied on {theme.moment(agreed.applied_at, here.zone)}, "
        + (f"under the policy {md(agreed.policy.label)}." if agreed.policy else "under no policy: none governed it.")
    )


def _signed(here: Visit, signer: Signer) -> str:
    roles = ", ".join(role.words.lower() for role in signer.roles)
    opinion = f": {signer.opinion.words}" if signer.opinion else ""
    return f"**{md(signer.person)}** as {roles} on {theme.moment(signer.at, here.zone)}{opinion}"
