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
