"""The button on a version's page makes a report, and its maker can take it away."""

import pytest

from core.registry.actions import Build, ModelDescription, register_model, register_use_case, register_version
from core.registry.materiality import Exposure, Purpose
from core.registry.version import Task
from core.reports import queries
from core.reports.verify import verify_pdf
from core.store.export import taken


@pytest.fixture
def model(store, people):
    with store.transaction(people["scientist"].actor("password")) as tx:
        register_use_case(tx, slug="lending", name="Lending", purpose="Decide about mortgages")
        register_model(tx, ModelDescription("mortgage", "Mortgage", "lending", Exposure.BROAD, Purpose.RIGHTS))
        register_version(tx, "mortgage", Build(Task.BINARY, artifact_sha256="a" * 64))


def test_an_auditor_makes_a_report_and_takes_it_away(look, model, store, people):
    at = look("model", "auditor", name="mortgage")

    at.button(key="report-1").click().run()

    assert not at.exception
    with store.reading() as session:
        [line] = queries.exported(session).items
        export_id = at.session_state["report-1-made"][0]
        _, kept = taken(session, export_id, people["auditor"].key)
    assert line.subject == "mortgage@1"
    assert verify_pdf(store.blobs.read(kept)).verdict.exit_code == 0


def test_whoever_may_only_look_sees_no_button(look, model, store, people):
    with store.transaction(people["admin"].actor("password")) as tx:
        from core.access import actions
        from core.access.person import SystemRole

        people["guest"] = actions.create_person(tx, "guest", "Guest", None, SystemRole.VIEWER)

    at = look("model", "guest", name="mortgage")

    assert not [button for button in at.button if button.key == "report-1"]


def test_an_auditor_takes_the_promotions_of_a_period_as_paper_and_table(look, model, store, people):
    at = look("audit", "auditor")
    [button] = [one for one in at.button if str(one.key).startswith("population-")]

    button.click().run()

    assert not at.exception
    pdf_id, csv_id, _ = at.session_state[f"{button.key}-made"]
    with store.reading() as session:
        _, pdf = taken(session, pdf_id, people["auditor"].key)
        _, table = taken(session, csv_id, people["auditor"].key)
    assert verify_pdf(store.blobs.read(pdf)).verdict.exit_code == 0
    assert b"number,request" in store.blobs.read(table)
