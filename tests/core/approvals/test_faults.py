"""The signature that applies a transition: whatever statement fails, stage, alias, review and log stay as they were."""


def test_the_last_signature_leaves_nothing_when_it_fails_anywhere(house, nothing_remains):
    request_id = house.ask()
    house.decide(request_id, "validator")

    failed = nothing_remains(house.store, lambda: house.decide(request_id, "business"))

    assert len([statement for statement in failed if "INSERT INTO audit_entry" in statement]) >= 2
    assert any("INSERT INTO audit_checkpoint" in statement for statement in failed)
    assert failed[-1] == "COMMIT"
    assert house.champion() == 1
