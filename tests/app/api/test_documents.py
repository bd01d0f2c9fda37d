"""What the API says about itself is complete, and everything its page needs is at home."""

import pytest
from jsonschema import Draft202012Validator

from app.api import problem
from app.api.application import api

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def document():
    return api().openapi()


@pytest.fixture(scope="module")
def operations(document):
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/v1/")
    }


def test_every_route_says_what_it_is(operations):
    for name, operation in operations.items():
        assert operation["summary"], name
        assert operation["description"], name
        assert len(operation["tags"]) == 1, name
        assert operation["security"] == [{"token": []}], name


def test_every_parameter_is_described(operations):
    for name, operation in operations.items():
        for parameter in operation.get("parameters", []):
            assert parameter.get("description"), (name, parameter["name"])


def test_every_route_names_its_problems_in_one_schema(operations):
    for name, operation in operations.items():
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"]) == [problem.MEDIA_TYPE], (name, status)
        assert {"401", "403", "429", "500"} <= set(operation["responses"]), name
        if "requestBody" in operation:
            assert {"400", "413", "415", "422"} <= set(operation["responses"]), name


def test_every_shape_is_described(document):
    for name, schema in document["components"]["schemas"].items():
        if schema.get("type") == "object" and not name.startswith(("Body_", "Listed_")):
            assert schema.get("description"), name


def test_every_body_and_every_answer_has_an_example_that_fits(document, operations):
    seen = 0
    for name, operation in operations.items():
        for part in (operation.get("requestBody", {}), *operation["responses"].values()):
            if shown := part.get("content", {}).get("application/json"):
                schema = {**shown["schema"], "components": document["components"]}
                Draft202012Validator(schema).validate(shown["example"]), name
                seen += 1
    assert seen > 10


def test_every_operation_says_which_scope_a_token_needs(operations):
    silent = [name for name, one in operations.items() if "A token needs the scope `" not in one["description"]]
    assert silent == ["POST /v1/requests/{request}/reviews"]  # which no token may
    assert "scope `register`." in operations["POST /v1/models"]["description"]
    assert "scope `read` or `register` or" in operations["GET /v1/models"]["description"]


def test_every_header_that_counts_is_described(operations):
    for name, operation in operations.items():
        taken = {one["name"] for one in operation.get("parameters", [])}
        assert ("Idempotency-Key" in taken) == name.startswith("POST"), name
        told = {header for answer in operation["responses"].values() for header in answer.get("headers", {})}
        assert ("Link" in told) == ("cursor" in taken), name
        assert "ETag" in told or "If-Match" not in taken or "PUT" in name, name
    for name in ("POST /v1/models", "GET /v1/models/{model}", "GET /v1/models/{model}/versions/{version}/card"):
        [good] = [answer for status, answer in operations[name]["responses"].items() if status in {"200", "201"}]
        assert "ETag" in good["headers"], name


def test_each_kind_of_problem_has_a_name_of_its_own():
    assert len({kind.name for kind in problem.KINDS}) == len(problem.KINDS)


@pytest.mark.parametrize(
    "address",
    ["/api/docs", "/api/docs/", "/api/docs/start.js", "/api/docs/page.css", "/api/docs/swagger/swagger-ui-bundle.js"],
)
def test_the_page_brings_its_own_files_and_no_script_inside(house, address):
    from starlette.testclient import TestClient

    answer = TestClient(house).get(address)
    assert answer.status_code == 200
    if address.endswith("/"):
        assert "<script>" not in answer.text
        assert "http://" not in answer.text
        assert "https://" not in answer.text
