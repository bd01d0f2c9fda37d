"""The help of every command, walked from the top."""

import shlex

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from app import cli

UNSEEN = {"demo", "serve", "worker", "policy example", "policy schema"}
"""Commands whose output is the thing itself, or a server."""


def walked(group, *names):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from walked(command, *names, name)
        else:
            yield (*names, name), command


COMMANDS = dict(walked(get_command(cli.build())))
EACH = pytest.mark.parametrize("name", COMMANDS, ids=" ".join)


def options(command):
    return {word for parameter in command.params for word in (*parameter.opts, *parameter.secondary_opts)}


@EACH
def test_help_ends_with_lines_that_the_command_understands(name):
    heading, *lines = (COMMANDS[name].epilog or "").split("\n\n")
    assert heading == "Examples:"
    for line in lines:
        assert "…" not in line  # it can be typed as it stands
        words = shlex.split(line)
        assert words[: len(name) + 1] == ["signoff", *name]
        said = {word for word in words if word.startswith("-") and word != "-"}
        assert said <= options(COMMANDS[name]), line


@EACH
def test_what_prints_for_people_prints_for_programs(name):
    assert "--json" in options(COMMANDS[name]) or " ".join(name) in UNSEEN


@EACH
def test_help_is_shown(name):
    shown = CliRunner().invoke(cli.build(name[0]), [*name, "--help"], prog_name="signoff")
    assert shown.exit_code == 0
    assert "Examples:" in shown.output


def test_the_list_of_commands_names_every_one():
    listed = [name for commands in cli.COMMANDS.values() for name in commands]
    assert sorted(listed) == sorted({name[0] for name in COMMANDS})
