"""What is governed, typed into a terminal."""

import json

import pytest

BYTES = "ab" * 32


@pytest.fixture
def churn(run):
    code, said = run("register", "churn", "--use-case", "care", "--digest", BYTES, "--risk-tier", "low", "--json")
    assert (code, json.loads(said)) == (0, {"version": "churn@1", "artifact": f"sha256:{BYTES}"})


def test_a_new_model_comes_with_its_use_case_and_its_first_version(run, churn, here):
    model = json.loads(run("models", "--json")[1])[0]
    assert (model["slug"], model["name"], model["use_case"]) == ("churn", "Churn", "care")
    assert (model["materiality"], "signoff register" in model["materiality_reason"]) == ("low", True)
    assert model["owner"] == "Data scientist"


def test_the_next_version_needs_no_more_than_its_bytes(run, churn, folder):
    (folder / "model.json").write_text("{}")
    code, said = run("register", "churn", "--artifact", "model.json", "--seed", "7", "--note", "Retrained")
    assert (code, said) == (0, "churn@2\n")
    newest, oldest = json.loads(run("versions", "churn", "--json")[1])
    assert (newest["artifact_uri"], newest["artifact_size"], newest["seed"]) == ("model.json", 2, 7)
    assert oldest["artifact_sha256"] == f"sha256:{BYTES}"


def test_what_stands_may_be_repeated(run, churn):
    said = ("--use-case", "care", "--risk-tier", "low", "--exposure", "moderate", "--purpose", "support")
    assert run("register", "churn", *said, "--name", "Churn", "--owner", "scientist") == (0, "churn@2\n")


@pytest.mark.parametrize(
    ("option", "given", "stands"),
    [
        ("--use-case", "lending", "care"),
        ("--risk-tier", "high", "low"),
        ("--owner", "engineer", "scientist"),
        ("--exposure", "broad", "moderate"),
        ("--purpose", "rights", "support"),
        ("--name", "Leaving", "Churn"),
    ],
)
def test_what_is_said_otherwise_of_a_model_that_is_there_is_refused(run, churn, option, given, stands):
    code, said = run("register", "churn", option, given)
    assert (code, f"{option} says {given}, and churn is registered with {stands}." in said) == (1, True), said
    assert "on its page, or by PATCH" in said
    assert len(json.loads(run("versions", "churn", "--json")[1])) == 1


def test_lists_are_tables_for_people_a_part_at_a_time(run, churn):
    for name in ("alpha", "beta"):
        run("register", name, "--use-case", "care")
    assert [line.split()[0] for line in run("models")[1].splitlines()] == ["model", "alpha", "beta", "churn"]
    assert [line.split()[0] for line in run("models", "--limit", "1", "--page", "2")[1].splitlines()][1:] == ["beta"]
    assert run("models", "--page", "9")[1] == "There is no page 9 of this list.\n"
    assert run("models", "--page", "9", "--json")[1] == "[]\n"
    assert run("evalset", "list", "--page", "9")[1] == "There is no page 9 of this list.\n"
    run("register", "churn")
    assert run("versions", "churn", "--limit", "1", "--page", "2")[1].splitlines()[1].startswith("churn@1")
    assert "churn@1  development" in run("versions", "churn")[1]
    assert run("models", "--search", "nothing")[1] == "No model like that; see `signoff register --help`.\n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        pytest.param(("register", "new"), 2, "--use-case", id="no use case"),
        pytest.param(("register", "New", "--use-case", "care"), 2, "cannot name a model", id="no name"),
        pytest.param(("register", "churn", "--digest", "xyz"), 2, "--digest does not fit", id="no fingerprint"),
        pytest.param(("register", "churn", "--data-digest", "xyz"), 2, "--data-digest does not", id="no such data"),
        pytest.param(("register", "new", "--use-case", "care", "--owner", "nobody"), 2, "nobody", id="no such owner"),
        pytest.param(("versions", "nothing"), 2, "no model nothing", id="no such model"),
    ],
)
def test_what_cannot_be_done_says_so_with_its_exit_code(run, churn, words, code, said):
    found = run(*words)
    assert (found[0], said in found[1]) == (code, True), found


def test_who_may_not_is_refused_with_1(run, churn):
    code, said = run("register", "churn", user="auditor")
    assert (code, "Your roles do not allow you to register a version" in said) == (1, True)
