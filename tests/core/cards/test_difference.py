from core.cards.difference import Change, between, changed_paths, pieces


def card(**details):
    return {"model_details": details}


def test_equal_cards_show_no_difference():
    assert between(card(summary="a"), card(summary="a")) == ()


def test_a_field_that_only_one_side_answers_is_added_or_removed():
    (added,) = between({}, card(summary="new"))
    (removed,) = between(card(summary="old"), {})
    assert (added.change, added.before) == (Change.ADDED, ())
    assert (removed.change, removed.after) == (Change.REMOVED, ())


def test_only_the_words_that_moved_are_marked():
    (found,) = between(card(summary="cut at .5 by Ada"), card(summary="cut at .8 by Ada"))
    assert [piece.text for piece in found.after if piece.differs] == [".8"]
    assert "".join(piece.text for piece in found.before) == "cut at .5 by Ada"


def test_setting_a_field_aside_is_seen_as_a_change():
    after = {"not_applicable": {"model_details.licence": "Never leaves the house."}}
    (found,) = between(card(licence="MIT"), after)
    assert "".join(piece.text for piece in found.after) == "Not applicable: Never leaves the house."


def test_differences_come_in_reading_order():
    before = {"operations": {"runbook": "a"}, "model_details": {"summary": "b"}}
    assert [one.path for one in between(before, {})] == ["model_details.summary", "operations.runbook"]


def test_changed_paths_name_rows_that_changed_inside():
    before = {"metrics": {"metrics": [{"id": "recall", "at_least": 0.8}]}}
    after = {"metrics": {"metrics": [{"id": "recall", "at_least": 0.7}]}}
    assert changed_paths(before, after) == ("metrics.metrics",)


def test_a_measure_has_its_name_and_not_its_code():
    def judged(note):
        row = {"attribute": "race", "metric": "selection_rate", "note": note}
        return {"quantitative_analyses": {"fairness": [row]}}

    (one,) = between(judged("It is the data."), judged("It is the history."))
    assert "Measure: Selection rate" in "".join(piece.text for piece in one.after)
    (chosen,) = between({}, {"metrics": {"metrics": [{"id": "roc_auc", "direction": "up"}]}})
    assert chosen.after[0].text.startswith("— ROC AUC")


def test_very_long_texts_are_compared_as_a_whole():
    left, right = pieces("a " * 5_000, "b " * 5_000)
    assert len(left) == len(right) == 1
