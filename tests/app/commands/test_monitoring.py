"""The commands that watch a version, with the exit codes that pipelines rely on."""

import json
from contextlib import closing
from datetime import UTC, datetime

import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from app import cli
from app.settings import Settings, settle
from core.access import actions
from core.audit.actor import SYSTEM
from core.errors import GovernanceError
from core.store.store import Store
from tests.core.monitoring.conftest import flights

JANUARY, DECEMBER = datetime(2026, 1, 1, tzinfo=UTC), datetime(2025, 12, 1, tzinfo=UTC)
VERSION = "flight-delay@1"


@pytest.fixture
def act(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("app.settings._SETTLED", [])
    with closing(Store.open(tmp_path / "home")) as store, store.transaction(SYSTEM) as tx:
        actions.create_personas(tx)
    return lambda user: settle(Settings(home=tmp_path / "home", user=user))


@pytest.fixture
def registered(act):
    act("scientist")
    assert run("register", "flight-delay", "--use-case", "travel")[0] == 0


@pytest.fixture
def files(tmp_path):
    whole = flights(JANUARY, 31, factor=2)
    log = whole.drop_columns(["actual", "passenger"])
    arrow_csv.write_csv(log, tmp_path / "log.csv")
    arrow_csv.write_csv(whole.select(["flight", "actual"]), tmp_path / "labels.csv")
    pq.write_table(flights(DECEMBER, 31, seed=5).drop_columns(["flight"]), tmp_path / "before.parquet")


def run(*words):
    result = CliRunner().invoke(cli.build(), [str(word) for word in words])
    if isinstance(result.exception, GovernanceError):
        return cli.exit_code(result.exception), f"{result.exception.problem} {result.exception.fix}"
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def logged():
    return run("log", VERSION, "log.csv", "--id", "flight", "--prediction", "late", "--score", "p")


def test_a_version_is_watched_from_the_shell(registered, files):
    named = ("--name", "December", "--reason", "Before the period judged.")
    watched = ("--feature", "distance", "--feature", "carrier", "--score", "p", "--label", "actual")
    assert run("monitor", VERSION, "--cadence", "monthly", "--horizon-days", "0")[0] == 0
    assert run("baseline", VERSION, "before.parquet", *named, *watched)[0] == 0

    code, said = logged()
    assert (code, "1,240 predictions of flight-delay@1 from 2026-01-01 to 2026-01-31" in said) == (0, True)
    assert run("labels", "flight-delay", "labels.csv", "--id", "flight")[0] == 0

    code, said = run("watch", VERSION, "--json")
    [window] = json.loads(said)
    assert code == 1  # the newest verdict is an alarm
    assert (window["window"], window["verdict"], window["unresolved"]) == ("January 2026", "more", 0)
    assert window["ratio"] == pytest.approx(2, rel=0.15)


def test_inputs_to_watch_are_those_of_the_baseline_unless_named(registered, files):
    run("baseline", VERSION, "before.parquet", "--name", "x", "--reason", "y", "--feature", "distance", "--score", "p")
    code, said = run("log", VERSION, "log.csv", "--id", "flight", "--prediction", "late", "--score", "p", "--json")
    assert code == 0
    assert json.loads(said)["columns"] == {
        "id": "flight", "prediction": "late", "score": "p", "time": "day", "features": ["distance"],
    }  # fmt: skip


def test_nothing_is_alarming_before_outcomes_are_known(registered, files):
    logged()
    code, said = run("watch", VERSION, "--cadence", "monthly")
    assert code == 0
    assert "No" in said
    assert "outcomes" in said


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("log", "flight-delay", "log.csv"), 2, "names no model version"),
        (("log", "flight-delay@9", "log.csv"), 2, "no version 9"),
        (("log", VERSION, "nowhere.csv"), 2, ""),
        (("labels", "nothing", "labels.csv"), 2, "no model nothing"),
        (("labels", "flight-delay", "log.csv", "--id", "flight", "--label", "actual"), 1, "no column 'actual'"),
        (("watch", VERSION), 2, "is not watched"),
        (("monitor", VERSION, "--margin", "0"), 2, "makes no sense"),
    ],
)
def test_what_cannot_be_done_says_why(registered, files, words, code, said):
    found, told = run(*words)
    assert found == code
    assert said in told


def test_a_file_is_logged_once(registered, files):
    assert logged()[0] == 0
    assert logged() == (1, "This file is logged already. Log the file that holds what came since.")


def test_who_may_not_log_is_refused(registered, files, act):
    act("auditor")
    code, said = logged()
    assert (code, "do not allow you to log predictions" in said) == (1, True)
