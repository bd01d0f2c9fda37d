"""Writing the next version of a policy: a draft, its problems with their lines, and publishing it."""

import streamlit as st

from app import theme
from app.components.policy_reading import policy_reading
from app.visit import Visit
from core.access.permission import Permission
from core.approvals.notice import notice_changes
from core.errors import GovernanceError
from core.policy import actions, document, queries
from core.policy.version import PolicyDraft

_ASKED = "policy-to-publish"
_STARTER = """\
signoff_policy: 1
name: {name}
title: What it is for
governs: [low]

stages:
  production:
    rules:
      - id: artifact-named
        title: The version names the bytes it stands for
        kind: artifact_digest
    approvals:
      - role: technical_reviewer
"""


def policy_writing(here: Visit, name: str) -> None:
    """Draw the draft of a policy to whoever may write it.

    Args:
        here: who looks.
        name: the policy.
    """
    with here.store.reading() as session:
        draft = queries.draft(session, name)
        standing = queries.in_force(session).get(name)
    key = f"draft-{name}"
    # The text that was opened stays the ground of this tab: a save that started elsewhere is refused, not merged.
    opened = st.session_state.setdefault(f"{key}-opened", draft.revision if draft else 0)
    ground = draft.source if draft else standing.source if standing else _STARTER.format(name=name)
    written = st.session_state.setdefault(f"{key}-ground", ground)
    if not here.may(Permission.DRAFT_POLICY):
        _shown(draft)
        return
    text = st.text_area("The next version, as YAML", value=written, height=420, key=f"{key}-text")
    if draft is not None and draft.revision != opened:
        st.warning(
            "Somebody saved this draft while you were writing. Their text stands below; yours was not lost.",
            icon=":material/difference:",
        )
        st.code(draft.source, language="yaml", line_numbers=True)
        st.button("Go on from their text", key=f"{key}-theirs", on_click=_forget, args=(key,))
    _problems(text)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Save the draft", icon=":material/save:", key=f"{key}-save"):
            _save(here, name, text, opened, key)
        if draft is not None and st.button("Throw it away", icon=":material/delete:", key=f"{key}-discard"):
            with here.store.transaction(here.actor) as tx:
                actions.discard(tx, name)
            _forget(key)
            st.rerun()
        if draft is not None and here.may(Permission.PUBLISH_POLICY):
            unsaved = text != draft.source
            st.button(
                "Publish",
                type="primary",
                icon=":material/publish:",
                key=f"{key}-publish",
                disabled=unsaved or draft.revision != opened or bool(document.check(draft.source)),
                help="Save first; what is published never changes again." if unsaved else None,
                on_click=_ask,
                args=(name,),
            )
    if draft is not None and st.session_state.get(_ASKED) == name:
        _confirm(here, draft)
    if draft is not None and not here.may(Permission.PUBLISH_POLICY):
        st.caption("An administrator publishes it; you may write it.")


def _problems(text: str) -> None:
    """Draw what keeps a text from being used, line by line."""
    problems = document.check(text)
    if not problems:
        st.success("It can be published: every word of it is understood.", icon=":material/check_circle:")
        return
    noun = "problem" if len(problems) == 1 else "problems"
    with st.container(border=True, gap="xsmall"):
        st.markdown(f":red[:material/error:] **{len(problems)} {noun} to mend**")
        for one in problems[:20]:
            place = f" :gray[{theme.md(one.place)}]" if one.place else ""
            st.markdown(f":small[**Line {one.line}** · {theme.md(one.message)}{place}]")
        if len(problems) > 20:
            st.caption(f"and {len(problems) - 20} more")


def _shown(draft: PolicyDraft | None) -> None:
    if draft is None:
        st.info("Nobody is writing a next version.", icon=":material/edit_note:")
    else:
        st.caption("This is being written; nothing of it counts yet.")
        st.code(draft.source, language="yaml", line_numbers=True)


def _save(here: Visit, name: str, text: str, opened: int, key: str) -> None:
    with here.store.transaction(here.actor) as tx:
        actions.draft(tx, name, text, started_from=opened)
    st.session_state[f"{key}-opened"] = opened + 1
    st.toast("The draft is saved; nothing of it counts until it is published.", icon=":material/save:")
    st.rerun()


def _forget(key: str) -> None:
    for part in ("opened", "ground", "text"):
        st.session_state.pop(f"{key}-{part}", None)


def _ask(name: str) -> None:
    st.session_state[_ASKED] = name


def _answered() -> None:
    st.session_state.pop(_ASKED, None)


@st.dialog("Publish this policy?", width="large", on_dismiss=_answered)
def _confirm(here: Visit, draft: PolicyDraft) -> None:
    """Ask once more, with the text in plain words; open requests lose their signatures."""
    st.markdown(
        "It governs from this moment and never changes again. **Every open request it decides about has to be "
        "signed anew**, because people signed under another policy."
    )
    with st.container(height=360, border=False):
        policy_reading(document.parse(draft.source))
    if st.button("Publish it", type="primary", icon=":material/publish:", key="policy-publish-now"):
        try:
            with here.store.transaction(here.actor) as tx:
                version = actions.publish(tx, draft.name, started_from=draft.revision)
                staled = notice_changes(tx)
        except GovernanceError as refused:
            st.error(f"{theme.sentence(refused.problem)} {theme.sentence(refused.fix)}", icon=":material/block:")
            return
        _forget(f"draft-{draft.name}")
        _answered()
        noun = "signature has" if staled == 1 else "signatures have"
        st.toast(f"{version.label.capitalize()} is in force. {staled} {noun} to be given anew.")
        st.rerun()
