from datetime import UTC, datetime

import pytest

from core.access import actions as people_actions
from core.access import issuing
from core.access.person import SystemRole
from core.access.proof import Proof, ProofMethod
from core.access.token import TokenScope
from core.compliance.access_review import actions, queries
from core.compliance.access_review.review import Ruling

PASSWORD = "demo-auditor-2026"


def texts(at):
    return " ".join([*(m.value for m in at.markdown), *(c.value for c in at.caption), *(e.value for e in at.error)])


def keys(at):
    return [button.key for button in at.button]


@pytest.fixture
def review(store, people):
    with store.transaction(people["auditor"].actor("password")) as tx:
        return actions.start(tx, datetime(2025, 10, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def keep_all(store, people, review):
    def keep():
        with store.transaction(people["auditor"].actor("password")) as tx:
            for one in queries.everything(tx.session, queries.review(tx.session, "ACR-1"), tx.now):
                actions.rule(tx, review.key, one.holding.person.key, Ruling.KEPT)

    return keep


@pytest.fixture
def signed(store, people, review, keep_all):
    keep_all()
    who = people["auditor"]
    with store.transaction(who.actor("password")) as tx:
        actions.rule(tx, review.key, people["business"].key, Ruling.CLOSED, word="Left the *house*.")
        seen = queries.review(tx.session, "ACR-1").digest
        return actions.sign(tx, review.key, seen, Proof(ProofMethod.PASSWORD, store.clock(), who.key))


def test_an_auditor_is_offered_the_reviews_and_nobody_to_change(look):
    at = look("people", "auditor")

    assert not at.exception
    assert [tab.label for tab in at.tabs] == ["Access reviews"]
    assert "add" not in keys(at)
    assert "start-review" in keys(at)


def test_an_administrator_has_both(look):
    assert [tab.label for tab in look("people", "admin").tabs] == ["People", "Access reviews"]


@pytest.mark.parametrize("username", ["validator", "scientist", "business"])
def test_nobody_else_is_offered_either(look, username):
    with pytest.raises(ValueError, match=r"people\.py"):
        look("people", username)


def test_a_review_is_started_for_the_quarter_that_ended(look, store):
    at = look("people", "auditor", tab="reviews")
    at.button(key="start-review").click().run()
    at.button(key="review-start").click().run()

    assert not at.exception
    assert at.query_params["review"] == "ACR-1"
    assert at.header[0].value == "ACR-1 · 1 Oct 2025 to 31 Dec 2025"
    with store.reading() as session:
        started = queries.under_way(session)
    assert (started.period_start, started.period_end) == (
        datetime(2025, 10, 1, tzinfo=UTC),
        datetime(2026, 1, 1, tzinfo=UTC),
    )


def test_an_account_is_kept_by_one_click(look, store, people, review):
    at = look("people", "auditor", tab="reviews", review="ACR-1")
    key = f"ruling-{review.key}-{people['business'].key}"
    at.segmented_control(key=key).set_value(Ruling.KEPT).run()

    assert not at.exception
    with store.reading() as session:
        assert queries.review(session, "ACR-1").ruled[people["business"].key].ruling is Ruling.KEPT
    assert "green-badge[Kept]" in texts(at)
    assert "1 of 6 open accounts" in at.get("progress")[0].proto.text


def test_closing_asks_for_a_word_and_records_it(look, store, people, review):
    at = look("people", "auditor", tab="reviews", review="ACR-1")
    at.segmented_control(key=f"ruling-{review.key}-{people['business'].key}").set_value(Ruling.CLOSED).run()
    at.button(key="ruling-send").click().run()
    assert "needs a word" in texts(at)

    at.text_area(key="ruling-word").set_value("Left in March.")
    at.button(key="ruling-send").click().run()
    with store.reading() as session:
        mark = queries.review(session, "ACR-1").ruled[people["business"].key]
    assert (mark.ruling, mark.word) == (Ruling.CLOSED, "Left in March.")


def test_the_rest_of_a_page_is_kept_but_never_oneself(look, store, people, review):
    at = look("people", "auditor", tab="reviews", review="ACR-1")
    at.button(key="keep-rest").click().run()

    with store.reading() as session:
        left = {p.key for p in people.values()} - set(queries.review(session, "ACR-1").ruled)
    assert left == {people["auditor"].key}
    assert "violet-badge[Yourself]" in texts(at)
    assert at.button(key="sign-review").disabled


def test_what_changed_after_it_was_kept_says_so(look, store, people, keep_all):
    keep_all()
    with store.transaction(people["scientist"].actor("password")) as tx:
        issuing.issue(tx, "nightly", [TokenScope.READ])
    at = look("people", "auditor", tab="reviews", review="ACR-1")

    assert "Changed since it was looked at" in texts(at)


def test_a_review_is_signed_with_the_password(look, store, keep_all):
    keep_all()
    at = look("people", "auditor", tab="reviews", review="ACR-1")
    at.button(key="sign-review").click().run()
    at.text_input(key="review-password").set_value("wrong password")
    at.button(key="review-sign").click().run()
    assert "not your password" in texts(at)

    at.text_input(key="review-password").set_value(PASSWORD)
    at.button(key="review-sign").click().run()
    assert not at.exception
    with store.reading() as session:
        assert queries.review(session, "ACR-1").signed_at is not None
    assert ":green-badge[:material/verified: Signed]" in at.header[0].value


def test_a_signed_review_shows_what_is_still_to_do(look, store, people, signed):
    at = look("people", "admin", tab="reviews", review="ACR-1")
    assert "red-badge[:material/pending: Still to do]" in texts(at)
    assert "Left the \\*house\\*\\." in texts(at)

    with store.transaction(people["admin"].actor("password")) as tx:
        people_actions.deactivate(tx, people["business"].key)
    at.run()
    assert "green-badge[:material/check: Closed since]" in texts(at)


def test_a_signed_review_is_taken_away_as_a_table(look, signed):
    at = look("people", "auditor", tab="reviews", review="ACR-1")
    at.button(key="export-review").click().run()

    assert not at.exception
    assert at.get("link_button")[0].proto.url.startswith("/exports/")


def test_past_reviews_are_listed_and_opened(look, people, store, signed):
    at = look("people", "auditor", tab="reviews")
    assert "**ACR-1** · 1 Oct 2025 to 31 Dec 2025" in texts(at)
    assert "Signed by Auditor" in texts(at)

    at.button(key="open-ACR-1").click().run()
    assert at.header[0].value.startswith("ACR-1")
    at.button(key="all-reviews").click().run()
    assert "start-review" in keys(at)


def test_a_withdrawn_review_says_so(look, store, people, review):
    at = look("people", "auditor", tab="reviews", review="ACR-1")
    at.button(key="withdraw").click().run()

    assert "was withdrawn" in at.info[0].value


def test_what_people_are_called_stays_text(look, store, people, review):
    with store.transaction(people["admin"].actor("password")) as tx:
        people_actions.create_person(tx, "eve", "**Eve** :green-badge[Kept]", None, SystemRole.VIEWER)
    at = look("people", "auditor", tab="reviews", review="ACR-1")

    assert "**Eve** :green-badge[Kept]" not in texts(at)


def test_an_address_of_no_review_says_so(look):
    assert "no review of access" in texts(look("people", "auditor", tab="reviews", review="ACR-9"))
