from datetime import timedelta

import pytest

from core.access import issuing
from core.access.token import TokenScope, well_formed
from core.errors import AccessError
from core.registry.actions import ModelDescription, register_model, register_use_case
from core.registry.materiality import Exposure, Purpose


def texts(at):
    return " ".join([*(m.value for m in at.markdown), *(c.value for c in at.caption), *(e.value for e in at.error)])


def keys(at):
    return [button.key for button in at.button]


@pytest.fixture
def issued(store, people):
    """A token of the engineer: its row and its secret."""
    with store.transaction(people["engineer"].actor("password")) as tx:
        return issuing.issue(tx, "nightly *training*", [TokenScope.READ, TokenScope.EVALUATE])


def own(store, people, username):
    with store.reading() as session:
        return issuing.tokens(session, people[username].key)


def test_a_token_is_made_with_its_scopes_and_its_end_and_shown_once(look, store, people):
    at = look("account", "engineer")
    at.button(key="new-token").click().run()
    at.text_input(key="token-name").set_value("nightly training")
    at.checkbox(key="token-evaluate").check()
    at.segmented_control(key="token-days").set_value(7)
    at.button(key="token-make").click().run()

    assert not at.exception
    (shown,) = [code.value for code in at.code]
    assert well_formed(shown)
    (made,) = own(store, people, "engineer")
    assert (made.name, made.scopes, made.model_ids) == ("nightly training", (TokenScope.EVALUATE,), ())
    assert made.ends_at - made.created_at == timedelta(days=7)
    assert issuing.recognise(store, shown).actor.person_id == people["engineer"].id

    at.button(key="token-copied").click().run()
    assert not at.code
    assert shown not in str(at.session_state)


def test_a_token_is_bound_to_the_models_that_were_chosen(look, store, people):
    with store.transaction(people["scientist"].actor("password")) as tx:
        register_use_case(tx, slug="lending", name="Home lending", purpose="Decide about mortgages.")
        models = {
            slug: register_model(
                tx, ModelDescription(slug, slug.title(), "lending", Exposure.LIMITED, Purpose.SUPPORT)
            ).key
            for slug in ("fraud", "pricing", "scoring")
        }
    at = look("account", "scientist")
    at.button(key="new-token").click().run()
    at.text_input(key="token-name").set_value("release")
    at.checkbox(key="token-read").check()
    at.segmented_control(key="token-for").set_value("Chosen models").run()
    assert at.button(key="token-make").disabled
    for slug in ("fraud", "pricing", "scoring"):
        at.radio(key="pick_token-models").set_value(slug).run()
    at.button(key="token-models-out-scoring").click().run()
    at.button(key="token-make").click().run()

    assert not at.exception
    assert own(store, people, "scientist")[0].model_ids == (models["fraud"], models["pricing"])


@pytest.mark.parametrize(("name", "scopes", "said"), [("", ["read"], "needs a name"), ("ci", [], "could do nothing")])
def test_a_token_without_a_name_or_a_use_is_refused_with_a_sentence(look, store, people, name, scopes, said):
    at = look("account", "engineer")
    at.button(key="new-token").click().run()
    at.text_input(key="token-name").set_value(name)
    for scope in scopes:
        at.checkbox(key=f"token-{scope}").check()
    at.button(key="token-make").click().run()

    assert said in texts(at)
    assert own(store, people, "engineer") == []


def test_own_tokens_are_listed_with_what_they_may_do(look, store, issued):
    issuing.recognise(store, issued[1])
    shown = texts(look("account", "engineer"))

    assert "**nightly \\*training\\*** :gray[TOK-1] :green-badge[Works]" in shown
    assert f"{TokenScope.READ.words}; upload evaluations, predictions and labels · for all models" in shown
    assert "works until 1 Jun 2026 · last used just now" in shown


def test_a_token_is_revoked_after_a_question(look, store, issued):
    row, secret = issued
    at = look("account", "engineer")
    at.button(key=f"revoke-{row.key}").click().run()
    assert issuing.recognise(store, secret)

    at.button(key="revoke-now").click().run()
    assert not at.exception
    with pytest.raises(AccessError, match="revoked"):
        issuing.recognise(store, secret)
    assert "None. A token" in texts(at)
    at.toggle(key="ended-tokens").set_value(True).run()
    assert "red-badge[Revoked]" in texts(at)
    assert f"revoke-{row.key}" not in keys(at)


def test_nobody_sees_the_tokens_of_others_on_their_account(look, issued):
    assert "training" not in texts(look("account", "validator"))


def test_an_administrator_revokes_the_token_of_somebody_else(look, store, issued):
    row, secret = issued
    at = look("people", "admin", person="engineer")
    at.button(key=f"revoke-{row.key}").click().run()
    at.button(key="revoke-now").click().run()

    assert not at.exception
    with pytest.raises(AccessError, match="revoked"):
        issuing.recognise(store, secret)


def test_closing_an_account_ends_its_tokens_for_good(look, store, issued):
    _, secret = issued
    at = look("people", "admin", person="engineer")
    at.button(key="switch").click().run()
    at.button(key="close-now").click().run()
    at.button(key="switch").click().run()

    assert at.button(key="switch").label == "Close the account"
    with pytest.raises(AccessError, match="revoked"):
        issuing.recognise(store, secret)
