"""PostgreSQL with an owner and a role for the service: the service works, and cannot undo what protects the record."""

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from core.audit.actor import SYSTEM
from core.audit.event import Event, Subject
from core.audit.verdict import Verdict
from core.errors import InputError
from core.store import erasure, verification
from core.store.engine import write_engine
from core.store.store import Store

pytestmark = pytest.mark.postgres
HOUSE = Subject("store", "house")


@pytest.fixture
def owner(postgres_databases):
    with postgres_databases() as address:
        yield address


@pytest.fixture
def store(owner, tmp_path, noon):
    engine = write_engine(owner)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'signoff_app') "
            "THEN CREATE ROLE signoff_app LOGIN; END IF; END $$"
        )
    engine.dispose()
    service = make_url(owner).set(username="signoff_app").render_as_string(hide_password=False)
    opened = Store.open(tmp_path / "home", service, clock=lambda: noon, migration_url=owner)
    yield opened
    opened.close()


def test_the_service_does_all_its_work(store):
    with store.transaction(SYSTEM) as tx:
        kept = tx.keep(b"rows", "text/csv")
        quoted = tx.text("no")
        tx.record(Event.REVIEW_SUBMITTED, HOUSE, digest=kept, comment=quoted)
    with store.transaction(SYSTEM) as tx:
        erasure.erase_blob(tx, kept, "Asked for.")
        erasure.erase_text(tx, quoted["text_sha256"], "Asked for.")
    assert verification.verify(store).verdict is Verdict.GOOD


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE audit_entry SET action = 'x'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "UPDATE audit_text SET text = 'x'",
        "DELETE FROM blob",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "DROP TRIGGER signoff_audit_entry_update ON audit_entry",
        "DROP TABLE audit_entry",
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION signoff_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    ],
)
def test_the_service_cannot_undo_what_protects_the_record(store, deed):
    with pytest.raises(ProgrammingError, match=r"denied|owner"), store.writing.begin() as connection:
        connection.exec_driver_sql(deed)


def test_two_addresses_name_two_roles(owner, tmp_path):
    with pytest.raises(InputError):
        Store.open(tmp_path / "home", owner, migration_url=owner)
