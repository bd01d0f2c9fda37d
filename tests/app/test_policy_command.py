import json

import pytest
from typer.testing import CliRunner

from app.cli import build
from core.policy import document


@pytest.fixture
def run():
    return lambda *words: CliRunner().invoke(build(), ["policy", *words])


def test_a_usable_policy_passes(run, tmp_path):
    file = tmp_path / "policy.yaml"
    file.write_text(document.default_text("high"))
    assert run("check", str(file)).exit_code == 0


def test_every_problem_is_told_with_file_line_and_column(run, tmp_path):
    file = tmp_path / "policy.yaml"
    file.write_text(document.default_text("low").replace("governs: [low]", "governs: [tiny]"))
    done = run("check", str(file))
    assert done.exit_code == 1
    assert f"{file}:6:11: 'tiny' is none of" in done.output


def test_programs_get_the_same_as_json(run, tmp_path):
    file = tmp_path / "policy.yaml"
    file.write_text("name: x")
    done = run("check", str(file), "--json")
    told = json.loads(done.output)
    assert done.exit_code == 1
    assert told["usable"] is False
    assert {"line", "column", "place", "message"} == set(told["problems"][0])


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_said_so(run, tmp_path, content):
    file = tmp_path / "policy.yaml"
    if content is not None:
        file.write_bytes(content)
    done = run("check", str(file))
    assert done.exception
    assert "policy.yaml" in str(done.exception)


def test_an_example_can_be_begun_from(run):
    assert run("example", "medium").output == document.default_text("medium")


def test_the_schema_is_printed_for_editors(run):
    assert json.loads(run("schema").output) == document.schema()
