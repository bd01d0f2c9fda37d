"""Cards from a terminal: out in every form, and in again."""

import json

import pytest

from core.access import queries as people
from core.cards import actions, queries
from core.registry import queries as registry


@pytest.fixture
def churn(run, here):
    """churn@1 with a card of one answer."""
    assert run("register", "churn", "--use-case", "care")[0] == 0
    save(here, "Suggests who will leave.", "First.", None)


def save(store, summary, why, started_from):
    with store.reading() as session:
        scientist = people.by_username(session, "scientist").actor("password")
    with store.transaction(scientist) as tx:
        version = registry.version(tx.session, "churn", 1)
        actions.save(tx, version, {"model_details": {"summary": summary}}, started_from, why)


def test_a_card_leaves_as_json(run, churn):
    code, said = run("card", "export", "churn@1", "--format", "json")
    told = json.loads(said)
    assert (code, told["model"], told["version"], told["approvals"]) == (0, "churn", 1, [])
    assert told["content"]["model_details"]["summary"] == "Suggests who will leave."
    assert [one["why"] for one in told["change_log"]] == ["First."]


def test_a_card_is_mended_in_a_file(run, churn, folder):
    run("card", "export", "churn@1", "-o", "card.json")
    document = json.loads((folder / "card.json").read_text())
    document["content"]["model_details"]["summary"] = "Suggests who may leave."
    (folder / "card.json").write_text(json.dumps(document))
    code, said = run("card", "import", "churn@1", "card.json")
    assert (code, said) == (0, "The card of churn@1 stands at save 2.\n")
    assert "may leave" in run("card", "export", "churn@1")[1]


@pytest.mark.parametrize("form", ["hf", "mct", "cyclonedx"])
def test_a_card_goes_into_a_file_and_comes_back(run, churn, folder, form):
    code, said = run("card", "export", "churn@1", "--format", form, "-o", "card", user="auditor")
    assert (code, "is in card" in said) == (0, True)
    code, said = run("card", "import", "churn@1", "card", "--format", form, "--message", "From a file.", "--json")
    assert (code, json.loads(said)["save"]) == (0, 2), said
    told = json.loads(run("card", "export", "churn@1")[1])
    assert [one["why"] for one in told["change_log"]] == ["From a file.", "First."]
    assert told["content"]["model_details"]["summary"] == "Suggests who will leave."


def test_a_program_gets_a_card_of_another_form_as_text(run, churn):
    told = json.loads(run("card", "export", "churn@1", "--format", "hf", "--json")[1])
    assert (told["version"], told["format"], told["card"][:4]) == ("churn@1", "hf", "---\n")


def test_a_first_card_can_be_brought_in(run, churn, folder):
    run("card", "export", "churn@1", "-o", "card.json")
    run("register", "churn", "--seed", "7")
    assert json.loads(run("card", "import", "churn@2", "card.json", "--json")[1])["save"] == 1


def test_a_file_that_others_were_faster_than_is_refused(run, churn, here, folder):
    run("card", "export", "churn@1", "-o", "card.json")
    save(here, "Suggests who may leave.", "Second.", 1)
    code, said = run("card", "import", "churn@1", "card.json")
    assert (code, "at save 1, and now stands at save 2" in said) == (1, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("export", "churn@9"), "no version 9", id="no such version"),
        pytest.param(("export", "churn"), "names no model version", id="no version"),
        pytest.param(("export", "nothing@1"), "no model nothing", id="no such model"),
        pytest.param(("export", "churn@1", "-o", "no/such/place"), "cannot be written", id="no such folder"),
        pytest.param(("import", "churn@1", "strange"), "holds no card", id="no card"),
        pytest.param(("import", "churn@9", "strange"), "no version 9", id="no version to import into"),
    ],
)
def test_what_cannot_be_done_ends_with_2(run, churn, folder, words, said):
    (folder / "strange").write_text("What is this?")
    found = run("card", *words)
    assert (found[0], said in found[1]) == (2, True), found


def test_own_fields_are_published_on_the_machine_of_the_store(run, here, folder, request):
    file = folder / "fields.yaml"
    file.write_text("fields:\n  - {name: board, section: governance, type: line, label: Board, help: Who decided.}\n")
    code, said = run("card", "fields", "fields.yaml", user="admin")
    if "through a server" in request.node.name:
        assert (code, "on the machine of the store" in said) == (2, True)
        return
    assert (code, said) == (0, "1 own field is asked from now on.\n")
    with here.reading() as session:
        assert "governance.board" in queries.schema(session).by_path
