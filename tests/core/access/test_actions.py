import pytest
from sqlmodel import select

from core.access import actions, ending, entering, queries
from core.access.password import LocalPassword
from core.access.permission import Permission, may
from core.access.person import ReviewRole, SystemRole
from core.access.scope import EVERYTHING, Scope
from core.audit import tables
from core.audit.actor import SYSTEM
from core.errors import AccessError, ConflictError, InputError, NotFoundError

SECRET = "four words that stay"


@pytest.fixture
def admin(people):
    return people["admin"].actor("password")


def recorded(store):
    with store.reading() as session:
        rows = session.connection().execute(select(tables.entry.c.leaf).order_by(tables.entry.c.seq))
        return [bytes(leaf).decode() for (leaf,) in rows]


def test_the_first_administrator_is_made_once(store):
    with store.transaction(SYSTEM) as tx:
        first = actions.create_first_admin(tx, "Ada", "Ada L.", SECRET)
    with pytest.raises(ConflictError), store.transaction(SYSTEM) as tx:
        actions.create_first_admin(tx, "eve", "Eve", SECRET)

    assert (first.username, first.system_role) == ("ada", SystemRole.ADMIN)


def test_the_log_names_nobody(store):
    with store.transaction(SYSTEM) as tx:
        actions.create_first_admin(tx, "lovelace", "Countess Ada", SECRET, "lovelace@example.org")

    log = "".join(recorded(store))
    assert "person.created" in log
    assert not [word for word in ("lovelace", "Countess", "example.org", SECRET) if word in log]


@pytest.mark.parametrize(
    ("username", "name", "email"),
    [
        ("a", "Too short", None),
        ("with space", "Name", None),
        ("раул", "Look-alike letters", None),
        ("fine", "", None),
        ("fine", "turned\u202earound", None),
        ("fine", "Name", "no address"),
    ],
)
def test_values_that_could_mislead_make_no_account(store, admin, username, name, email):
    with pytest.raises(InputError), store.transaction(admin) as tx:
        actions.create_person(tx, username, name, email, SystemRole.VIEWER)


def test_two_people_never_share_a_name_to_sign_in_with(store, admin):
    with store.transaction(admin) as tx:
        actions.create_person(tx, "grace", "Grace", "grace@example.org", SystemRole.VIEWER)
    with pytest.raises(ConflictError), store.transaction(admin) as tx:
        actions.create_person(tx, "other", "Other", "GRACE@example.org", SystemRole.VIEWER)


def test_an_address_for_mail_is_changed_and_taken_away_and_never_logged(store, admin, people):
    key = people["business"].key
    for typed, kept in (("New@Example.org", "new@example.org"), ("new@example.org", "new@example.org"), ("", None)):
        with store.transaction(admin) as tx:
            actions.set_email(tx, key, typed)
        with store.reading() as session:
            assert queries.person(session, key).email == kept

    assert "new@example" not in "".join(recorded(store)).lower()


def test_an_address_that_somebody_else_signs_in_with_is_refused(store, admin, people):
    with store.transaction(admin) as tx:
        actions.create_person(tx, "grace", "Grace", "grace@example.org", SystemRole.VIEWER)
    with pytest.raises(ConflictError, match="taken"), store.transaction(admin) as tx:
        actions.set_email(tx, people["business"].key, "GRACE@example.org")


def test_an_invitation_sets_a_password_once(store, admin):
    with store.transaction(admin) as tx:
        grace = actions.create_person(tx, "grace", "Grace", None, SystemRole.VIEWER)
        code = actions.invite(tx, grace.key)
    with store.transaction(grace.actor("invitation")) as tx:
        actions.accept_invitation(tx, code, SECRET)
    with pytest.raises(AccessError), store.transaction(grace.actor("invitation")) as tx:
        actions.accept_invitation(tx, code, "another four words here")

    assert entering.sign_in(store, "grace", SECRET, host="h").person.id == grace.id


def test_a_newer_link_closes_the_older_one(store, admin, people):
    with store.transaction(admin) as tx:
        older = actions.invite(tx, people["business"].key)
        newer = actions.invite(tx, people["business"].key)

    with store.reading() as session:
        assert queries.by_invitation(session, older, store.clock()) is None
        assert queries.by_invitation(session, newer, store.clock()) is not None


@pytest.mark.parametrize("password", ["short", "a" * 40, "x" * 300, "validatorvalidator"])
def test_a_password_that_is_easily_guessed_is_refused(store, people, password):
    with pytest.raises(InputError), store.transaction(people["validator"].actor("password")) as tx:
        actions.set_own_password(tx, password)


def test_only_the_hash_of_a_password_is_stored(store, people):
    with store.reading() as session:
        stored = session.exec(select(LocalPassword)).all()

    assert len(stored) == 6
    assert all(row.hash.startswith("$argon2id$") for row in stored)


def test_a_review_role_is_given_with_its_reach_and_ended_without_a_trace_lost(store, admin, people):
    auditor = people["auditor"]
    with store.transaction(admin) as tx:
        grant = actions.grant_role(tx, auditor.key, ReviewRole.RISK_REVIEWER, Scope(model_id=3))
    with store.reading() as session:
        assert may(session, auditor.actor("password"), Permission.REVIEW_AS_RISK_REVIEWER, Scope(model_id=3))
    with store.transaction(admin) as tx:
        actions.revoke_role(tx, grant.id)

    with store.reading() as session:
        assert not may(session, auditor.actor("password"), Permission.REVIEW_AS_RISK_REVIEWER, Scope(model_id=3))
        kept = session.get(type(grant), grant.id)
    assert (kept.granted_by, kept.revoked_by) == (people["admin"].id, people["admin"].id)


def test_the_same_role_is_not_given_twice(store, admin, people):
    with pytest.raises(ConflictError), store.transaction(admin) as tx:
        actions.grant_role(tx, people["validator"].key, ReviewRole.RISK_REVIEWER)
    with store.transaction(admin) as tx:
        actions.grant_role(tx, people["validator"].key, ReviewRole.RISK_REVIEWER, Scope(model_id=1))


def test_an_ended_role_cannot_be_ended_again(store, admin, people):
    with store.reading() as session:
        grant = queries.grants(session, people["validator"].key)[0]
    with store.transaction(admin) as tx:
        actions.revoke_role(tx, grant.id)
    with pytest.raises(NotFoundError), store.transaction(admin) as tx:
        actions.revoke_role(tx, grant.id)


def test_an_administrator_gives_themself_nothing(store, admin, people):
    own = people["admin"].key
    with pytest.raises(AccessError), store.transaction(admin) as tx:
        actions.grant_role(tx, own, ReviewRole.RISK_REVIEWER)
    with pytest.raises(AccessError), store.transaction(admin) as tx:
        actions.set_system_role(tx, own, SystemRole.CONTRIBUTOR)
    with pytest.raises(AccessError), store.transaction(admin) as tx:
        actions.deactivate(tx, own)


def test_two_administrators_do_not_overwrite_each_other(store, admin, people):
    with store.transaction(admin) as tx:
        actions.set_system_role(tx, people["business"].key, SystemRole.AUDITOR, seen=SystemRole.VIEWER)
    with pytest.raises(ConflictError, match="auditor"), store.transaction(admin) as tx:
        actions.set_system_role(tx, people["business"].key, SystemRole.CONTRIBUTOR, seen=SystemRole.VIEWER)


def test_the_last_administrator_stays(store, admin, people):
    with store.transaction(admin) as tx:
        actions.set_system_role(tx, people["auditor"].key, SystemRole.ADMIN)
        actions.deactivate(tx, people["auditor"].key)
        actions.activate(tx, people["auditor"].key)
    second = people["auditor"].actor("password")
    with store.transaction(second) as tx:
        actions.deactivate(tx, people["admin"].key)

    with pytest.raises(AccessError, match="no longer active"), store.transaction(admin) as tx:
        actions.deactivate(tx, people["auditor"].key)


@pytest.mark.parametrize("username", ["scientist", "engineer", "validator", "business", "auditor"])
def test_nobody_else_manages_people(store, people, username):
    actor = people[username].actor("password")
    target = people["admin"].key
    for verb in (
        lambda tx: actions.create_person(tx, "eve", "Eve", None, SystemRole.ADMIN),
        lambda tx: actions.invite(tx, target),
        lambda tx: actions.grant_role(tx, target, ReviewRole.RISK_REVIEWER),
        lambda tx: actions.set_email(tx, target, "eve@example.org"),
        lambda tx: actions.set_system_role(tx, target, SystemRole.VIEWER),
        lambda tx: actions.deactivate(tx, target),
        lambda tx: actions.activate(tx, target),
        lambda tx: ending.end_sessions_of(tx, target),
    ):
        with pytest.raises(AccessError), store.transaction(actor) as tx:
            verb(tx)

    assert recorded(store)[-1].count("access.refused") == 1


def test_people_are_listed_a_page_at_a_time_with_their_roles(store, admin, people):
    with store.reading() as session:
        page = queries.people(session, size=4)
        found = queries.people(session, "VALID")

    assert (len(page.items), page.total, page.pages) == (4, 6, 2)
    assert [(row.username, row.review_roles) for row in found.items] == [("validator", (ReviewRole.RISK_REVIEWER,))]


def test_who_can_sign_somewhere_is_known_before_asking(store, admin, people):
    with store.transaction(admin) as tx:
        actions.grant_role(tx, people["auditor"].key, ReviewRole.RISK_REVIEWER, Scope(model_id=1))

    with store.reading() as session:
        here = queries.holders(session, ReviewRole.RISK_REVIEWER, Scope(model_id=1, use_case_id=1))
        there = queries.holders(session, ReviewRole.RISK_REVIEWER, EVERYTHING)
    assert [who.username for who in here] == ["auditor", "validator"]
    assert [who.username for who in there] == ["validator"]
