import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import select

from core.access import actions as people_actions
from core.access import entering, issuing, journal, step_up
from core.access.journal import EntryFilter
from core.access.person import ReviewRole, SystemRole
from core.access.proof import Proof, ProofMethod
from core.access.scope import Scope
from core.access.token import TokenScope
from core.audit import tables
from core.audit.event import Event
from core.compliance.access_review import actions, queries
from core.compliance.access_review.document import Document
from core.compliance.access_review.review import AccessReview, Ruling
from core.compliance.proof import ProofKind
from core.compliance.queries import coverage
from core.digest import of_bytes
from core.errors import AccessError, ConflictError, EvidenceError, InputError, NotFoundError
from core.store.export import taken

SINCE, UNTIL = datetime(2025, 10, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def auditor(people):
    return people["auditor"].actor("password")


@pytest.fixture
def admin(people):
    return people["admin"].actor("password")


@pytest.fixture
def review(store, auditor):
    with store.transaction(auditor) as tx:
        return actions.start(tx, SINCE, UNTIL)


def rule(store, actor, review, who, ruling=Ruling.KEPT, **more):
    with store.transaction(actor) as tx:
        actions.rule(tx, review.key, who.key, ruling, **more)


def keep_all(store, actor, review, people, but=()):
    for username, who in people.items():
        if username not in but:
            rule(store, actor, review, who)


def proof(store, who):
    return Proof(ProofMethod.PASSWORD, store.clock(), who.key)


def sign(store, who, review):
    with store.reading() as session:
        seen = queries.review(session, review.address).digest
    with store.transaction(who.actor("password")) as tx:
        return actions.sign(tx, review.key, seen, proof(store, who))


def last_entry(store):
    with store.reading() as session:
        rows = session.connection().execute(select(tables.entry.c.leaf).order_by(tables.entry.c.seq.desc()))
        return json.loads(rows.first().leaf)


@pytest.mark.parametrize("username", ["scientist", "engineer", "validator", "business"])
def test_only_auditors_and_administrators_review_access(store, people, username):
    with pytest.raises(AccessError), store.transaction(people[username].actor("password")) as tx:
        actions.start(tx, SINCE, UNTIL)


@pytest.mark.parametrize(
    ("since", "until"),
    [
        pytest.param(UNTIL, SINCE, id="ends before it begins"),
        pytest.param(SINCE, SINCE, id="empty"),
        pytest.param(SINCE, datetime(2027, 1, 1, tzinfo=UTC), id="not over"),
    ],
)
def test_a_review_is_for_a_period_that_is_over(store, auditor, since, until):
    with pytest.raises(InputError), store.transaction(auditor) as tx:
        actions.start(tx, since, until)


def test_one_review_is_under_way_at_a_time_and_a_withdrawn_one_makes_room(store, auditor, admin, review):
    with pytest.raises(ConflictError, match="ACR-1"), store.transaction(admin) as tx:
        actions.start(tx, SINCE, UNTIL)
    with store.transaction(admin) as tx:
        actions.withdraw(tx, review.key)
        again = actions.start(tx, SINCE, UNTIL)

    assert again.address == "ACR-2"
    with pytest.raises(ConflictError, match="withdrawn"):
        rule(store, auditor, review, again)


def test_every_open_account_is_listed_with_what_it_holds(store, people, admin, review, model):
    validator, business = people["validator"], people["business"]
    with store.transaction(admin) as tx:
        people_actions.grant_role(tx, validator.key, ReviewRole.BUSINESS_OWNER, Scope(model_id=model.key))
        people_actions.deactivate(tx, business.key)
    entering.begin_session(store, validator, "password", "Firefox")
    with store.transaction(validator.actor("password")) as tx:
        issuing.issue(tx, "nightly", [TokenScope.READ], lasts=timedelta(days=30))
        _, secret = issuing.issue(tx, "weekly", [TokenScope.READ], lasts=timedelta(days=60))
        gone, _ = issuing.issue(tx, "gone", [TokenScope.READ])
        issuing.revoke(tx, gone.key)
    issuing.recognise(store, secret)

    with store.reading() as session:
        page = queries.accounts(session, review, store.clock(), size=4)
        listed = {
            one.holding.person.username: one.holding for one in queries.everything(session, review, store.clock())
        }
    assert (len(page.items), page.total) == (4, 5)
    assert "business" not in listed
    held = listed["validator"]
    assert (held.access.system_role, [one.words for one in held.access.review_roles]) == (
        SystemRole.VIEWER,
        ["Risk reviewer for all models", "Business owner for Mortgage approval"],
    )
    assert (held.access.tokens, held.access.tokens_until) == (2, store.clock() + timedelta(days=60))
    assert (held.token_used_at, held.signed_in_at) == (store.clock(), store.clock())
    assert (listed["engineer"].access.tokens, listed["engineer"].signed_in_at) == (0, None)


def test_a_signed_review_is_a_file_under_its_fingerprint_that_the_log_names(store, people, auditor, review):
    keep_all(store, auditor, review, people, but=["engineer", "business"])
    rule(store, auditor, review, people["engineer"], Ruling.CHANGED, word="Needs no review role any more.")
    rule(store, auditor, review, people["business"], Ruling.CLOSED, word="Left the house.")
    written = sign(store, people["auditor"], review)

    with store.reading() as session:
        signed = queries.review(session, "acr-1")
        listed = queries.reviews(session).items[0]
    kept = store.blobs.read(signed.document)
    assert of_bytes(kept) == signed.document == last_entry(store)["data"]["digest"]
    assert Document.model_validate_json(kept) == written == queries.document(store.blobs, signed)
    assert written.statement.endswith(
        "for 2025-10-01 to 2025-12-31: 6 accounts, 4 kept, 1 to be changed, 1 to be closed."
    )
    assert (listed.signed_by, listed.document, listed.counts[Ruling.KEPT]) == ("Auditor", signed.document, 4)
    assert last_entry(store)["data"] | {"digest": None} == {
        "accounts": "6",
        "changed": "1",
        "closed": "1",
        "digest": None,
        "kept": "4",
        "method": "password",
        "own": "1",
        "proof": "password",
    }


def test_a_line_about_oneself_is_marked(store, people, auditor, admin, review):
    keep_all(store, auditor, review, people, but=["admin"])
    rule(store, admin, review, people["admin"])
    written = sign(store, people["auditor"], review)

    assert {line.who.username for line in written.lines if line.own} == {"auditor", "admin"}


def test_nothing_is_signed_while_somebody_was_not_looked_at(store, people, auditor, review):
    keep_all(store, auditor, review, people, but=["engineer"])
    with pytest.raises(EvidenceError, match="1 of 6 accounts"):
        sign(store, people["auditor"], review)

    with store.reading() as session:
        assert queries.review(session, review.address).is_open


def test_an_account_that_changed_after_it_was_kept_is_looked_at_again(store, people, auditor, admin, review):
    keep_all(store, auditor, review, people)
    with store.transaction(admin) as tx:
        people_actions.set_system_role(tx, people["business"].key, SystemRole.ADMIN)
    with pytest.raises(ConflictError, match="Business owner"):
        sign(store, people["auditor"], review)

    with store.reading() as session:
        again = queries.review(session, review.address)
        looked = {one.holding.person.username: one for one in queries.everything(session, again, store.clock())}
    assert [name for name, one in looked.items() if not one.settled] == ["business"]
    rule(store, auditor, review, people["business"])
    assert sign(store, people["auditor"], review).counts[Ruling.KEPT] == 6


def test_somebody_who_came_after_the_start_is_looked_at_too(store, people, auditor, admin, review):
    keep_all(store, auditor, review, people)
    with store.transaction(admin) as tx:
        people_actions.create_person(tx, "grace", "Grace", None, SystemRole.ADMIN)
    with pytest.raises(EvidenceError, match="Grace"):
        sign(store, people["auditor"], review)


def test_what_was_decided_is_followed_until_it_is_done(store, people, auditor, admin, review):
    keep_all(store, auditor, review, people, but=["engineer", "business", "validator"])
    for username, ruling in (("engineer", Ruling.CHANGED), ("business", Ruling.CLOSED), ("validator", Ruling.CLOSED)):
        rule(store, auditor, review, people[username], ruling, word="As agreed with their lead.")
    with store.transaction(admin) as tx:
        people_actions.deactivate(tx, people["validator"].key)
    written = sign(store, people["auditor"], review)
    done = {line.who.username: line.carried_out for line in written.lines}
    assert (done["validator"], done["engineer"], done["business"], done["admin"]) == (True, False, False, None)

    with store.transaction(admin) as tx:
        people_actions.set_system_role(tx, people["engineer"].key, SystemRole.VIEWER)
    with store.reading() as session:
        by_now = queries.carried_out(session, written, store.clock())
    assert by_now["local", people["engineer"].sub] is True
    assert by_now["local", people["business"].sub] is False


def test_what_has_to_change_needs_a_word(store, people, auditor, review):
    for word in ("", "  ", "x" * 501):
        with pytest.raises(InputError):
            rule(store, auditor, review, people["business"], Ruling.CLOSED, word=word)


def test_the_log_names_the_account_that_was_looked_at(store, people, auditor, review):
    rule(store, auditor, review, people["scientist"])
    with store.reading() as session:
        (line,) = journal.entries(session, EntryFilter(events=(Event.ACCESS_REVIEW_RULED,))).items
    assert line.about == f"{review.address}, {people['scientist'].name}"


def test_the_words_stand_in_the_log_only_as_a_commitment(store, people, auditor, review):
    rule(store, auditor, review, people["business"], Ruling.CLOSED, word="Left after a quarrel.")

    assert "quarrel" not in json.dumps(last_entry(store))
    assert last_entry(store)["data"]["person"] == people["business"].sub


def test_a_click_on_what_has_changed_since_says_so(store, people, auditor, admin, review):
    with store.reading() as session:
        shown = next(one for one in queries.everything(session, review, store.clock())).holding
    with store.transaction(people["auditor"].actor("password")) as tx:
        issuing.issue(tx, "new", [TokenScope.READ])
    with store.reading() as session:
        now = {one.holding.person.key: one.holding for one in queries.everything(session, review, store.clock())}
    assert now[shown.person.key].access == shown.access
    stale = now[people["auditor"].key].access.model_copy(update={"tokens": 0}).digest
    with pytest.raises(ConflictError, match="while you were looking"):
        rule(store, admin, review, people["auditor"], seen=stale)


def test_a_signature_names_what_was_looked_at(store, people, auditor, admin, review):
    keep_all(store, auditor, review, people)
    with store.reading() as session:
        seen = queries.review(session, review.address).digest
    rule(store, admin, review, people["business"], Ruling.CLOSED, word="Left the house.")
    with pytest.raises(ConflictError, match="while you were signing"), store.transaction(auditor) as tx:
        actions.sign(tx, review.key, seen, proof(store, people["auditor"]))


@pytest.mark.parametrize("given", ["none", "old", "somebody else's", "simulated"])
def test_a_review_is_signed_only_with_a_fresh_proof_of_identity(store, people, auditor, review, given):
    keep_all(store, auditor, review, people)
    who = people["auditor"]
    shown = {
        "none": None,
        "old": Proof(ProofMethod.PASSWORD, store.clock() - timedelta(minutes=6), who.key),
        "somebody else's": Proof(ProofMethod.PASSWORD, store.clock(), people["admin"].key),
        "simulated": Proof(ProofMethod.SEEDED, store.clock(), who.key),
    }[given]
    with store.reading() as session:
        seen = queries.review(session, review.address).digest
    with pytest.raises(AccessError), store.transaction(auditor) as tx:
        actions.sign(tx, review.key, seen, shown)


def test_a_providers_proof_signs_the_review_it_was_asked_for_and_only_once(store, people, auditor, review):
    keep_all(store, auditor, review, people)
    who = people["auditor"]
    with store.reading() as session:
        seen = queries.review(session, review.address).digest
    for wanted in (actions.purpose("ACR-2", seen), actions.purpose("ACR-1", seen)):
        step_up.prepare(store, who, 7, provider="x", wanted=wanted, about="ACR-1", onward="/", words={})
        with store.housekeeping() as session:
            errand = step_up.of_decision(session, who.key, "ACR-1", store.clock())
            errand.proved_at = store.clock()
            session.add(errand)
        shown = step_up.proof_of(errand, 7, store.clock())
        if wanted != actions.purpose("ACR-1", seen):
            with pytest.raises(AccessError, match="another decision"), store.transaction(auditor) as tx:
                actions.sign(tx, review.key, seen, shown)
    with store.transaction(auditor) as tx:
        assert actions.sign(tx, review.key, seen, shown).proof is ProofMethod.PROVIDER


def test_a_signed_review_stays_as_it_is(store, people, auditor, review):
    keep_all(store, auditor, review, people)
    sign(store, people["auditor"], review)
    with pytest.raises(ConflictError, match="signed"):
        rule(store, auditor, review, people["business"], Ruling.CLOSED, word="Too late.")
    with pytest.raises(ConflictError, match="signed"), store.transaction(auditor) as tx:
        actions.withdraw(tx, review.key)
    with pytest.raises(ConflictError):
        sign(store, people["auditor"], review)
    with pytest.raises(Exception, match="refused"), store.writing.begin() as connection:
        connection.execute(update(AccessReview).values(period_start=UNTIL))


def test_a_signed_review_leaves_as_a_table_that_no_spreadsheet_runs(store, people, auditor, admin, review):
    with store.transaction(admin) as tx:
        people_actions.create_person(tx, "eve", "=cmd|' /C calc'!A0", None, SystemRole.VIEWER)
    with store.reading() as session:
        for one in queries.everything(session, review, store.clock()):
            rule(store, auditor, review, one.holding.person)
    sign(store, people["auditor"], review)
    with store.transaction(auditor) as tx:
        made = actions.offer(tx, review.key)

    with store.reading() as session:
        _, kept = taken(session, made, people["auditor"].key)
    rows = list(csv.DictReader(io.StringIO(store.blobs.read(kept).decode())))
    assert len(rows) == 7
    assert {row["name"][:1] for row in rows if row["user name"] == "eve"} == {"'"}
    assert {row["decision"] for row in rows} == {"kept"}
    assert last_entry(store)["action"] == "access_review.exported"


@pytest.mark.parametrize("address", ["ACR-9", "REQ-1", "", "ACR-99999999999999999999", "ACR-x"])
def test_an_address_that_names_no_review_says_so(store, people, address):
    with store.reading() as session, pytest.raises(NotFoundError):
        queries.review(session, address)


def test_a_signed_review_shows_of_every_version_that_access_is_looked_at_until_it_is_too_old(
    store, people, auditor, version, review
):
    def duty(at):
        with store.reading() as session:
            found = coverage(session, store.blobs, version.key, at)
        return next(one for one in found.controls if one.control.id == "2h")

    keep_all(store, auditor, review, people)
    signed_at = store.clock()
    assert ProofKind.ACCESS_REVIEW.words in duty(signed_at).lacking
    sign(store, people["auditor"], review)

    shown = duty(signed_at)
    assert [(one.address, one.label, one.at) for one in shown.proofs] == [
        ("ACR-1", "who has access, 6 kept, signed by Auditor", signed_at)
    ]
    assert ProofKind.ACCESS_REVIEW.words not in (*shown.lacking, *duty(signed_at + timedelta(days=95)).stale)
    assert ProofKind.ACCESS_REVIEW.words in duty(signed_at + timedelta(days=96)).stale


def test_an_unsigned_review_has_nothing_to_take_away(store, auditor, review):
    with pytest.raises(NotFoundError, match="not signed"), store.transaction(auditor) as tx:
        actions.offer(tx, review.key)
