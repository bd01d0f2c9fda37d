"""What is sent to a server, what is sent again, and what comes back in words."""

import io
import json

import httpx2
import pytest
from pydantic import BaseModel

from app.api import problem
from app.client import answers
from app.client.connection import Connection
from app.client.patience import FOR_A_FILE, IN_ALL, LONGEST
from core.errors import ConflictError, GovernanceError, InputError, UnreachableError

HTTPS = "https://signoff.example.org"
TOKEN = "sgn_" + "a" * 38


class Thing(BaseModel):
    name: str


class Server:
    """Answers what it was told to, in order, and keeps what it was asked."""

    def __init__(self, *answers):
        self.answers, self.asked, self.waited = list(answers), [], []

    def answer(self, request):
        request.read()
        self.asked.append(request)
        said = self.answers.pop(0)
        if isinstance(said, Exception):
            raise said
        return said

    def connect(self, url=HTTPS, token=TOKEN, **more):
        return Connection(url, token, transport=httpx2.MockTransport(self.answer), pause=self.waited.append, **more)


def thing(name="churn", status=200):
    return httpx2.Response(status, json={"name": name})


def refusal(status, kind, **more):
    said = {
        "type": f"urn:signoff:problem:{kind}", "title": "No.", "status": status, "detail": "It is so.",
        "fix": "Do this.", "instance": "urn:signoff:request:3f0d", **more,
    }  # fmt: skip
    return httpx2.Response(status, json=said, headers={"content-type": "application/problem+json"})


def test_a_token_travels_as_a_bearer_and_is_in_no_address():
    server = Server(thing())
    assert server.connect().get("/models/churn", Thing, stage=None, q="x").name == "churn"
    (asked,) = server.asked
    assert str(asked.url) == f"{HTTPS}/api/v1/models/churn?q=x"
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"


def test_a_change_is_sent_again_with_the_same_key_when_the_line_breaks():
    server = Server(httpx2.ReadError("gone"), httpx2.RemoteProtocolError("gone"), thing())
    connection = server.connect()
    assert connection.post("/models", Thing, Thing(name="churn")).name == "churn"
    assert len({asked.headers["idempotency-key"] for asked in server.asked}) == 1
    assert server.waited == [1, 4]
    server.answers = [thing()]
    connection.post("/models", Thing, Thing(name="churn"))
    assert len({asked.headers["idempotency-key"] for asked in server.asked}) == 2


def test_a_file_is_sent_again_from_its_start():
    server, told = Server(httpx2.WriteError("gone"), thing()), []
    server.connect().upload("/e", Thing, io.BytesIO(b"id,score\n1,0.5\n"), name="p.csv", spec="{}", told=told.append)
    assert all(b"id,score\n1,0.5\n" in asked.content for asked in server.asked)
    assert told[-1] == 15


@pytest.mark.parametrize(
    ("answers", "tries", "said"),
    [
        pytest.param([httpx2.ConnectError("refused")], 1, "refused", id="nobody there"),
        pytest.param([httpx2.ReadError("gone")] * 3, 3, "cannot be reached", id="breaks each time"),
        pytest.param([httpx2.ReadTimeout("slow")] * 3, 3, "in time", id="too slow"),
        pytest.param([httpx2.Response(200, text="<html>")], 1, "not as this version", id="another site"),
        pytest.param([httpx2.Response(200, json={"x": 1})], 1, "not as this version", id="another shape"),
        pytest.param([httpx2.Response(200, content=b"[" * 200_000)], 1, "not as this version", id="far too deep"),
        pytest.param([httpx2.DecodingError("no gzip")] * 3, 3, "no gzip", id="compressed wrongly"),
        pytest.param([httpx2.Response(404, text="no")], 1, "status 404", id="another site without it"),
        pytest.param([httpx2.Response(502, text="proxy")], 1, "status 502", id="a proxy in the way"),
        pytest.param([httpx2.Response(302, headers={"location": "https://x"})], 1, "https://x", id="sent on"),
        pytest.param([refusal(500, "broken")], 1, "It is so.*3f0d", id="a mistake of the server"),
    ],
)
def test_who_does_not_answer_as_signoff_does_is_unreachable(answers, tries, said):
    server = Server(*answers)
    with pytest.raises(UnreachableError, match=said):
        server.connect().get("/models/churn", Thing)
    assert len(server.asked) == tries


@pytest.mark.parametrize(("kind", "error"), answers._ERRORS.items())
def test_a_refusal_comes_back_as_the_error_it_was_with_both_halves(kind, error):
    with pytest.raises(GovernanceError) as refused:
        Server(refusal(409, kind)).connect().get("/models/churn", Thing)
    assert type(refused.value) is error
    assert (refused.value.problem, refused.value.fix) == ("It is so.", "Do this.")


def test_every_kind_of_problem_is_known_but_those_that_say_nothing_more():
    assert {kind.name for kind in problem.KINDS} - answers._ERRORS.keys() == {"method", "too-many", "broken", "busy"}


def test_the_fields_that_do_not_fit_are_named():
    wrong = [{"where": "body.stage", "problem": "Input should be 'staging'."}]
    with pytest.raises(InputError, match=r"body.stage: Input should be 'staging'\."):
        Server(refusal(422, "invalid", errors=wrong)).connect().post("/requests", Thing)


def test_a_busy_server_is_asked_again_when_it_wants_to_be():
    busy = refusal(429, "too-many")
    busy.headers["retry-after"] = "7"
    server = Server(busy, thing())
    assert server.connect().get("/models/churn", Thing).name == "churn"
    assert server.waited == [7]


def passing(status, kind, seconds):
    said = refusal(status, kind)
    said.headers["retry-after"] = str(seconds)
    return said


def test_what_is_still_worked_on_after_the_line_broke_is_asked_for_until_its_answer_is_there():
    working = [passing(409, "in-progress", 5) for _ in range(3)]
    server = Server(httpx2.ReadTimeout("gone"), *working, thing(status=201))
    file = io.BytesIO(b"id,score\n1,0.5\n")
    assert server.connect().upload("/e", Thing, file, name="p.csv", spec="{}").name == "churn"
    assert server.waited == [1, 5, 10, 20]
    assert len({asked.headers["idempotency-key"] for asked in server.asked}) == 1
    assert all(b"id,score\n1,0.5\n" in asked.content for asked in server.asked)


def test_a_file_that_is_sent_to_a_busy_server_is_sent_again_when_it_wants_to_be():
    server = Server(passing(503, "busy", 10), thing(status=201))
    server.connect().upload("/e", Thing, io.BytesIO(b"x"), name="p.csv", spec="{}")
    assert server.waited == [10]


@pytest.mark.parametrize(
    ("files", "longest"), [pytest.param(None, IN_ALL, id="words"), pytest.param({"file": b"x"}, FOR_A_FILE, id="file")]
)
@pytest.mark.parametrize("seconds", [0, 5])
def test_nobody_waits_for_ever(files, longest, seconds):
    server = Server(*(passing(409, "in-progress", seconds) for _ in range(100)))
    with pytest.raises(ConflictError, match="It is so"):
        server.connect().send("POST", "/e", files=files)
    assert longest - LONGEST < sum(server.waited) <= longest


def test_whoever_is_hurried_does_not_wait():
    server = Server(passing(503, "busy", 1))
    with pytest.raises(UnreachableError):
        server.connect(hurried=True).get("/models/churn", Thing)
    assert server.waited == []


def test_a_conflict_that_does_not_pass_is_not_waited_for():
    server = Server(refusal(409, "conflict"))
    with pytest.raises(ConflictError):
        server.connect().post("/models", Thing, Thing(name="churn"))
    assert server.waited == []


def test_a_server_that_wants_an_hour_is_not_waited_for():
    busy = refusal(429, "too-many")
    busy.headers["retry-after"] = "3600"
    with pytest.raises(UnreachableError, match="It is so"):
        Server(busy).connect().get("/models/churn", Thing)


def test_a_list_is_read_page_by_page_as_far_as_somebody_goes():
    first = httpx2.Response(200, json={"items": [{"name": "a"}], "next": "http://inner:80/api/v1/models?cursor=c%3D1"})
    server = Server(first, httpx2.Response(200, json={"items": [{"name": "b"}], "next": None}))
    found = server.connect().pages("/models", Thing, q="x")
    assert next(found).name == "a"
    assert len(server.asked) == 1
    assert [one.name for one in found] == ["b"]
    assert [dict(asked.url.params) for asked in server.asked] == [
        {"q": "x", "limit": "100"},
        {"q": "x", "limit": "100", "cursor": "c=1"},
    ]
    assert {asked.url.host for asked in server.asked} == {"signoff.example.org"}


def test_a_download_is_there_whole_or_not_at_all(tmp_path):
    def breaking():
        yield b"%PDF"
        raise httpx2.ReadError("gone")

    target = tmp_path / "report.pdf"
    with pytest.raises(UnreachableError):
        Server(httpx2.Response(200, content=breaking())).connect().download("/reports/RPT-1", target)
    assert list(tmp_path.iterdir()) == []
    Server(httpx2.Response(200, content=b"%PDF-1.7")).connect().download("/reports/RPT-1", target)
    assert target.read_bytes() == b"%PDF-1.7"
    with pytest.raises(InputError, match="cannot be written"):
        Server(httpx2.Response(200, content=b"%PDF")).connect().download("/reports/RPT-1", tmp_path / "no" / "r.pdf")


@pytest.mark.parametrize(
    ("offered", "name"),
    [
        ("attachment; filename*=UTF-8''churn%20v1.pdf", "churn v1.pdf"),
        ("attachment; filename*=UTF-8''..%2F..%2F.bashrc", "bashrc"),
        ('attachment; filename="C:\\\\x\\\\r.pdf"', "r.pdf"),
        ("attachment; filename=..", "download"),
        ("attachment", "download"),
    ],
)
def test_a_file_gets_the_name_it_was_given_in_the_folder_it_was_wanted_in(tmp_path, offered, name):
    answer = httpx2.Response(200, content=b"%PDF", headers={"content-disposition": offered})
    assert Server(answer).connect().download("/reports/RPT-1", tmp_path) == tmp_path / name
    assert [one.name for one in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    "url",
    [
        "signoff.example.org",
        "ftp://x",
        "https://",
        "https://x?y=1",
        "https://me:secret@x",
        "https://x:port",
        "https://x\0",
        "",
    ],
)
def test_what_is_no_address_is_refused(url):
    with pytest.raises(InputError, match="no address"):
        Connection(url, TOKEN)


@pytest.mark.parametrize("token", ["sgn_a b", "sgn_a\nb", "sgn_ä"])
def test_what_cannot_be_a_token_is_refused_and_not_repeated(token):
    with pytest.raises(InputError) as refused:
        Connection(HTTPS, token)
    assert token not in str(refused.value)


@pytest.mark.parametrize("scheme", ["http", "HTTP", " Http"])
def test_a_token_does_not_travel_for_everybody_to_read_however_it_is_written(scheme):
    with pytest.raises(InputError, match=r"for everybody|no address"):
        Connection(f"{scheme}://signoff.example.org", TOKEN)


def test_a_token_travels_in_the_clear_where_somebody_says_so_or_nobody_listens():
    Connection("http://signoff.example.org", TOKEN, plain_http=True).close()
    Connection("http://signoff.example.org").close()
    Connection("http://localhost:8501", TOKEN).close()


def test_the_token_is_in_nothing_that_is_printed():
    connection = Connection(HTTPS, TOKEN)
    assert TOKEN not in json.dumps([repr(connection), repr(connection._client.headers), str(vars(connection))])
