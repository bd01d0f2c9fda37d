"""Commands as somebody types them, once on the machine of the store and once through a server."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from app import cli, house
from app.commands import door
from app.settings import Settings, settle
from core.access import issuing, queries
from core.access.token import TokenScope
from core.errors import GovernanceError
from core.store.store import Store

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Where commands are typed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("app.settings._SETTLED", [])
    return tmp_path


@pytest.fixture
def here(folder, peopled) -> Iterator[Store]:
    """A store with the six people of the demo, opened as a server opens it."""
    with closing(house.opened(Settings(home=shutil.copytree(peopled, folder / "home")))) as store:
        yield store


@pytest.fixture(params=["on this machine", "through a server"])
def run(request, folder, here) -> Run:
    """Types a command: `run("register", "churn", user="scientist")` gives its exit code and what it printed."""
    remote = request.param == "through a server"
    server = request.getfixturevalue("server") if remote else None
    if server:
        server.store = here

    def typed(*words, user="scientist", **settings):
        if server:
            settle(Settings(home=folder / "elsewhere", url=server.url, token=_token(here, user), **settings))
        else:
            settle(Settings(home=folder / "home", user=user, **settings))
        return as_a_process(*words)

    return typed


def as_a_process(*words: object) -> tuple[int, str]:
    """Run a command as its own process would, and give its exit code with what it printed."""
    result = CliRunner().invoke(cli.build(str(words[0])), door.hoisted([str(word) for word in words]))
    if isinstance(result.exception, GovernanceError):
        return cli.exit_code(result.exception), f"{result.exception.problem} {result.exception.fix}"
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout or result.stderr  # a server in this process may write a line on the latter


def _token(store: Store, username: str) -> SecretStr:
    with store.reading() as session:
        person = queries.by_username(session, username)
    with store.transaction(person.actor("password")) as tx:
        return SecretStr(issuing.issue(tx, "pipeline", list(TokenScope))[1])
