"""What `signoff serve` says before and once it answers."""

import threading

from app.commands import serve


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
