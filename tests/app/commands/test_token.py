"""`signoff token`, as somebody types it."""

import json
from contextlib import closing

import pytest
from typer.testing import CliRunner

from app import cli
from app.settings import Settings, settle
from core.access import actions, issuing
from core.access import queries as people
from core.audit.actor import SYSTEM
from core.errors import AccessError, GovernanceError
from core.store.store import Store


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("app.settings._SETTLED", [])
    with closing(Store.open(tmp_path / "home")) as store, store.transaction(SYSTEM) as tx:
        actions.create_personas(tx)

    def typed(*words, user="scientist"):
        settle(Settings(home=tmp_path / "home", user=user))
        result = CliRunner().invoke(cli.build(), [str(word) for word in words])
        if isinstance(result.exception, GovernanceError):
            return cli.exit_code(result.exception), f"{result.exception.problem} {result.exception.fix}"
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return typed


def test_a_token_is_made_shown_once_listed_and_taken_back(run, tmp_path):
    code, said = run("token", "create", "nightly", "--scope", "register", "--scope", "read", "--json")
    assert code == 0, said
    made = json.loads(said)
    with closing(Store.open(tmp_path / "home")) as store:
        known = issuing.recognise(store, made["token"])
        with store.reading() as session:
            assert people.person(session, known.actor.person_id).username == "scientist"

    code, said = run("token", "list", "--json")
    [line] = json.loads(said)
    assert line["address"] == made["address"] == "TOK-1"
    assert line["ends_at"] == made["ends_at"]
    assert (line["scopes"], line["models"]) == (["read", "register"], None)
    assert line["last_used_at"].endswith("Z")
    assert made["token"] not in said

    assert run("token", "revoke", "TOK-1")[0] == 0
    assert json.loads(run("token", "list", "--json")[1]) == []
    with closing(Store.open(tmp_path / "home")) as store, pytest.raises(AccessError, match="revoked"):
        issuing.recognise(store, made["token"])


def test_only_administrators_see_and_end_the_tokens_of_others(run):
    run("token", "create", "nightly", "--scope", "read")
    assert run("token", "list", "--everybody", user="engineer")[0] == 1
    assert run("token", "revoke", "TOK-1", user="engineer")[0] == 1
    assert "nightly" in run("token", "list", "--everybody", user="admin")[1]
    assert run("token", "revoke", "TOK-1", user="admin")[0] == 0


@pytest.mark.parametrize(
    "words",
    [
        ["create", "nightly"],
        ["create", "nightly", "--scope", "everything"],
        ["create", "nightly", "--scope", "read", "--days", "91"],
        ["create", "nightly", "--scope", "read", "--model", "none"],
        ["revoke", "seven"],
        ["revoke", "TOK-7"],
    ],
)
def test_what_cannot_be_carried_out_is_refused(run, words):
    assert run("token", *words)[0] == 2
