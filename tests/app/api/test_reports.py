"""Reports over HTTP: exported with a POST, taken away by whoever exported them."""

import pytest

from core.audit.event import Event
from core.registry.actions import Build, register_version
from core.registry.version import Task
from core.reports import verify

MODEL = "mortgage-approval"


@pytest.fixture
def version(store, people, mortgage):
    with store.transaction(people["scientist"].actor("password")) as tx:
        return register_version(tx, MODEL, Build(Task.BINARY))


def test_a_report_is_exported_taken_and_listed(calling, store, version):
    auditor = calling("auditor")
    made = auditor.post("/api/v1/reports", json={"model": MODEL, "version": 1})
    assert made.status_code == 201
    assert made.json()["id"] == "RPT-1"

    size = store.size()
    taken = auditor.get(made.headers["location"])
    assert (taken.status_code, taken.headers["content-type"]) == (200, "application/pdf")
    assert verify.unsealed_digest(taken.content) == made.json()["unsealed_digest"]
    assert store.size() == size
    with store.reading() as session:
        from core.access import journal

        told = journal.entry(session, size - 1)
    assert told.line.event is Event.REPORT_EXPORTED
    assert auditor.get("/api/v1/reports").json()["items"] == [made.json()]

    other = calling("admin")
    assert other.get(made.headers["location"]).status_code == 404
    assert len(other.get("/api/v1/reports").json()["items"]) == 1


def test_the_promotions_of_a_period_are_taken_as_paper_and_as_rows(calling, store, version):
    auditor = calling("auditor")
    made = auditor.post(
        "/api/v1/reports/population", json={"start": "2026-01-01T00:00:00Z", "end": "2027-01-01T00:00:00Z"}
    )
    assert (made.status_code, made.json()["kind"]) == (201, "population"), made.text
    assert auditor.get(made.headers["location"]).content.startswith(b"%PDF")
    rows = auditor.get(made.json()["table"])
    assert (rows.status_code, rows.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert rows.text.removeprefix("\ufeff").startswith("number,request")

    assert calling("admin").get(made.json()["table"]).status_code == 404
    bound = calling("auditor", models=[MODEL])
    assert (bound.get(made.headers["location"]).status_code, bound.get(made.json()["table"]).status_code) == (403, 403)
    auditor.post("/api/v1/reports", json={"model": MODEL, "version": 1})
    assert "no rows" in auditor.get("/api/v1/reports/RPT-2/table").json()["detail"]


def test_a_period_that_ends_before_it_begins_exports_nothing(calling, store, version):
    period = {"start": "2027-01-01T00:00:00Z", "end": "2026-01-01T00:00:00Z"}
    auditor, size = calling("auditor"), store.size()
    assert auditor.post("/api/v1/reports/population", json=period).status_code == 422
    assert auditor.post("/api/v1/reports/population", json=period | {"end": "soon"}).status_code == 422
    assert store.size() == size


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"model": MODEL, "version": 9}, 404),
        ({"model": "nothing", "version": 1}, 404),
        ({"model": MODEL, "version": "1"}, 422),
        ({"model": MODEL}, 422),
        ({"model": MODEL, "version": 1, "format": "pdf"}, 422),
    ],
)
def test_what_cannot_be_reported_is_refused(calling, version, store, sent, status):
    answer = calling("auditor").post("/api/v1/reports", json=sent)
    assert answer.status_code == status
    assert answer.json()["fix"]


def test_an_unknown_report_is_not_there(calling, version):
    assert calling("auditor").get("/api/v1/reports/RPT-7").status_code == 404
