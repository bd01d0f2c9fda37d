import pytest
from pydantic import ValidationError

from core.compliance.catalogue import Catalogue, Reach, load


def test_annex_iv_is_complete_from_1a_to_9():
    ids = [control.id for control in load().controls]
    assert ids == [*(f"1{c}" for c in "abcdefgh"), *(f"2{c}" for c in "abcdefgh"), *"3456789"]


def test_it_says_that_it_is_a_reading_and_no_legal_advice():
    assert load().label == "Our reading, not legal advice"


def test_every_duty_that_records_cannot_show_in_full_says_what_is_beyond_them():
    assert [c.id for c in load().controls if c.coverage is not Reach.FULL and not c.beyond] == []


def test_a_duty_without_anything_to_look_for_can_only_be_attested():
    assert all(c.coverage is Reach.NONE for c in load().controls if not c.card and not c.records)


def test_dates_are_data_with_their_standing():
    dates = load().applies_from
    assert all(one.current > one.original and one.status for one in dates)


def damaged(**changes):
    data = load().model_dump(mode="json")
    data["controls"][0] |= changes
    return data


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"card": ["model_details.colour"]}, id="a field that no card has"),
        pytest.param({"records": ["horoscope"]}, id="a record that nobody keeps"),
        pytest.param({"id": "1b"}, id="an id twice"),
        pytest.param({"evidence": []}, id="an unknown key"),
    ],
)
def test_a_catalogue_that_promises_something_impossible_is_refused(changes):
    with pytest.raises(ValidationError):
        Catalogue.model_validate(damaged(**changes))
