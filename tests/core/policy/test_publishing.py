import pytest
from sqlalchemy.exc import DatabaseError

from core.audit.actor import SYSTEM
from core.errors import AccessError, ConflictError, NotFoundError
from core.policy import actions, document, queries
from core.policy.document import PolicyError
from core.policy.version import PolicyState
from core.registry.materiality import RiskTier

LOW = document.default_text("low")
STRICTER = LOW.replace("at_least: 0.7", "at_least: 0.8")


@pytest.fixture
def admin(people):
    return people["admin"].actor("password")


@pytest.fixture
def published(store, people):
    with store.transaction(SYSTEM) as tx:
        actions.publish_defaults(tx)
    return store


def save(store, actor, name, text, started_from=0):
    with store.transaction(actor) as tx:
        return actions.draft(tx, name, text, started_from=started_from)


def publish(store, actor, name, started_from=1):
    with store.transaction(actor) as tx:
        return actions.publish(tx, name, started_from=started_from)


@pytest.mark.parametrize(
    ("tier", "name"),
    [(RiskTier.LOW, "low"), (RiskTier.MEDIUM, "medium"), (RiskTier.HIGH, "high"), (RiskTier.CRITICAL, "high")],
)
def test_a_fresh_store_governs_every_materiality(published, tier, name):
    with published.reading() as session:
        assert queries.governing(session, tier).name == name


def test_the_policies_that_come_along_are_published_once(published):
    with published.transaction(SYSTEM) as tx:
        assert actions.publish_defaults(tx) == []


def test_without_a_policy_nothing_moves(store, people):
    with store.reading() as session, pytest.raises(NotFoundError):
        queries.governing(session, RiskTier.HIGH)


def test_a_published_draft_governs_from_then_on(published, admin):
    save(published, admin, "low", STRICTER)
    assert publish(published, admin, "low").number == 2
    with published.reading() as session:
        governing = queries.governing(session, RiskTier.LOW)
        assert governing.number == 2
        assert governing.digest == document.parse(STRICTER).digest()
        assert queries.draft(session, "low") is None
        assert [line.state for line in queries.history(session, "low").items] == [
            PolicyState.IN_FORCE,
            PolicyState.REPLACED,
        ]


def test_a_published_policy_never_changes(published, admin):
    with pytest.raises(DatabaseError), published.transaction(admin) as tx:
        row = queries.governing(tx.session, RiskTier.LOW)
        row.content = {**row.content, "title": "Something else"}
        tx.add(row)


def test_a_draft_may_be_unfinished_but_is_not_published(published, admin):
    save(published, admin, "low", "signoff_policy: 1\nname: low\n")
    with pytest.raises(PolicyError):
        publish(published, admin, "low")


def test_a_draft_is_published_under_its_own_name_only(published, admin):
    save(published, admin, "other", STRICTER)
    with pytest.raises(PolicyError, match="belongs to"):
        publish(published, admin, "other")


def test_two_policies_do_not_govern_the_same_materiality(published, admin):
    save(published, admin, "other", STRICTER.replace("name: low", "name: other"))
    with pytest.raises(ConflictError, match="already governs low"):
        publish(published, admin, "other")


def test_a_draft_that_says_nothing_new_is_not_published(published, admin):
    save(published, admin, "low", "# only a comment\n" + LOW)
    with pytest.raises(ConflictError, match="says the same"):
        publish(published, admin, "low")


def test_two_tabs_do_not_overwrite_each_other(published, admin):
    save(published, admin, "low", STRICTER)
    with pytest.raises(ConflictError):
        save(published, admin, "low", LOW)
    save(published, admin, "low", LOW, started_from=1)
    with pytest.raises(ConflictError):
        publish(published, admin, "low", started_from=1)


def test_a_retired_policy_governs_nothing(published, admin):
    with published.transaction(admin) as tx:
        actions.retire(tx, "low")
    with published.reading() as session:
        assert queries.find_governing(session, RiskTier.LOW) is None
        assert queries.history(session, "low").items[0].state is PolicyState.RETIRED
    with pytest.raises(NotFoundError), published.transaction(admin) as tx:
        actions.retire(tx, "low")


def test_a_draft_can_be_thrown_away(published, admin):
    save(published, admin, "low", STRICTER)
    with published.transaction(admin) as tx:
        actions.discard(tx, "low")
    with published.reading() as session:
        assert queries.drafts(session) == []


@pytest.mark.parametrize("who", ["scientist", "engineer", "business", "auditor"])
def test_drafting_is_a_permission(published, people, who):
    with pytest.raises(AccessError):
        save(published, people[who].actor("password"), "low", STRICTER)


@pytest.mark.parametrize("who", ["scientist", "engineer", "business", "auditor", "validator"])
def test_publishing_and_retiring_are_a_permission_of_their_own(published, people, who):
    save(published, people["validator"].actor("password"), "low", STRICTER)
    actor = people[who].actor("password")
    with pytest.raises(AccessError):
        publish(published, actor, "low")
    with pytest.raises(AccessError), published.transaction(actor) as tx:
        actions.retire(tx, "low")
