import pytest

from core.access import custody
from core.audit.event import Event, Subject
from core.cards.actions import save
from core.compliance import actions, queries
from core.compliance.coverage import State
from core.compliance.declaration import Declaration, Declared
from core.errors import AccessError, InputError, NotFoundError

LOOKED = "I read the protection concept of 3 March."


@pytest.fixture
def declare(store, version, people):
    def declaring(control, declared=Declared.MET, statement=LOOKED, who="validator", method="password"):
        with store.transaction(people[who].actor(method)) as tx:
            return actions.declare(tx, version, control, declared, statement)

    return declaring


@pytest.fixture
def state(store, version, noon):
    def looking(control):
        with store.reading() as session:
            found = queries.coverage(session, store.blobs, version.key, noon).controls
        return next(one for one in found if one.control.id == control)

    return looking


def test_a_validator_attests_by_name_what_no_record_can_show(declare, state, people):
    declare("2h")
    one = state("2h")
    assert (one.state, one.said.by, one.said.statement) == (State.ATTESTED, people["validator"].name, LOOKED)


def test_a_duty_is_set_aside_with_a_reason_and_taken_back(declare, state):
    declare("1f", Declared.NOT_APPLICABLE, "The system is no part of a physical product.")
    assert state("1f").state is State.NOT_APPLICABLE
    declare("1f", Declared.WITHDRAWN, "It is built into a kiosk since March.")
    assert state("1f").state is State.NOT_EVIDENCED


@pytest.mark.parametrize("who", ["scientist", "engineer", "admin", "auditor", "business"])
def test_nobody_else_attests(declare, who):
    with pytest.raises(AccessError):
        declare("2h", who=who)


def test_a_command_cannot_attest(declare):
    with pytest.raises(AccessError):
        declare("2h", method="cli")


@pytest.mark.parametrize("statement", ["", "ok", "n/a", "x" * 2001])
def test_a_statement_that_says_nothing_is_refused(declare, statement):
    with pytest.raises(InputError):
        declare("2h", statement=statement)


def test_erasing_what_one_person_wrote_leaves_the_same_words_of_another(declare, state, store, people):
    first = declare("2h")
    declare("1d")
    with store.transaction(people["validator"].actor("password")) as tx:  # as rows were kept before the commitment was
        before = first.model_dump(exclude={"id", "statement_sha256"}) | {"control": "1g"}
        tx.add(Declaration(**before))
        tx.record(Event.ATTESTATION_GIVEN, Subject("model_version", "mortgage-approval@1"))
    with store.transaction(people["admin"].actor("password")) as tx:
        custody.erase_text(tx, first.statement_sha256, "It names a customer.")

    assert [state(control).said.statement for control in ("2h", "1d", "1g")] == ["", LOOKED, ""]


def test_a_duty_that_the_catalogue_does_not_have_is_refused(declare):
    with pytest.raises(NotFoundError):
        declare("99")


def test_records_of_the_registry_are_found(state):
    assert [proof.address for proof in state("6").proofs] == ["mortgage-approval@1"]
    assert "a complete record to rebuild it (code, data, environment, seed)" in state("1c").lacking


def test_answers_of_the_newest_card_are_found(store, version, scientist, state):
    with store.transaction(scientist) as tx:
        save(tx, version, {"model_details": {"what_changed": "New data up to June of this year."}}, None)
    assert state("6").state is State.EVIDENCED
