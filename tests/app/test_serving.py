"""What `signoff serve` says before and once it answers."""

import threading

import pytest

from app import server
from app.commands import serve
from app.settings import Settings


def test_the_address_is_told_only_once_it_answers(monkeypatch):
    asked, told = [], threading.Event()

    class Link:
        def __init__(self, host, port, timeout):
            asked.append((host, port))

        def request(self, method, path):
            if len(asked) < 3:
                raise ConnectionRefusedError

        def getresponse(self):
            return type("Answer", (), {"status": 200 if len(asked) > 3 else 503})

        def close(self):
            pass

    monkeypatch.setattr(serve.http.client, "HTTPConnection", Link)
    serve._once_it_answers("0.0.0.0", 8501, told.set, threading.Event())

    assert told.is_set()
    assert asked == [("127.0.0.1", 8501)] * 4


@pytest.mark.parametrize(("host", "names"), [("0.0.0.0", set()), ("::", set()), ("192.0.2.7", {"192.0.2.7"})])
def test_the_server_is_told_every_name_it_answers_by(host, names, monkeypatch):
    told = {}
    monkeypatch.setattr(server.app, "run", told.update)
    monkeypatch.setattr(serve.sys, "argv", [])
    serve.run(Settings(public_url="https://signoff.example.org", hosts="probe"), host, 8501)

    usual = {"signoff.example.org", "probe", "localhost", "127.0.0.1", "::1"}
    assert set(told["config"]["server.allowedHosts"]) == usual | names
