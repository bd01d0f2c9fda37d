import sqlite3
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from app import keeping
from app.settings import Settings
from app.worker import worker as working_module
from app.worker.outlets import Outlets
from app.worker.worker import Worker, worker
from core import clock
from core.access import actions as access
from core.access.person import ReviewRole, SystemRole
from core.approvals import attested, findings, renewing
from core.approvals.review import ReviewDecision
from core.connectors import mail
from core.connectors.mail import MailServer
from core.connectors.webhook import Caller
from core.errors import AccessError, InputError, NotFoundError
from core.evidence.actions import Problem
from core.evidence.finding import Severity
from core.monitoring import ingest
from core.monitoring.actions import Setup, add_labels, define_monitor, log_predictions
from core.monitoring.monitor import Cadence
from core.notifications.actions import change_webhook, remove_webhook
from core.notifications.delivery import Delivery, DeliveryState
from core.notifications.kind import Kind
from core.notifications.outbox import Try
from core.registry.version import Task
from core.store import cursor
from tests.app.worker.conftest import Told, heard
from tests.core.monitoring.conftest import FEATURES, LABELS, LOG, day, flights


def rows(house, **wanted):
    from sqlmodel import select

    with house.store.reading() as session:
        found = session.exec(select(Delivery).order_by(Delivery.at, Delivery.id)).all()
    return [row for row in found if all(getattr(row, name) == value for name, value in wanted.items())]


@pytest.fixture
def work(house, certificate, tmp_path):
    """A worker in this process; `work()` does one round, as the only worker there is."""
    caller = Caller(house.excepted, trust=lambda: ssl.create_default_context(cafile=certificate))
    made = Worker(
        house.store,
        Outlets(house.store, "https://signoff.example.org", None, caller),
        f"sqlite:///{tmp_path / 'worker.db'}",
    )

    def rounds(count=1):
        for _ in range(count):
            made.round()

    rounds.worker = made
    yield rounds
    made._stand_down()


def test_a_webhook_is_told_with_number_and_address(house, receiver, work):
    house.hook(f"https://localhost:{receiver.server_port}/hook", Kind.REVIEW_ASKED)
    house.ask()
    work()

    [said] = heard(receiver)
    assert (said["event"], said["address"], said["number"]) == ("review.asked", "REQ-1", 1)
    assert said["url"] == "https://signoff.example.org/inbox?request=REQ-1"
    assert said["words"] == "Mortgage v1 to production waits for signatures"
    assert set(said) == {"id", "number", "event", "address", "url", "words", "seq", "at"}


def test_a_webhook_can_be_tried_out_and_counts_nothing(house, receiver, work):
    hook = house.hook(f"https://localhost:{receiver.server_port}/hook", Kind.REVIEW_ASKED)
    outlets, admin = work.worker.outlets, house.people["admin"].actor("password")
    assert outlets.try_out(admin, hook.key) == Try()
    house.ask()
    work()

    test, told = heard(receiver)
    assert set(test) == set(told)
    assert (test["event"], test["number"], told["number"]) == ("test", None, 1)
    receiver.answer = lambda _: (503, {}, b"")
    assert outlets.try_out(admin, hook.key) == Try("The receiver answered 503.")
    with pytest.raises(AccessError):
        outlets.try_out(house.people["scientist"].actor("password"), hook.key)
    with house.by("admin") as tx:
        remove_webhook(tx, hook.key)
    with pytest.raises(NotFoundError):
        outlets.try_out(admin, hook.key)


def test_a_webhook_is_told_what_was_chosen_last(house, receiver, work):
    hook = house.hook(f"https://localhost:{receiver.server_port}/hook", Kind.FINDING_DUE)
    with house.by("admin") as tx:
        change_webhook(tx, hook.key, {Kind.REVIEW_ASKED})
    with pytest.raises(InputError, match="told nothing"), house.by("admin") as tx:
        change_webhook(tx, hook.key, set())
    with pytest.raises(AccessError), house.by("scientist") as tx:
        change_webhook(tx, hook.key, {Kind.FINDING_DUE})
    house.ask()
    work()

    assert [said["event"] for said in heard(receiver)] == ["review.asked"]


def test_an_attestation_is_taken_back_as_soon_as_a_finding_blocks_the_version(house, work, monkeypatch):
    request_id = house.release(1)
    work()
    with house.store.reading() as session:
        assert attested.of_version(session, house.again(1).key).passed
    with house.by("validator") as tx:
        findings.raise_finding(tx, request_id, Problem("Approvals moved", Severity.HIGH))
    asked = []
    monkeypatch.setattr(keeping, "outdated", lambda session: asked.append(1) or renewing.outdated(session))
    work(3)

    with house.store.reading() as session:
        assert not attested.of_version(session, house.again(1).key).passed
    assert len(asked) == 2  # and not while the log stands still: once for the finding, once for what it led to


def test_what_is_noted_of_a_try_is_plain_text(house, receiver, work, tmp_path):
    house.hook(f"https://localhost:{receiver.server_port}/hook", Kind.REVIEW_ASKED)
    house.ask()
    work()
    work.worker._stand_down()

    with closing(sqlite3.connect(tmp_path / "worker.db")) as noted:
        written = "\n".join(noted.iterdump())
    assert "portable_json" in written
    assert "pickle" not in written


def test_a_failed_try_comes_again_with_the_same_id(house, receiver, work):
    house.hook(f"https://localhost:{receiver.server_port}/hook", Kind.REVIEW_ASKED)
    house.ask()
    receiver.answer = lambda _: (500, {}, b"")
    work(3)  # the next try has its time, so these are one

    [row] = rows(house, channel="webhook")
    assert (row.state, row.tries, row.error) == (DeliveryState.WAITING, 1, "The receiver answered 500.")
    receiver.answer = lambda _: (200, {}, b"thanks")
    with house.store.housekeeping() as session:
        session.get(Delivery, row.id).next_at = house.store.clock()
    work()
    assert {one["id"] for one in heard(receiver)} == {row.id}
    assert len(receiver.received) == 2
    assert rows(house, channel="webhook")[0].state is DeliveryState.SENT


def test_a_try_whose_answer_is_known_is_not_made_again(house, receiver, work):
    """The store was brought back from a backup made before the answer was written down."""
    house.hook(f"https://localhost:{receiver.server_port}/hook", Kind.REVIEW_ASKED)
    house.ask()
    work()
    [row] = rows(house, channel="webhook")
    with house.store.housekeeping() as session:
        before = session.get(Delivery, row.id)
        before.state, before.tries, before.done_at = DeliveryState.WAITING, 0, None
    work()

    assert len(receiver.received) == 1
    assert rows(house, channel="webhook")[0].state is DeliveryState.SENT


def test_a_removed_webhook_is_called_no_more(house, receiver, work):
    hook = house.hook(f"https://localhost:{receiver.server_port}/hook", Kind.REVIEW_ASKED)
    receiver.answer = lambda _: (500, {}, b"")
    house.ask()
    work()
    with house.by("admin") as tx:
        remove_webhook(tx, hook.key)
    [row] = rows(house, channel="webhook")
    with house.store.housekeeping() as session:
        session.get(Delivery, row.id).next_at = house.store.clock()
    work()

    [row] = rows(house, channel="webhook")
    assert (row.state, row.error) == (DeliveryState.GIVEN_UP, "The webhook was removed meanwhile.")
    assert len(receiver.received) == 1


def test_mail_goes_to_who_has_an_address_and_still_an_account(house, work, monkeypatch):
    written = []
    monkeypatch.setattr(mail, "send", lambda _server, message: written.append(message) or "")
    work.worker.outlets = Outlets(house.store, "https://s.example.org", MailServer("m", 25, "s@example.org"), Caller())
    with house.by("admin") as tx:
        for name in ("ann", "eve"):
            made = access.create_person(tx, name, name.title(), f"{name}@example.org", SystemRole.VIEWER)
            access.grant_role(tx, made.key, ReviewRole.RISK_REVIEWER)
    house.ask()
    work.worker._holds()
    monkeypatch.setattr(working_module, "AT_ONCE", 0)
    work()
    with house.by("admin") as tx:
        access.deactivate(tx, made.key)
    monkeypatch.setattr(working_module, "AT_ONCE", 9)
    work()

    assert [message["To"] for message in written] == ["ann@example.org"]
    assert {row.error for row in rows(house, channel="mail")} == {"", "The account was closed meanwhile."}
    assert written[0]["Message-ID"] == f"<{rows(house, channel='mail', error='')[0].id}@example.org>"


def test_what_goes_wrong_inside_is_a_sentence_and_stands_in_the_log(house, work, monkeypatch, caplog):
    monkeypatch.setattr("core.notifications.queries.delivery", lambda *_: 1 / 0)

    assert work.worker.outlets.send("d" * 32) == Try("Something went wrong inside Signoff; its own log says what.")
    assert "ZeroDivisionError" in caplog.text


def test_without_anything_to_send_nothing_is_started(house, work, tmp_path):
    house.ask()
    work(2)

    assert len(rows(house, channel="inbox")) == 2
    assert not (tmp_path / "worker.db").exists()


def test_an_alert_is_raised_and_told_to_who_answers_for_the_model(house, receiver, work, monkeypatch):
    house.hook(f"https://localhost:{receiver.server_port}/hook", Kind.ALERT_RAISED)
    scientist, name = house.people["scientist"].actor("password"), "sha256:" + "c" * 64
    table = flights(day(1), 31, factor=2.0, seed=2)
    with house.store.transaction(scientist) as tx:
        define_monitor(tx, "mortgage", 1, Setup(Cadence.MONTHLY))
        log = ingest.predictions(
            house.store.pseudonyms, "mortgage", Task.BINARY, table, LOG, features=FEATURES, file_digest=name
        )
        log_predictions(tx, "mortgage", 1, log)
        add_labels(tx, "mortgage", ingest.labels(house.store.pseudonyms, "mortgage", table, LABELS, file_digest=name))
    work()

    [said] = heard(receiver)
    assert (said["event"], said["address"], said["seq"]) == ("alert.raised", "ALR-1", house.store.size() - 1)
    assert said["words"].startswith("Mortgage v1: 2.")
    assert said["url"] == "https://signoff.example.org/model?name=mortgage&version=1&tab=monitoring"
    told = {row.person_id for row in rows(house, channel="inbox")}
    assert told == {house.people[name].key for name in ("scientist", "engineer")}
    monkeypatch.setattr("core.monitoring.queries.windows", lambda *_: pytest.fail("looked at again"))
    work(2)


def test_a_version_that_cannot_be_looked_at_stops_nothing(house, work, caplog, monkeypatch):
    with house.store.transaction(house.people["scientist"].actor("password")) as tx:
        define_monitor(tx, "mortgage", 1, Setup())
    monkeypatch.setattr("core.monitoring.queries.windows", lambda *_: 1 / 0)
    house.ask()
    work(2)

    assert caplog.text.count("ZeroDivisionError") == 1  # and not again before an hour is over
    assert len(rows(house, channel="inbox")) == 2


def test_it_works_until_it_is_told_to_stop_and_gives_the_lease_back(house, work):
    stop, failed = threading.Event(), []

    class Counted(Worker):
        def round(self):
            failed.append(1)
            if len(failed) == 3:
                stop.set()
            raise OSError("the disk is full")

    made = Counted(house.store, work.worker.outlets, "sqlite://", every=0, pause=0)
    cursor.hold(house.store, "notifications", made.holder, timedelta(minutes=5))
    made.run(stop)

    assert len(failed) == 3
    assert cursor.hold(house.store, "notifications", "another", timedelta(seconds=1))


def test_it_keeps_house_every_ten_minutes(house, work, monkeypatch):
    kept = []
    monkeypatch.setattr("app.keeping.round_of", lambda _store, reason: kept.append(reason))
    work.worker._keep_at = house.store.clock()
    work(3)

    assert kept == ["every ten minutes"]


def test_a_clock_that_went_astray_and_back_stops_nothing(house, work, monkeypatch):
    kept, ahead = [], [timedelta()]
    monkeypatch.setattr("app.keeping.round_of", lambda _store, reason: kept.append(reason))
    made = work.worker
    made.store = replace(house.store, clock=lambda: clock.system() + ahead[0])
    made._keep_at = clock.system()
    for astray in (timedelta(days=1), timedelta()):
        ahead[0] = astray
        work(2)
    assert len(kept) == 2

    made._again_at += timedelta(days=1)
    ahead[0] = timedelta(hours=1)
    assert cursor.hold(made.store, "notifications", "another", timedelta(days=4))
    ahead[0] = timedelta()
    assert not made._holds()


@pytest.mark.postgres
def test_of_two_whole_workers_on_postgresql_one_tells_everything_once(
    tmp_path, noon, receiver, certificate, postgres_databases, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    named, stop = f"localhost:{receiver.server_port}", threading.Event()
    with postgres_databases() as address, ThreadPoolExecutor(2) as beside:
        house = Told(tmp_path / "house", noon, address)
        house.excepted = {named}
        house.begin().hook(f"https://{named}/hook")
        chosen = Settings(home=house.store.home, database_url=address, webhook_allow=named)
        running = [beside.submit(replace(worker(house.store, chosen), every=0.1).run, stop) for _ in range(2)]
        house.decide(house.ask(), "validator", ReviewDecision.REJECT)
        try:
            assert receiver.until(lambda received: len(received) == 2)
        finally:
            stop.set()
        for one in running:
            one.result()
        assert {row.state for row in rows(house)} == {DeliveryState.SENT}
        house.store.close()

    told = [(said["event"], said["number"]) for said in heard(receiver)]
    assert sorted(told) == [("request.decided", 2), ("review.asked", 1)]  # they set out side by side


def test_the_settings_say_which_ways_lead_out(house, tmp_path):
    chosen = Settings(home=tmp_path, webhook_allow=" Hooks.Inside:8443, other.inside ", smtp_host="mail")
    made = worker(house.store, chosen)

    assert made.outlets.mail is None  # a sender is missing
    assert made.outlets.caller.excepted == {"hooks.inside:8443", "other.inside"}
    assert made.database == f"sqlite:///{tmp_path / 'worker.db'}"
    with_sender = Settings(home=tmp_path, smtp_host="mail", mail_from="s@example.org", smtp_password="x")
    assert worker(house.store, with_sender).outlets.mail == MailServer("mail", 587, "s@example.org", password="x")
