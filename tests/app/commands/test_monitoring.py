"""The commands that watch a version, with the exit codes that pipelines rely on."""

import json
from datetime import UTC, datetime

import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
import pytest

from tests.core.monitoring.conftest import flights

JANUARY, DECEMBER = datetime(2026, 1, 1, tzinfo=UTC), datetime(2025, 12, 1, tzinfo=UTC)
VERSION = "flight-delay@1"


@pytest.fixture
def files(run, folder):
    """A registered version, and files of what it predicted, what came of it, and what was before."""
    assert run("register", "flight-delay", "--use-case", "travel")[0] == 0
    whole = flights(JANUARY, 31, factor=2)
    arrow_csv.write_csv(whole.drop_columns(["actual", "passenger"]), folder / "log.csv")
    arrow_csv.write_csv(whole.select(["flight", "actual"]), folder / "labels.csv")
    pq.write_table(flights(DECEMBER, 31, seed=5).drop_columns(["flight"]), folder / "before.parquet")


def test_a_version_is_watched_from_the_shell(run, files):
    named = ("--name", "December", "--reason", "Before the period judged.")
    watched = ("--feature", "distance", "--feature", "carrier", "--score", "p", "--label", "actual")
    log = ("log", VERSION, "log.csv", "--id", "flight", "--prediction", "late", "--score", "p")
    code, said = run("monitor", VERSION, "--cadence", "monthly", "--horizon-days", "0")
    assert (code, "month by month" in said) == (0, True), said
    code, said = run("baseline", VERSION, "before.parquet", *named, *watched)
    assert (code, "1,240 rows, December" in said) == (0, True), said

    assert "\nTaken: " in said
    assert "score = p" in said
    code, said = run(*log, "--json")
    assert (code, json.loads(said)["columns"]["features"]) == (0, ["distance", "carrier"])  # those of the baseline
    assert run(*log) == (1, "This file is logged already. Log the file that holds what came since.")
    code, said = run("watch", VERSION)
    assert (code, "No outcomes" in said) == (0, True)  # nothing is alarming before outcomes are known
    code, said = run("labels", "flight-delay", "labels.csv", "--id", "flight")
    assert (code, "1,240 outcomes of flight-delay are added." in said) == (0, True), said
    assert "\nTaken: id = flight, label = actual.\n" in said

    code, said = run("watch", VERSION, "--json")
    [window] = json.loads(said)
    assert code == 1  # the newest verdict is an alarm
    assert (window["window"], window["verdict"], window["unresolved"]) == ("January 2026", "more", 0)
    assert window["ratio"] == pytest.approx(2, rel=0.15)


def test_inputs_that_moved_are_an_alarm_before_any_outcome_is_known(run, files, folder):
    named = ("--name", "December", "--reason", "Before the period judged.", "--feature", "distance", "--score", "p")
    assert run("monitor", VERSION, "--cadence", "monthly")[0] == 0
    assert run("baseline", VERSION, "before.parquet", *named)[0] == 0
    pq.write_table(flights(JANUARY, 31, shift=1.5).drop_columns(["actual"]), folder / "shifted.parquet")
    assert run("log", VERSION, "shifted.parquet", "--id", "flight", "--score", "p")[0] == 0

    code, said = run("watch", VERSION)
    assert (code, "Inputs moved: distance." in said) == (1, True), said
    assert "Alarm, January 2026: inputs moved (distance).\n" in said
    code, said = run("watch", VERSION, "--json")
    [window] = json.loads(said)
    assert (code, window["verdict"], window["moved"], window["inputs"]["distance"]) == (
        1, "not_measured", ["distance"], "moved",
    )  # fmt: skip
    assert (window["start"], window["end"]) == ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")


def test_a_log_before_its_baseline_says_that_inputs_were_not_kept(run, files, folder):
    code, said = run("log", VERSION, "log.csv", "--id", "flight", "--score", "p")
    assert (code, "Note: no inputs were kept" in said, "`signoff baseline`" in said) == (0, True, True), said
    assert "Taken: id = flight, score = p, time = day" in said
    pq.write_table(flights(datetime(2026, 2, 1, tzinfo=UTC), 5).drop_columns(["actual"]), folder / "february.parquet")
    named = ("--id", "flight", "--score", "p", "--feature", "distance")
    told = json.loads(run("log", VERSION, "february.parquet", *named, "--json")[1])
    assert (told["columns"]["features"], told["warnings"]) == (["distance"], [])


def test_what_cannot_be_done_says_why_with_its_exit_code(run, files):
    labels = ("labels", "flight-delay", "log.csv", "--id", "flight", "--label", "actual")
    for words, code, said in (
        (("log", "flight-delay", "log.csv"), 2, "names no model version"),
        (("log", "flight-delay@9", "log.csv"), 2, "no version 9"),
        (("log", VERSION, "nowhere.csv"), 2, ""),
        (("labels", "nothing", "labels.csv"), 2, "no model nothing"),
        (labels, 1, "no column 'actual'"),
        (("watch", VERSION), 2, "is not watched"),
        (("monitor", VERSION, "--margin", "0"), 2, "margin"),
    ):
        found, told = run(*words)
        assert (found, said in told) == (code, True), told
    code, said = run("log", VERSION, "log.csv", "--id", "flight", "--score", "p", user="auditor")
    assert (code, "do not allow you to log predictions" in said) == (1, True)
