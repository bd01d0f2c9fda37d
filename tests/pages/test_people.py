import pytest

from core.access import actions, entering, queries
from core.access.person import Person, ReviewRole, SystemRole


def texts(at):
    return " ".join([*(m.value for m in at.markdown), *(c.value for c in at.caption), *(e.value for e in at.error)])


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


def test_a_system_role_is_set_by_choosing_it(look, store, people):
    at = look("people", "admin", person="business")
    at.selectbox(key=f"role_{people['business'].key}").set_value(SystemRole.AUDITOR).run()

    with store.reading() as session:
        assert session.get(Person, people["business"].key).system_role is SystemRole.AUDITOR


def test_closing_an_account_signs_it_out(look, store, people):
    token = entering.begin_session(store, people["business"], "password", "Test").token
    at = look("people", "admin", person="business")
    at.button(key="switch").click().run()

    assert not at.exception
    assert entering.recognise(store, token) is None
    assert at.button(key="switch").label == "Open the account again"


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

    assert not at.selectbox
    assert at.button(key="switch").disabled


def test_a_refusal_is_shown_with_its_fix_and_the_page_stays(look, store, people):
    at = look("people", "admin", person="auditor")
    with store.transaction(people["admin"].actor("password")) as tx:
        actions.set_system_role(tx, people["auditor"].key, SystemRole.ADMIN)
    with store.transaction(people["auditor"].actor("password")) as tx:
        actions.set_system_role(tx, people["admin"].key, SystemRole.VIEWER)
    at.button(key="switch").click().run()

    assert not at.exception
    assert "do not allow you to manage people" in texts(at)


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
    assert ReviewRole.RISK_REVIEWER.words in str(at.table[0].value)


def test_a_password_is_changed_by_who_knows_it(look, store, people):
    at = look("account", "validator")
    change(at, "demo-validator-2026", "entirely new words", "entirely new words")

    assert "changed" in at.success[0].value
    assert entering.sign_in(store, "validator", "entirely new words", host="h").token


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("wrong", "entirely new words", "entirely new words"), "wrong"),
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
