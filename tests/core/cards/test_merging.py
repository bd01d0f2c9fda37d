from core.cards.merging import begun_with, merge


def card(**details):
    return {"model_details": details}


BASE = card(summary="s", licence="l", model_type="t")


def test_what_only_one_changed_is_taken_from_whoever_changed_it():
    merged = merge(
        BASE, card(summary="mine", licence="l", model_type="t"), card(summary="s", licence="theirs", model_type="t")
    )
    assert merged.content["model_details"] == {"summary": "mine", "licence": "theirs", "model_type": "t"}
    assert merged.both == ()


def test_what_both_changed_has_to_be_chosen_and_no_word_is_lost():
    merged = merge(BASE, BASE | card(summary="mine"), BASE | card(summary="theirs"))
    assert merged.content["model_details"]["summary"] == "mine"
    assert "model_details.summary" in merged.both


def test_the_same_change_by_both_is_no_conflict():
    same = card(summary="same", licence="l", model_type="t")
    assert merge(BASE, same, same).both == ()


def test_my_deletion_stays_a_deletion():
    mine = card(licence="l", model_type="t")
    assert merge(BASE, mine, BASE).content["model_details"]["summary"] is None


def test_setting_aside_travels_with_its_field():
    mine = card(summary="s", model_type="t") | {"not_applicable": {"model_details.licence": "Stays in the house."}}
    merged = merge(BASE, mine, BASE | {"factors": {"instruments": ["form"]}})
    assert merged.content["not_applicable"] == {"model_details.licence": "Stays in the house."}
    assert merged.content["factors"] == {"instruments": ["form"]}


def test_an_earlier_cards_words_lie_under_what_is_recorded_already():
    draft = card(name="m", version="4", what_changed="New data.", licence="")
    begun = begun_with(draft, card(summary="s", version="3", licence="l") | {"not_applicable": {"x": "y"}})
    assert begun["model_details"] == {
        "summary": "s",
        "version": "4",
        "licence": "l",
        "name": "m",
        "what_changed": "New data.",
    }
    assert begun["not_applicable"] == {"x": "y"}
