"""The signed answer to "may this be released?": what it says, who stands behind it, and how to check it elsewhere."""

import streamlit as st
from sqlmodel import Session

from app import theme
from app.components.refusal import attempt
from app.theme import md
from app.visit import Visit
from core.access import queries as people
from core.access.permission import Permission
from core.access.person import ReviewRole
from core.approvals import attestation, attested, release
from core.approvals.attestation import Approver
from core.approvals.attested import Attested, Form
from core.approvals.attesting import export
from core.approvals.levels import level_words
from core.registry.model import RegisteredModel
from core.registry.stage import Stage
from core.registry.version import ModelVersion

_ICON = ":material/download:"


def release_attestation(here: Visit, model: RegisteredModel, version: ModelVersion) -> None:
    """Draw the newest attestation of a version, or why one in production has none; nothing for any other."""
    with here.store.reading() as session:
        found = attested.of_version(session, version.key)
        names = {one.subject: _name(session, one) for one in found.approval.approvers} if found else {}
    if found is None and version.stage is not Stage.PRODUCTION:
        return
    with st.container(border=True, gap="small", key="attestation"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.header("Release", anchor=False)
            st.markdown(_badge(here, found), width="content")
        missing = release.unattested(version, found, here.now) if version.stage is Stage.PRODUCTION else ""
        if missing:
            st.markdown(f"No signed attestation holds: {md(missing)}.")
        if found is not None:
            _said(here, found, names)
            _taken(here, model, version)
            _checked(here, model, version, found)


def _badge(here: Visit, found: Attested | None) -> str:
    if found is None:
        return theme.label("Not attested", "orange", icon="help")
    if not found.passed:
        return theme.label("Must not be released", "red", icon="block")
    if not found.holds(here.now):
        return theme.label("Ended", "orange", icon="event_busy")
    return theme.label(f"May be released until {theme.day(found.row.not_after, here.zone)}", "green", icon="verified")


def _said(here: Visit, found: Attested, names: dict[str, str]) -> None:
    approval = found.approval
    lines = [f"This version {approval.decision.words} with **{md(approval.request_id)}**, signed by:", ""]
    for one in approval.approvers:
        role = ReviewRole(one.role).words.lower()
        lines.append(f"- **{md(names[one.subject])}**, {role}, {theme.moment(one.at, here.zone)}")
    st.markdown("\n".join(lines))
    verified = ", ".join(level_words(level) for level in found.summary.verified_levels)
    st.caption(f"Attested on {theme.moment(found.summary.time_verified, here.zone)}: {verified}.")


def _taken(here: Visit, model: RegisteredModel, version: ModelVersion) -> None:
    if not here.may(Permission.EXPORT_REPORT, model.scope):
        return
    made = f"attestation-{version.key}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for form in Form:
            st.button(
                form.words, icon=_ICON, key=f"take-{form.value}", on_click=_make, args=(here, version, form, made)
            )
        if (file := st.session_state.pop(made, None)) is not None:
            address, name = file
            st.link_button(f"Take {name}", f"/exports/{address}", icon=_ICON, type="primary")


def _make(here: Visit, version: ModelVersion, form: Form, made: str) -> None:
    with attempt(), here.store.transaction(here.actor) as tx:
        st.session_state[made] = (export(tx, version, form), form.filename)


def _checked(here: Visit, model: RegisteredModel, version: ModelVersion, found: Attested) -> None:
    """Say how to check it without this server, and show the key for it."""
    key = next((one for one in here.store.issuer.keys.kept() if one.id == found.row.keyid), None)
    with st.expander("Check it without this server", icon=":material/key:"):
        st.markdown("With the attestation, the release key and the bytes at hand, offline:")
        st.code(
            f"signoff gate {model.slug}@{version.version} --attestation {Form.DSSE.filename} "
            "--key release.pub --artifact FILE",
            language=None,
            wrap_lines=True,
        )
        if key is None:
            st.markdown(f"The key {theme.fingerprint(found.row.keyid)} that signed it is no longer in the keys folder.")
            return
        st.markdown("The release key. Compare its fingerprint with one you got another way.")
        st.code(f"{key.fingerprint}\n\n{key.pem}", language=None, wrap_lines=True)


def _name(session: Session, one: Approver) -> str:
    person = people.by_identity(session, *attestation.identity(one.subject))
    return person.name if person else "somebody who is no longer known here"
