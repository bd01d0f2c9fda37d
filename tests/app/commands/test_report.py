"""`signoff report` writes what `signoff verify` calls good, and 1 after one flipped byte."""

import json
from contextlib import closing

import pytest
from typer.testing import CliRunner

from app import cli
from app.settings import Settings, settle
from core.access import actions
from core.audit.actor import SYSTEM
from core.errors import GovernanceError
from core.registry.actions import Build, ModelDescription, register_model, register_use_case, register_version
from core.registry.materiality import Exposure, Purpose
from core.registry.version import Task
from core.store.store import Store


def run(*words):
    """Run the command as its own process would, and give its exit code with what it printed."""
    result = CliRunner().invoke(cli.build(), [str(word) for word in words])
    if isinstance(result.exception, GovernanceError):
        return cli.exit_code(result.exception), f"{result.exception.problem} {result.exception.fix}"
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("app.settings._SETTLED", [])
    settle(Settings(home=tmp_path / "home", user="auditor"))
    with closing(Store.open(tmp_path / "home")) as store:
        with store.transaction(SYSTEM) as tx:
            people = actions.create_personas(tx)
        with store.transaction(people["scientist"].actor("password")) as tx:
            register_use_case(tx, slug="lending", name="Lending", purpose="Decide about mortgages")
            about = ModelDescription("mortgage", "Mortgage", "lending", Exposure.BROAD, Purpose.RIGHTS)
            register_model(tx, about)
            register_version(tx, "mortgage", Build(Task.BINARY, artifact_sha256="a" * 64))
    return tmp_path / "home"


def test_a_report_verifies_and_one_flipped_byte_does_not(home, tmp_path):
    report = tmp_path / "report.pdf"
    code, told = run("report", "mortgage@1", "-o", report, "--json")
    assert code == 0
    assert json.loads(told)["file"] == str(report)

    key = home / "keys" / "signoff.pub"
    assert run("verify", report, "--key", key)[0] == 0

    data = bytearray(report.read_bytes())
    data[len(data) // 2] ^= 4
    report.write_bytes(data)
    assert run("verify", report, "--key", key)[0] == 1


def test_the_log_is_held_against_a_report_that_left(home, tmp_path):
    run("report", "mortgage@1", "-o", tmp_path / "report.pdf")
    run("audit", "export", "-o", tmp_path / "log.zip")

    key = home / "keys" / "signoff.pub"
    assert run("verify", tmp_path / "log.zip", "--key", key, "--against", tmp_path / "report.pdf")[0] == 0


def test_a_version_that_is_not_there_is_usage(home):
    assert run("report", "mortgage@9")[0] == 2


def test_a_population_is_written_as_paper_and_as_csv(home, tmp_path):
    table = tmp_path / "promotions.csv"
    code, _ = run(
        "population", "--from", "2020-01-01", "--to", "2100-01-01", "-o", tmp_path / "list.pdf", "--csv", table
    )

    assert code == 0
    assert table.read_text("utf-8-sig").startswith("number,request")
    assert run("verify", tmp_path / "list.pdf")[0] == 0
