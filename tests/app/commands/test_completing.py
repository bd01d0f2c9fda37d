"""Names that a shell offers while somebody types."""

import sys

import httpx2
import pytest

from app import cli
from app.settings import Settings, settle


@pytest.fixture
def offered(monkeypatch, capsys):
    """What bash is offered for the last word of a line; it takes MODEL@VERSION for three words."""

    def asked(line):
        words = line.replace("@", " @ ").split(" ")
        words = [word for place, word in enumerate(words) if word or place == len(words) - 1]
        if line.endswith("@"):
            words.pop()
        monkeypatch.setenv("_SIGNOFF_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", "\n".join(words))
        monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
        monkeypatch.setattr(sys, "argv", ["signoff"])
        with pytest.raises(SystemExit):
            cli.main()
        return capsys.readouterr().out.split()

    return asked


def test_names_of_models_and_versions_are_offered(run, offered, monkeypatch):
    monkeypatch.setattr("app.client.connection._BRIEF", httpx2.Timeout(60))  # command and server share one process
    for name in ("churn", "churn", "fraud"):
        run("register", name, "--use-case", "retail")

    assert offered("signoff versions c") == ["churn"]
    assert offered("signoff requests --model ") == ["churn", "fraud"]
    assert offered("signoff gate ") == ["churn@2", "churn@1", "fraud@1"]
    assert offered("signoff gate churn@") == ["2", "1"]
    assert offered("signoff upload churn@1") == ["1"]


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"user": "nobody-here"}, id="nobody acts"),
        pytest.param({"url": "http://127.0.0.1:9", "token": "sgn_none"}, id="no server"),
        pytest.param({"url": "nonsense", "token": "sgn_none"}, id="no address"),
        pytest.param({"home": "elsewhere"}, id="no store, and none is made"),
    ],
)
def test_where_nobody_can_be_asked_nothing_is_offered(here, folder, offered, settings):
    settle(Settings(**{"home": folder / "home", "user": "scientist"} | settings))

    assert offered("signoff gate ch") == []
    assert not (folder / "elsewhere").exists()
