import pytest

from core.audit.actor import SYSTEM
from core.audit.event import Event, Subject
from core.store import checkpointing


@pytest.fixture
def busy(store, people):
    with store.transaction(people["validator"].actor("password")) as tx:
        tx.record(Event.REVIEW_SUBMITTED, Subject("request", "REQ-17"), comment=tx.text("It *must* not rain."))
    with store.transaction(SYSTEM) as tx:
        for _ in range(30):
            tx.record(Event.MODEL_CHANGED, Subject("model", "mortgage-approval"))
    return store


def texts(at):
    shown = [*at.markdown, *at.caption, *at.error, *at.info]
    return " ".join(element.value for element in shown)


def lines(at):
    return at.radio(key="pick_entry").options


def test_the_newest_entries_come_first_a_page_at_a_time(look, busy):
    at = look("audit", "auditor")
    assert not at.exception
    assert len(lines(at)) == 25
    assert lines(at)[0].startswith("Somebody signed in")


def test_an_address_names_an_entry_and_shows_what_was_said(look, busy):
    size = busy.size()
    at = look("audit", "auditor", entry=str(size - 31))
    assert not at.exception
    assert at.header[0].value == "A review was submitted"
    assert r"It \*must\* not rain" in texts(at)
    assert "Erase" not in texts(at)


def test_what_an_entry_says_is_said_in_words_and_in_local_time(look, store, people):
    with store.transaction(people["validator"].actor("password")) as tx:
        tx.record(
            Event.REVIEW_SUBMITTED,
            Subject("request", "REQ-17"),
            opinion="fit_with_conditions",
            roles=["risk_reviewer"],
            proved_at="2026-11-30T20:15:01.837757+00:00",
        )
        tx.record(Event.REPORT_EXPORTED, Subject("population", "2025-11-30T00:00:00Z/2026-11-30T00:00:00Z"))
    at = look("audit", "auditor", entry=str(store.size() - 2))
    assert not at.exception
    values = at.table[0].value["Value"].tolist()
    assert "fit for this purpose, with conditions" in [one.replace("\\", "") for one in values]
    assert "Risk reviewer" in values
    assert any(one.startswith("30 Nov 2026, 20:15") for one in values)
    assert any("30 Nov 2025 to 29 Nov 2026" in line for line in lines(at))


def test_entries_are_found_by_who_what_and_about(look, busy, people):
    at = look("audit", "auditor", about="REQ-17")
    assert len(lines(at)) == 1
    at = look("audit", "auditor")
    at.selectbox[0].set_value(people["validator"].key).run()
    assert [line.split(" · ")[0] for line in lines(at)] == ["A review was submitted"]
    at = look("audit", "auditor")
    at.multiselect[0].set_value([Event.REVIEW_SUBMITTED]).run()
    assert len(lines(at)) == 1


def test_nothing_found_says_what_to_do(look, busy):
    at = look("audit", "auditor", about="no-such-thing")
    assert "Take a filter away" in texts(at)


def test_the_page_says_what_nobody_outside_could_tell(look, busy):
    at = look("audit", "auditor")
    assert "No checkpoint has left the house yet" in texts(at)
    busy.checkpoint(checkpointing.LEAVING[0])
    with busy.transaction(SYSTEM) as tx:
        tx.record(Event.MODEL_CHANGED, Subject("model", "mortgage-approval"))
    assert "came after the last checkpoint that left the house" in texts(look("audit", "auditor"))


def test_verifying_says_what_is_shown_and_beside_it_what_is_not(look, busy):
    at = look("audit", "auditor")
    at.button(key="verify").click().run()
    assert not at.exception
    shown = texts(at)
    assert "Verified: nothing was rewritten" in shown
    assert "Not proven" in shown
    assert "whoever holds both the database and the key" in shown


def test_exporting_hands_the_zip_to_who_made_it(look, busy):
    at = look("audit", "auditor")
    at.button(key="export").click().run()
    assert not at.exception
    with busy.reading() as session:
        assert (
            "audit.exported"
            in session.connection().exec_driver_sql("SELECT group_concat(action) FROM audit_entry").scalar_one()
        )


def test_who_may_not_take_the_log_away_is_not_offered_to(look, busy):
    at = look("audit", "validator")
    assert "export" not in {button.key for button in at.button}


def test_the_log_is_not_for_everybody(look, busy):
    with pytest.raises(ValueError, match=r"audit\.py"):
        look("audit", "scientist")


def test_an_administrator_erases_words_and_the_entry_stays(look, busy):
    at = look("audit", "admin", about="REQ-17")
    (reason,) = [field for field in at.text_input if field.key.startswith("reason-")]
    reason.set_value("Asked for by the person.").run()
    next(button for button in at.button if (button.key or "").startswith("do-")).click().run()
    assert not at.exception
    assert "was erased" in texts(at)
    assert at.header[0].value == "A review was submitted"


def test_a_store_with_faults_says_so(look, busy):
    with busy.writing.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER signoff_audit_entry_update")
    at = look("audit", "auditor")
    at.button(key="verify").click().run()
    assert "gone or changed" in texts(at)
