from dataclasses import replace

import pytest

from core.access import actions
from core.access.permission import ANYWHERE, HELD_BY, PERSONAL, REVIEW_AS, Permission, allows, may, require
from core.access.person import Person, ReviewRole, SystemRole
from core.access.scope import EVERYTHING, Scope
from core.audit.actor import SYSTEM
from core.errors import AccessError

MORTGAGE = Scope(model_id=1, use_case_id=7)


def test_every_permission_has_a_holder_and_reads_as_the_end_of_a_sentence():
    assert set(HELD_BY) == set(Permission)
    assert all(holders.system or holders.review for holders in HELD_BY.values())
    assert all(permission.words[0].islower() for permission in Permission)


def test_no_system_role_signs_and_so_no_administrator_approves_by_being_one():
    assert not [p for p in PERSONAL if HELD_BY[p].system]
    assert all(HELD_BY[REVIEW_AS[role]].review == {role} for role in ReviewRole)


@pytest.mark.parametrize(
    ("reach", "place", "counts"),
    [
        pytest.param(EVERYTHING, MORTGAGE, True, id="everything reaches a model"),
        pytest.param(Scope(model_id=1), MORTGAGE, True, id="the model itself"),
        pytest.param(Scope(model_id=2), MORTGAGE, False, id="another model"),
        pytest.param(Scope(use_case_id=7), MORTGAGE, True, id="its use case"),
        pytest.param(Scope(use_case_id=8), MORTGAGE, False, id="another use case"),
        pytest.param(Scope(model_id=1), EVERYTHING, False, id="one model is not everything"),
        pytest.param(Scope(use_case_id=7), ANYWHERE, True, id="any reach counts for what belongs to no model"),
    ],
)
def test_a_review_role_counts_as_far_as_it_reaches(reach, place, counts):
    held = [(ReviewRole.RISK_REVIEWER, reach)]

    assert allows(Permission.REVIEW_AS_RISK_REVIEWER, SystemRole.VIEWER, held, place) is counts


CELLS = {
    "scientist": {Permission.REGISTER_VERSION, Permission.REVIEW_AS_MODEL_OWNER, Permission.OPEN_REQUEST},
    "engineer": {Permission.REGISTER_VERSION, Permission.REVIEW_AS_TECHNICAL_REVIEWER, Permission.OPEN_REQUEST},
    "validator": {Permission.REVIEW_AS_RISK_REVIEWER, Permission.ACCEPT_RULE, Permission.REGISTER_EVALUATION_SET},
    "business": {Permission.REVIEW_AS_BUSINESS_OWNER},
    "admin": {
        Permission.EXPORT_AUDIT,
        Permission.MANAGE_PEOPLE,
        Permission.PUBLISH_POLICY,
        Permission.ERASE,
        Permission.REGISTER_EVALUATION_SET,
    },
    "auditor": {Permission.EXPORT_AUDIT},
}
ASKED = set().union(*CELLS.values())


@pytest.mark.parametrize("username", CELLS)
def test_each_person_of_the_demo_may_do_exactly_their_part(store, people, username):
    actor = people[username].actor("password")

    with store.reading() as session:
        assert {p for p in ASKED if may(session, actor, p, MORTGAGE)} == CELLS[username]


@pytest.mark.parametrize("permission", sorted(PERSONAL))
def test_a_command_never_signs(store, people, permission):
    with store.reading() as session:
        assert not any(may(session, who.actor("cli"), permission, MORTGAGE) for who in people.values())


def test_signoff_itself_is_nobody_and_may_nothing(store, people):
    with store.reading() as session, pytest.raises(AccessError, match="Only a person"):
        require(session, SYSTEM, Permission.SEE)


def test_somebody_who_borrows_a_row_with_another_identity_is_refused(store, people):
    borrowed = replace(people["admin"].actor("password"), sub="somebody-else")

    with store.reading() as session, pytest.raises(AccessError):
        require(session, borrowed, Permission.MANAGE_PEOPLE)


def test_roles_are_read_at_the_moment_of_the_action(store, people):
    scientist, admin = people["scientist"].actor("password"), people["admin"].actor("password")
    with store.transaction(admin) as tx:
        actions.deactivate(tx, people["scientist"].key)

    with store.reading() as session:
        assert session.get(Person, people["scientist"].key).active is False
        with pytest.raises(AccessError, match="no longer active"):
            require(session, scientist, Permission.SEE)


def test_a_refusal_names_the_roles_that_would_do(store, people):
    with store.reading() as session, pytest.raises(AccessError) as refused:
        require(session, people["business"].actor("password"), Permission.REGISTER_EVALUATION_SET)

    assert refused.value.problem == "Your roles do not allow you to register an evaluation set."
    assert "administrator or risk reviewer" in refused.value.fix
