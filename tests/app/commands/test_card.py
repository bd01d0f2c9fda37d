import json

import pytest
from typer.testing import CliRunner

from app import cli
from core.cards import actions, queries
from core.registry.actions import Build, ModelDescription, register_model, register_use_case, register_version
from core.registry.materiality import Exposure, Purpose
from core.registry.version import Task

CARD = {"model_details": {"summary": "Suggests whether a mortgage is approved."}}


@pytest.fixture
def version(store, people):
    with store.transaction(people["scientist"].actor("password")) as tx:
        register_use_case(tx, slug="lending", name="Home lending", purpose="Decide about mortgages.")
        said = ModelDescription("mortgage-approval", "Mortgage approval", "lending", Exposure.MODERATE, Purpose.RIGHTS)
        register_model(tx, said)
        made = register_version(tx, "mortgage-approval", Build(Task.BINARY))
        actions.save(
            tx, made, {"model_details": {"summary": "Suggests whether a mortgage is approved."}}, None, "First."
        )
    return made


@pytest.fixture
def run(store, people, monkeypatch):
    from contextlib import contextmanager

    @contextmanager
    def this_store(_chosen=None):
        yield store

    monkeypatch.setattr("app.commands.card.local_store", this_store)

    def running(user, *arguments):
        monkeypatch.setattr("app.commands.card.acting", lambda _store: people[user].actor("cli"))
        return CliRunner().invoke(cli.build(), ["card", *arguments])

    return running


def test_a_card_leaves_as_json_and_the_export_is_recorded(run, version, store):
    before = store.size()
    result = run("scientist", "export", "mortgage-approval@1", "--format", "json")
    told = json.loads(result.stdout)
    assert (told["model"], told["version"], told["approvals"]) == ("mortgage-approval", 1, [])
    assert told["content"]["model_details"]["summary"] == "Suggests whether a mortgage is approved."
    assert [one["why"] for one in told["change_log"]] == ["First."]
    assert store.size() == before + 1


def test_a_card_goes_into_a_file(run, version, tmp_path):
    place = tmp_path / "card.json"
    assert "is in" in run("auditor", "export", "mortgage-approval@1", "-o", str(place)).stdout
    assert json.loads(place.read_text())["schema"] == "signoff/model-card/1"


def test_own_fields_are_published_from_a_file(run, version, store, tmp_path):
    file = tmp_path / "fields.yaml"
    file.write_text("fields:\n  - {name: board, section: governance, type: line, label: Board, help: Who decided.}\n")
    assert run("admin", "fields", str(file)).stdout == "1 own field is asked from now on.\n"
    with store.reading() as session:
        assert "governance.board" in queries.schema(session).by_path


@pytest.mark.parametrize(
    "arguments",
    [("export", "mortgage-approval@9"), ("export", "mortgage-approval"), ("export", "nothing@1")],
    ids=["no such version", "no version", "no such model"],
)
def test_what_is_not_there_is_refused(run, version, arguments):
    result = run("scientist", *arguments)
    assert result.exit_code != 0
    assert cli.exit_code(result.exception) == 2
