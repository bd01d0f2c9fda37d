import threading
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from core.cards import actions, queries
from core.cards.asking import Writer
from core.cards.card_version import CardConflictError, CardVersion
from core.cards.gathering import carried_over
from core.cards.section import Section
from core.errors import AccessError, InputError
from core.registry.stage import Stage

CARD = {"model_details": {"summary": "Suggests whether a mortgage is approved."}}


@pytest.fixture
def save(store, version, people):
    def saving(content, based_on=None, message="", who="scientist", **more):
        with store.transaction(people[who].actor("password")) as tx:
            return actions.save(tx, version, content, based_on, message, **more)

    return saving


def test_a_save_is_kept_with_author_moment_digest_and_event(store, save, version, people, noon):
    card = save(CARD, message="First words.")
    with store.reading() as session:
        kept = queries.latest(session, version.key)
    assert (kept.number, kept.author_id, kept.at, kept.message) == (1, people["scientist"].key, noon, "First words.")
    assert kept.digest == card.digest
    assert kept.content["model_details"]["summary"] == CARD["model_details"]["summary"]


def test_recorded_facts_are_filled_in_and_never_typed(save):
    card = save({"model_details": {"name": "My own name", "artifact": {"sha256": "sha256:beef"}}})
    details = card.content["model_details"]
    assert (details["name"], details["version"], details["artifact"]["sha256"][:10]) == (
        "Mortgage approval",
        "1",
        "sha256:aaa",
    )
    assert card.content["technical_specification"] == {"code_ref": "abc123", "seed": "0"}
    assert card.content["provenance"]["model_details.name"] == {"kind": "computed", "ref": "registry"}


@pytest.mark.parametrize("number", [-1, 0, True, 7, 10**9, 2**53, 10**30])
def test_a_card_speaks_through_evaluations_of_its_version_alone(save, number):
    with pytest.raises(InputError, match=r"valuation|exactly"):
        save({"quantitative_analyses": {"evaluations": [number]}})


@pytest.mark.parametrize("rows", [-1, 2**53, 10**30])
def test_a_count_that_programs_read_differently_is_refused(save, rows):
    said = {"training_data": {"datasets": [{"name": "loanapp", "rows": rows}]}}
    with pytest.raises(InputError, match=r"Rows|exactly"):
        save(said)


def test_the_same_words_have_the_same_digest(save):
    first = save(CARD)
    save(CARD | {"factors": {"environments": ["winter"]}}, 1)
    assert save(CARD, 2).digest == first.digest


def test_two_tabs_never_overwrite_each_other(save, store, version):
    save(CARD)
    save({"model_details": {"summary": "The other tab was quicker than this one."}}, 1)
    with pytest.raises(CardConflictError) as conflict:
        save({"model_details": {"summary": "This text must not be lost."}}, 1)
    assert conflict.value.newer.number == 2
    with store.reading() as session:
        assert queries.history(session, version.key).total == 2


def test_a_first_card_meets_the_first_card_of_somebody_else(save):
    save(CARD)
    with pytest.raises(CardConflictError):
        save(CARD)


def test_of_many_saves_at_once_exactly_one_wins(store, save):
    save(CARD)
    start, won, lost = threading.Barrier(6), [], []

    def race(n):
        start.wait()
        try:
            won.append(save({"model_details": {"summary": f"This is the text of writer {n}."}}, 1).number)
        except CardConflictError as conflict:
            lost.append(conflict.newer.number)

    threads = [threading.Thread(target=race, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (won, lost) == ([2], [2] * 5)


def test_saving_the_same_words_again_is_refused(save):
    save(CARD)
    with pytest.raises(InputError, match="same as before"):
        save(CARD, 1)


def test_confirming_a_section_makes_it_fresh_without_changing_the_digest(save, store, version, monkeypatch, noon):
    first = save(CARD)
    object.__setattr__(store, "clock", lambda: noon + timedelta(days=400))
    confirmed = save(CARD, 1, confirmed=[Section.MODEL_DETAILS])
    assert confirmed.digest == first.digest
    with store.reading() as session:
        assert queries.touched(session, version.key)[Section.MODEL_DETAILS] == noon + timedelta(days=400)
        seen = queries.measured(session, version.key, Stage.DEVELOPMENT, noon + timedelta(days=401))
    assert seen.fresh == 100


def test_an_auditor_reads_cards_and_writes_none(save):
    with pytest.raises(AccessError):
        save(CARD, who="auditor")


def test_a_stored_card_cannot_be_altered(store, save, scientist):
    card = save(CARD)
    with pytest.raises(DBAPIError), store.transaction(scientist) as tx:
        tx.session.exec(update(CardVersion).where(CardVersion.id == card.id).values(digest="forged"))


def test_the_log_quotes_no_word_of_the_card(store, save):
    from core.audit import tables

    save(CARD, message="A secret reason.")
    with store.reading() as session:
        leaves = session.connection().execute(tables.ALL[0].select()).all()
    assert b"A secret reason." not in b"".join(value for row in leaves for value in row if isinstance(value, bytes))


class TestAuthorship:
    def test_whoever_wrote_the_words_that_stand_is_their_author(self, save, store, version, people):
        save(CARD)
        save(CARD | {"caveats_recommendations": {"limitations": ["Labels are decisions of 1990."]}}, 1, who="engineer")
        with store.reading() as session:
            found = {one.path: one.person_id for one in queries.authors(session, version.key)}
        assert found == {
            "model_details.summary": people["scientist"].key,
            "caveats_recommendations.limitations": people["engineer"].key,
        }

    def test_replaced_words_take_their_author_out(self, save, store, version, people):
        save(CARD)
        save({"model_details": {"summary": "Says it better than the words before."}}, 1, who="engineer")
        with store.reading() as session:
            (one,) = queries.authors(session, version.key)
        assert one.person_id == people["engineer"].key

    def test_copied_facts_belong_to_nobody(self, save, store, version):
        save({})
        with store.reading() as session:
            assert queries.authors(session, version.key) == ()

    def test_the_business_owners_own_fields_are_marked_as_theirs(self, save, store, version, people):
        case = {"problem": "Decisions take three weeks today.", "value": "They take one week.", "sponsor": "Board"}
        save({"intended_use": {"business": case}}, who="business")
        with store.reading() as session:
            (one,) = queries.authors(session, version.key)
        assert (one.person_id, one.writer) == (people["business"].key, Writer.BUSINESS)


def test_history_lists_saves_newest_first(save, store, version, people):
    save(CARD, message="one")
    save(CARD | {"factors": {"environments": ["winter"]}}, 1, message="two")
    with store.reading() as session:
        page = queries.history(session, version.key)
    assert [(line.number, line.message, line.author) for line in page.items] == [
        (2, "two", people["scientist"].name),
        (1, "one", people["scientist"].name),
    ]
    assert page.items[0].changed == ["factors.environments"]


def test_writing_begins_with_what_is_recorded(store, version):
    with store.reading() as session:
        draft = queries.draft(session, version.key)
    assert draft["model_details"]["predecessor"] == "first"
    assert draft["model_details"]["what_changed"] == "New data up to June."


def test_a_card_carried_over_leaves_figures_and_the_story_of_the_change_behind():
    old = {
        "model_details": {"summary": "s", "what_changed": "w", "substantial_modification": False},
        "quantitative_analyses": {"evaluations": [1], "results": [{"evaluation": 1, "metric": "recall"}]},
        "retirement": {"reason": "r"},
    }
    assert carried_over(old, 3) == {"model_details": {"summary": "s", "predecessor": "3"}, "quantitative_analyses": {}}


OWN = b"""
fields:
  - {name: model_board, section: governance, type: line, label: Board, help: Who decided., due: P}
"""


class TestOwnFields:
    def publish(self, store, people, data, who="admin"):
        with store.transaction(people[who].actor("password")) as tx:
            return actions.publish_fields(tx, data)

    def test_published_fields_are_asked_from_then_on(self, store, people, version, save, noon):
        self.publish(store, people, OWN)
        with store.reading() as session:
            gaps = queries.measured(session, version.key, Stage.PRODUCTION, noon).gaps
        assert "governance.model_board" in {gap.path for gap in gaps}
        assert save({"governance": {"model_board": "Board of March"}}).content["governance"]["model_board"]

    def test_only_an_administrator_publishes_them(self, store, people):
        with pytest.raises(AccessError):
            self.publish(store, people, OWN, who="scientist")

    @pytest.mark.parametrize(
        "data",
        [
            pytest.param(b"fields: [", id="broken YAML"),
            pytest.param(b"fields: 3", id="no list"),
            pytest.param(b"- a", id="no mapping"),
            pytest.param(OWN.replace(b"line,", b"pickle,"), id="unknown type"),
            pytest.param(OWN.replace(b"model_board", b"risk_tier"), id="a name that is taken"),
            pytest.param(OWN.replace(b"governance", b"change_log"), id="a section that stores nothing"),
            pytest.param(b"fields: !!python/object/apply:os.system ['true']", id="code"),
            pytest.param(b"[" * 50_000, id="nested without end"),
        ],
    )
    def test_a_file_that_cannot_be_used_is_refused(self, store, people, data):
        with pytest.raises(InputError):
            self.publish(store, people, data)


def test_every_earlier_save_stays_readable(store, save, version):
    save(CARD)
    save(CARD | {"factors": {"instruments": ["form"]}}, 1)
    with store.reading() as session:
        assert "factors" not in queries.at_number(session, version.key, 1).content
        assert queries.latest(session, version.key).number == 2


class TestNumbers:
    @pytest.fixture
    def evaluation(self, store, version, people, noon):
        from core.audit.event import Event, Subject
        from core.evaluation import content
        from core.evaluation.evaluation import Evaluation, MetricResult
        from core.evaluation.provenance import Provenance
        from core.registry.version import Task

        def upload(value, threshold=0.5):
            with store.transaction(people["scientist"].actor("password")) as tx:
                one = Evaluation(
                    version_id=version.key,
                    dataset="holdout",
                    split="test",
                    task=Task.BINARY,
                    threshold=threshold,
                    provenance=Provenance.RECOMPUTED,
                    uploaded_by=people["scientist"].key,
                    uploaded_at=noon,
                    as_validator=False,
                    digest="",
                    rows=100,
                )
                row = MetricResult(evaluation_id=0, metric="recall", value=value, level=0.95, method="wilson", n=60)
                one.digest = content.address(tx.session, one, [row])
                row.evaluation_id = tx.add(one).key
                tx.add(row)
                tx.record(Event.EVALUATION_UPLOADED, Subject("evaluation", one.address))
            return one.key

        return upload

    def named(self, *ids):
        return {"quantitative_analyses": {"evaluations": list(ids)}}

    def test_they_come_from_the_evaluations_the_card_names(self, save, evaluation, store, version, noon):
        card = save(self.named(evaluation(0.81)))
        (row,) = card.content["quantitative_analyses"]["results"]
        assert (row["metric"], row["value"], row["n"], row["provenance"]) == ("recall", 0.81, 60, "recomputed")
        with store.reading() as session:
            seen = queries.measured(session, version.key, Stage.STAGING, noon)
        assert (seen.backed, seen.contradictions) == (100, ())

    def test_a_newer_evaluation_makes_the_results_old_and_the_figures_stay_true(
        self, save, evaluation, store, version, noon
    ):
        save(self.named(evaluation(0.81)))
        evaluation(0.70)
        with store.reading() as session:
            seen = queries.measured(session, version.key, Stage.STAGING, noon)
        assert seen.backed == 100
        assert seen.fresh < 100

    def test_a_cut_off_that_was_not_measured_contradicts_the_record(self, save, evaluation, store, version, noon):
        save(self.named(evaluation(0.81, threshold=0.8)) | {"metrics": {"decision_threshold": 0.5}})
        with store.reading() as session:
            (found,) = queries.measured(session, version.key, Stage.STAGING, noon).contradictions
        assert found.words == "Measures and thresholds (Cut-off): the card says 0.5, EVL-1 says 0.8"

    def test_a_first_card_names_the_current_evaluations(self, evaluation, store, version):
        evaluation(0.81)
        newest = evaluation(0.83)
        with store.reading() as session:
            assert queries.draft(session, version.key)["quantitative_analyses"]["evaluations"] == [newest]


class TestExport:
    def test_a_card_leaves_as_json_with_its_change_log_and_an_event(self, save, store, version, people):
        import json

        from core.cards import exchange
        from core.store.export import taken

        save(CARD, message="First words.")
        with store.transaction(people["auditor"].actor("password")) as tx:
            address = actions.export(tx, version, exchange.document(tx.session, version))
        with store.reading() as session:
            row, digest = taken(session, address, people["auditor"].key)
        told = json.loads(store.blobs.read(digest))
        assert row.filename == "mortgage-approval-1-card.json"
        assert told["content"]["model_details"]["summary"] == CARD["model_details"]["summary"]
        assert [one["why"] for one in told["change_log"]] == ["First words."]

    def test_a_version_without_a_card_has_nothing_to_export(self, store, version):
        from core.cards import exchange
        from core.errors import NotFoundError

        with store.reading() as session, pytest.raises(NotFoundError, match="no card yet"):
            exchange.document(session, version)


def test_the_card_of_a_moment_is_the_newest_save_up_to_it(save, store, version, noon):
    first = save(CARD)
    with store.reading() as session:
        assert queries.as_of(session, version.key, noon).number == first.number
        assert queries.as_of(session, version.key, noon - timedelta(seconds=1)) is None
        assert queries.as_of(session, version.key, None).number == first.number
