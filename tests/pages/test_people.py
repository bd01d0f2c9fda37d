import pytest
from sqlalchemy import update

from app.components.people_list import summary
from core.access import actions, entering, queries
from core.access.person import Person, ReviewRole, SystemRole
from core.access.scope import EVERYTHING, Scope
from core.registry import queries as registry
from core.registry.actions import ModelDescription, register_model, register_use_case
from core.registry.materiality import Exposure, Purpose
from core.registry.reach import Reach


def texts(at):
    return " ".join([*(m.value for m in at.markdown), *(c.value for c in at.caption), *(e.value for e in at.error)])


def away(store, who):
    """Let an account belong to an identity provider."""
    with store.writing.begin() as connection:
        connection.execute(update(Person).where(Person.id == who.key).values(iss="https://id.example.org"))


def change(at, *typed):
    for field, text in zip(at.text_input, typed, strict=True):
        field.set_value(text)
    next(button for button in at.button if button.label == "Change the password").click().run()


def test_an_administrator_sees_everybody_with_their_roles(look):
    at = look("people", "admin")

    assert not at.exception
    assert at.title[0].value == "People"
    assert len(at.radio(key="pick_person").options) == 6


def test_nobody_else_is_offered_the_page(look):
    with pytest.raises(ValueError, match=r"people\.py"):
        look("people", "validator")


def test_the_list_says_for_what_somebody_signs(store, people):
    with store.transaction(people["admin"].actor("password")) as tx:
        actions.grant_role(tx, people["auditor"].key, ReviewRole.TECHNICAL_REVIEWER, Scope(model_id=3))
    with store.reading() as session:
        rows = {row.username: row for row in queries.people(session).items}
    names = {EVERYTHING: "All models", Scope(model_id=3): "Flight delay"}
    assert summary(rows["auditor"], names) == "Auditor · Technical reviewer (Flight delay)"
    assert summary(rows["validator"], names).endswith("· Risk reviewer")


def test_a_system_role_is_set_by_choosing_it(look, store, people):
    at = look("people", "admin", person="business")
    at.selectbox(key=f"role_{people['business'].key}").set_value(SystemRole.AUDITOR).run()

    with store.reading() as session:
        assert session.get(Person, people["business"].key).system_role is SystemRole.AUDITOR


def test_an_address_for_mail_is_set_by_typing_it(look, store, people):
    at = look("people", "admin", person="business")
    at.text_input(key=f"email_{people['business'].key}").set_value("no address").run()
    assert "or leave it empty" in texts(at)

    at.text_input(key=f"email_{people['business'].key}").set_value("b@example.org").run()
    with store.reading() as session:
        assert session.get(Person, people["business"].key).email == "b@example.org"


def test_closing_an_account_signs_it_out(look, store, people):
    token = entering.begin_session(store, people["business"], "password", "Test").token
    at = look("people", "admin", person="business")
    at.button(key="switch").click().run()
    assert entering.recognise(store, token) is not None  # not before it was asked once more
    at.button(key="close-now").click().run()

    assert not at.exception
    assert entering.recognise(store, token) is None
    assert at.button(key="switch").label == "Open the account again"


def test_somebody_whose_account_is_closed_stands_outside_at_the_next_click(look, store, people):
    at = look("inbox", "business")
    with store.transaction(people["admin"].actor("password")) as tx:
        actions.deactivate(tx, people["business"].key)
    at.run()

    assert at.title[0].value == "Signed out"


def test_one_session_is_ended_from_its_row_and_the_others_stand(look, store, people):
    lost = entering.begin_session(store, people["business"], "password", "Safari on macOS")
    kept = entering.begin_session(store, people["business"], "password", "Firefox on Linux")
    at = look("people", "admin", person="business")
    session_id = entering.recognise(store, lost.token).session_id
    at.button(key=f"end-session-{session_id}").click().run()

    assert not at.exception
    assert entering.recognise(store, lost.token) is None
    assert entering.recognise(store, kept.token) is not None


def test_all_sessions_are_ended_at_once(look, store, people):
    token = entering.begin_session(store, people["business"], "password", "Test").token
    at = look("people", "admin", person="business")
    at.button(key="end_sessions").click().run()

    assert entering.recognise(store, token) is None


def test_the_list_is_narrowed_by_state_role_and_search(look, store, people):
    with store.transaction(people["admin"].actor("password")) as tx:
        actions.deactivate(tx, people["business"].key)
    at = look("people", "admin")
    at.segmented_control(key="state").set_value("Closed").run()
    assert at.radio(key="pick_person").options == ["**Business owner** :gray-badge[Closed]"]

    at.segmented_control(key="state").set_value("Active").run()
    at.selectbox(key="role").set_value(ReviewRole.RISK_REVIEWER).run()
    assert at.radio(key="pick_person").options == ["**Independent validator**"]

    at.selectbox(key="role").set_value(SystemRole.AUDITOR).run()
    assert at.radio(key="pick_person").options == ["**Auditor**"]


def test_an_account_of_a_provider_names_it_and_has_no_password_here(look, store, people):
    away(store, people["auditor"])
    at = look("people", "admin", person="auditor")

    assert "account of id\\.example\\.org" in texts(at)
    assert "link" not in [button.key for button in at.button]
    at.selectbox(key="iss").set_value("https://id.example.org").run()
    assert at.radio(key="pick_person").options == ["**Auditor**"]


def test_a_review_role_is_given_for_one_model_that_is_searched_for(look, store, people):
    with store.transaction(people["scientist"].actor("password")) as tx:
        register_use_case(tx, slug="lending", name="Home lending", purpose="Decide about mortgages.")
        for slug in ("mortgage-approval", "mortgage-pricing", "fraud"):
            register_model(tx, ModelDescription(slug, slug.title(), "lending", Exposure.LIMITED, Purpose.SUPPORT))
    at = look("people", "admin", person="auditor")
    at.button(key="give_role").click().run()
    at.radio(key="grant-role").set_value(ReviewRole.TECHNICAL_REVIEWER)
    at.segmented_control(key="grant-width").set_value(Reach.MODEL).run()
    at.text_input(key="grant-model-find").set_value("pricing").run()
    assert len(at.radio(key="pick_grant-model").options) == 1
    assert at.button(key="grant-send").disabled
    at.radio(key="pick_grant-model").set_value("mortgage-pricing").run()
    at.button(key="grant-send").click().run()

    assert not at.exception
    with store.reading() as session:
        (grant,) = queries.grants(session, people["auditor"].key)
        wanted = registry.model(session, "mortgage-pricing")
    assert (grant.role, grant.model_id) == (ReviewRole.TECHNICAL_REVIEWER, wanted.key)


def test_a_review_role_is_ended_from_its_row(look, store, people):
    with store.reading() as session:
        grant = queries.grants(session, people["validator"].key)[0]
    at = look("people", "admin", person="validator")
    at.button(key=f"end_{grant.id}").click().run()

    assert not at.exception
    with store.reading() as session:
        assert queries.grants(session, people["validator"].key) == []


def test_nobody_can_change_their_own_roles_there(look, people):
    at = look("people", "admin", person="admin")

    assert f"role_{people['admin'].key}" not in [box.key for box in at.selectbox]
    assert at.button(key="switch").disabled
    assert at.button(key="give_role").disabled


def test_a_refusal_is_shown_with_its_fix_and_the_page_stays(look, store, people):
    with store.transaction(people["admin"].actor("password")) as tx:
        actions.deactivate(tx, people["engineer"].key)
    at = look("people", "admin", person="engineer")
    with store.transaction(people["admin"].actor("password")) as tx:
        actions.set_system_role(tx, people["auditor"].key, SystemRole.ADMIN)
    with store.transaction(people["auditor"].actor("password")) as tx:
        actions.set_system_role(tx, people["admin"].key, SystemRole.VIEWER)
    at.button(key="switch").click().run()

    assert not at.exception
    assert at.title[0].value == "People"
    assert "This page is for people with the role auditor or administrator" in texts(at)


def test_what_people_wrote_stays_text(look, store, people):
    with store.transaction(people["admin"].actor("password")) as tx:
        actions.create_person(tx, "eve", ":green-badge[Approved] **Eve**", None, SystemRole.VIEWER)
    at = look("people", "admin", q="eve")

    assert ":green-badge[Approved]" not in at.radio(key="pick_person").options[0]


def test_the_page_says_what_to_do_when_nobody_is_found(look):
    at = look("people", "admin", q="zzz")

    assert "add somebody" in at.info[0].value


def test_everybody_sees_their_own_account(look, people):
    at = look("account", "validator")

    assert not at.exception
    assert "Independent validator" in at.title[0].value
    assert f"**{ReviewRole.RISK_REVIEWER.words}** · All models" in texts(at)


def test_a_password_is_changed_by_who_knows_it(look, store, people):
    at = look("account", "validator")
    change(at, "demo-validator-2026", "entirely new words", "entirely new words")

    assert "changed" in at.success[0].value
    assert entering.sign_in(store, "validator", "entirely new words", host="h").token


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("wrong", "entirely new words", "entirely new words"), "not your password"),
        (("demo-validator-2026", "entirely new words", "other new words here"), "differ"),
        (("demo-validator-2026", "short", "short"), "12 to 256"),
    ],
)
def test_a_password_is_not_changed_otherwise(look, typed, said):
    at = look("account", "validator")
    change(at, *typed)

    assert said in texts(at)


def test_signing_out_in_the_sidebar_ends_the_session(look, store):
    at = look("account", "validator")
    at.button(key="signout").click().run()

    assert at.title[0].value == "Signed out"


def test_the_demo_says_so_on_every_page(look):
    assert "simulated history" in texts(look("account", "auditor"))


def test_an_address_that_names_nobody_says_so_and_keeps_the_list(look):
    at = look("people", "admin", person="nobody")

    assert "nobody with this user name" in texts(at)
    assert len(at.radio(key="pick_person").options) == 6


def test_an_address_opens_its_person(look):
    assert look("people", "admin", person="validator").header[0].value == "Independent validator"
