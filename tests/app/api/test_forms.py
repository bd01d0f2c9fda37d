"""A form is one file and a few fields: what holds more is refused before it fills the memory."""

import json

import pytest

from app.api.route import FIELD_SIZE, FIELDS
from tests.app.api.test_problems import problem

EVALUATIONS = "/api/v1/models/mortgage-approval/versions/1/evaluations"
ROWS = b"p,y\n" + b"1,1\n0,0\n1,0\n0,1\n" * 20
SPEC = {
    "task": "binary",
    "dataset": {"name": "loans", "version": "1", "split": "test"},
    "columns": {"prediction": "p", "label": "y"},
    "positive": 1,
}
FILE = ("file", ("p.csv", ROWS))


@pytest.fixture(params=[{}, {"idempotency-key": "build-1234"}], ids=["without a key", "with a key"])
def send(request, calling, version):
    """Sends a form: parts, and the fields beside them."""
    scientist = calling("scientist")
    return lambda parts, fields: scientist.post(EVALUATIONS, files=parts, data=fields, headers=request.param)


def test_a_second_file_is_refused(send):
    said = problem(send([FILE, ("more", ("q.csv", ROWS))], {"spec": json.dumps(SPEC)}), 400, "malformed")
    assert said["fix"] == "Send one file with each request."


def test_more_fields_than_any_form_has_are_refused(send):
    many = {f"f{number}": "x" for number in range(FIELDS)}
    said = problem(send([FILE], {"spec": json.dumps(SPEC), **many}), 400, "malformed")
    assert f"at most {FIELDS} fields" in said["detail"]


def test_a_field_that_is_as_large_as_a_file_is_refused(send):
    said = problem(send([FILE], {"spec": " " * FIELD_SIZE + json.dumps(SPEC)}), 413, "too-large")
    assert "`file`" in said["fix"]


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=x"])
def test_what_is_no_form_is_refused_in_a_sentence(calling, version, content_type):
    answer = calling("scientist").post(EVALUATIONS, content=b"--y\r\n", headers={"content-type": content_type})
    assert problem(answer, 400, "malformed")["detail"] == "The form cannot be read."


def test_one_file_and_its_description_are_taken(send):
    answer = send([FILE], {"spec": json.dumps(SPEC)})
    assert answer.status_code == 201, answer.text
