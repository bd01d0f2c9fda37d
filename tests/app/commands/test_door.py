"""The server that a command is sent to: named on the line or in the environment, and what happens when it fails."""

import pytest
from pydantic import SecretStr

from app.commands.door import hoisted, name_server
from app.settings import Settings, settle
from core.access import issuing, queries
from core.access.token import TokenScope
from core.errors import InputError
from core.store.store import Store
from tests.app.commands.conftest import as_a_process

NOBODY = "http://127.0.0.1:9"
TOKEN = SecretStr("sgn_" + "a" * 38)


def token(store: Store, *scopes: TokenScope) -> SecretStr:
    with store.reading() as session:
        person = queries.by_username(session, "scientist")
    with store.transaction(person.actor("password")) as tx:
        return SecretStr(issuing.issue(tx, "test", scopes)[1])


@pytest.fixture
def answering(server, here):
    server.store = here
    return server.url


def test_the_line_is_heard_before_the_environment(folder, here, answering):
    settle(Settings(home=folder / "elsewhere", url=NOBODY, token=token(here, TokenScope.READ)))
    assert as_a_process("models", "--url", answering)[0] == 0
    assert as_a_process("models")[0] == 2


@pytest.mark.parametrize(
    ("url", "token", "said"),
    [
        pytest.param(NOBODY, TOKEN, "cannot be reached", id="nobody there"),
        pytest.param(NOBODY, None, "SIGNOFF_TOKEN", id="no token"),
        pytest.param("signoff.example.org", TOKEN, "no address", id="no address"),
        pytest.param("http://signoff.example.org", TOKEN, "for everybody", id="not by https"),
        pytest.param("", TOKEN, "There is no store here yet", id="no server named, and no store"),
    ],
)
@pytest.mark.parametrize("words", [("gate", "churn@1"), ("models",), ("report", "churn@1"), ("register", "churn")])
def test_who_cannot_be_asked_ends_with_2(folder, url, token, said, words):
    settle(Settings(home=folder / "home", url=url, token=token))
    code, told = as_a_process(*words)
    assert (code, said in told) == (2, True), told


def test_a_wrong_token_ends_with_2(folder, answering):
    settle(Settings(home=folder / "elsewhere", url=answering, token=TOKEN))
    code, said = as_a_process("gate", "churn@1")
    assert (code, "no token of this house" in said) == (2, True), said


def test_a_wrong_address_of_the_right_house_ends_with_2(folder, here, answering):
    settle(Settings(home=folder / "elsewhere", url=f"{answering}/app", token=token(here, TokenScope.READ)))
    code, said = as_a_process("gate", "churn@1")
    assert (code, "not as this version of Signoff does" in said) == (2, True), said


def test_the_gate_says_1_only_when_somebody_looked(folder, here, answering):
    settle(Settings(home=folder / "elsewhere", url=answering, token=token(here, TokenScope.REGISTER)))
    assert as_a_process("register", "churn", "--use-case", "care")[0] == 0
    settle(Settings(home=folder / "elsewhere", url=answering, token=token(here, TokenScope.AUDIT)))
    assert as_a_process("gate", "churn@1")[0] == 2
    settle(Settings(home=folder / "elsewhere", url=answering, token=token(here, TokenScope.READ)))
    assert as_a_process("gate", "churn@1")[0] == 1


def test_a_token_does_no_more_than_its_scopes(folder, here, answering):
    settle(Settings(home=folder / "elsewhere", url=answering, token=token(here, TokenScope.READ)))
    code, said = as_a_process("register", "churn", "--use-case", "care")
    assert code == 1, said


@pytest.mark.parametrize(
    "words",
    [("people", "list"), ("doctor",), ("backup", "copy"), ("worker",), ("audit", "verify")],
    ids=" ".join,
)
def test_what_works_on_the_machine_of_the_store_says_so(folder, words):
    settle(Settings(home=folder / "home", url=NOBODY, token=TOKEN))
    code, said = as_a_process(*words)
    assert (code in {1, 2}, "on the machine of the store" in said) == (True, True), said


@pytest.mark.parametrize(
    "words",
    [
        ("models",),
        ("gate", "churn@1"),
        ("people", "list"),
        ("token", "list"),
        ("audit", "verify"),
        ("backup", "copy"),
        ("serve",),
        ("worker",),
    ],
    ids=" ".join,
)
def test_only_what_begins_a_store_makes_one(folder, words):
    settle(Settings(home=folder / "mistyped", user="scientist"))
    code, said = as_a_process(*words)
    assert (code, "There is no store here yet" in said) == (2, True), said
    assert not (folder / "mistyped").exists()


def test_the_doctor_says_what_is_missing_and_makes_nothing(folder):
    settle(Settings(home=folder / "mistyped"))
    code, said = as_a_process("doctor")
    assert (code, "There is no store here yet" in said) == (1, True), said
    assert not (folder / "mistyped").exists()


@pytest.mark.parametrize("words", [("models", "--url", ""), ("models", "--url"), ("models", "--url", "--json")])
def test_a_server_that_is_named_by_nothing_is_not_this_machine(folder, here, words):
    settle(Settings(home=folder / "home", user="scientist"))
    with pytest.raises(InputError, match="names no server"):
        name_server(hoisted(list(words))[1])


def test_an_empty_address_is_refused_by_the_command_too(folder, here):
    settle(Settings(home=folder / "home", user="scientist"))
    code, said = as_a_process("models", "--url=")
    assert (code, "names no server" in said) == (2, True), said
