from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.cards.section import Section
from core.compliance.catalogue import load
from core.compliance.coverage import CardEvidence, Evidence, Said, State, cover
from core.compliance.proof import Proof, ProofKind

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
METRICS = frozenset({"metrics.metrics", "metrics.threshold_cost"})


def state(control_id, evidence, now=NOON):
    return found(control_id, evidence, now).state


def found(control_id, evidence, now=NOON):
    return next(one for one in cover(load(), evidence, now).controls if one.control.id == control_id)


def said(control_id, *, applicable=True, at=NOON):
    return Said(control_id, applicable, "I looked at it.", "Vera", at)


def card(answered=METRICS, **more):
    return Evidence(CardEvidence(1, frozenset(answered), **more))


def test_without_any_record_nothing_is_evidenced():
    assert {one.state for one in cover(load(), Evidence(), NOON).controls} == {State.NOT_EVIDENCED}


def test_a_duty_is_evidenced_once_everything_it_looks_for_is_there():
    assert state("4", card()) is State.EVIDENCED


def test_a_duty_with_one_thing_missing_is_not_evidenced_and_names_it():
    one = found("4", card({"metrics.metrics"}))
    assert (one.state, one.lacking) == (State.NOT_EVIDENCED, ("card, Measures and thresholds: What the cut-off costs",))


def test_records_show_only_a_part_where_people_have_to_judge():
    assert state("1g", card({"intended_use.user_view"})) is State.IN_PART


def test_a_person_attests_the_rest_of_what_records_show_in_part():
    part = card({"intended_use.user_view"})
    assert state("1g", replace(part, said=(said("1g"),))) is State.ATTESTED
    assert state("1g", replace(part, said=(said("1g", at=NOON - timedelta(days=366)),))) is State.IN_PART


def test_a_contradicted_card_beats_everything_but_setting_aside():
    evidence = replace(card(contradicted=frozenset({"metrics.metrics"})), said=(said("4"),))
    assert state("4", evidence) is State.CONTRADICTED
    aside = replace(evidence, said=(said("4", applicable=False),))
    assert state("4", aside) is State.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        pytest.param(timedelta(days=365), State.EVIDENCED, id="a year old"),
        pytest.param(timedelta(days=365, seconds=1), State.STALE, id="older"),
    ],
)
def test_an_answer_that_nobody_looked_at_for_a_year_is_too_old(age, expected):
    assert state("4", card(touched={Section.METRICS: NOON - age})) is expected


class TestRecords:
    fields = frozenset({"operations.monitoring", "operations.runbook"})

    def watched(self, *ages, superseded=False):
        kinds = (ProofKind.MONITORING_PERFORMANCE, ProofKind.MONITORING_DRIFT)
        proofs = tuple(Proof(kind, "m@1", "window", NOON - age, superseded) for kind in kinds for age in ages)
        return Evidence(CardEvidence(1, self.fields), proofs)

    def test_fresh_records_show_it(self):
        assert state("9", self.watched(timedelta(days=35))) is State.EVIDENCED

    def test_one_old_kind_of_record_makes_it_too_old_and_names_it(self):
        one = found("9", self.watched(timedelta(days=40)))
        assert (one.state, one.stale) == (State.STALE, (ProofKind.MONITORING_DRIFT.words,))

    def test_a_newer_record_beside_an_old_one_is_enough(self):
        one = found("9", self.watched(timedelta(days=200), timedelta(days=1)))
        assert one.state is State.EVIDENCED
        assert not one.proofs[0].stale(NOON)

    def test_a_record_whose_place_was_taken_no_longer_counts(self):
        assert state("9", self.watched(timedelta(days=1), superseded=True)) is State.STALE


class TestDeclarations:
    def test_a_person_attests_what_no_record_can_show(self):
        assert state("2h", Evidence(said=(said("2h"),))) is State.ATTESTED

    def test_records_never_show_what_only_a_person_can(self):
        assert state("1f", card(METRICS)) is State.NOT_EVIDENCED

    def test_an_attestation_holds_for_a_year(self):
        assert state("2h", Evidence(said=(said("2h", at=NOON - timedelta(days=366)),))) is State.STALE

    def test_records_come_before_words(self):
        assert state("4", replace(card(), said=(said("4"),))) is State.EVIDENCED

    def test_the_newest_declaration_holds(self):
        earlier, later = said("2h", applicable=False, at=NOON - timedelta(days=2)), said("2h", at=NOON)
        assert state("2h", Evidence(said=(later, earlier))) is State.ATTESTED


class TestShare:
    def test_it_says_its_denominator_and_counts_what_is_set_aside_apart(self):
        answered = card(METRICS | {"intended_use.user_view"})
        coverage = cover(load(), replace(answered, said=(said("2h"), said("1f", applicable=False))), NOON)
        assert coverage.words == (
            "1 of 22 applicable items are evidenced (4 %), 1 in part, 1 attested by a person, 19 open; "
            "1 is set aside as not applicable."
        )

    def test_every_state_is_counted_also_those_nobody_is_in(self):
        counts = cover(load(), Evidence(), NOON).counts
        assert counts[State.EVIDENCED] == 0
        assert sum(counts.values()) == len(load().controls)

    def test_setting_everything_aside_is_no_hundred_percent(self):
        everything = tuple(said(control.id, applicable=False) for control in load().controls)
        coverage = cover(load(), Evidence(said=everything), NOON)
        assert (coverage.percent, coverage.words) == (None, "Every item is set aside as not applicable.")
