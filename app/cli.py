"""The `signoff` command, put together from one module per noun."""

import gc
import importlib
import os
import shlex
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated, Final, NoReturn

import typer

from app.commands import door
from core.errors import GovernanceError, InputError, NotFoundError, UnreachableError

COMMANDS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "Begin": {
        "demo": ("demo", "Build the demo portfolio on first use, serve it on this machine, and open the browser."),
        "init": ("init", "Create the store with its keys, the first administrator and the first policies."),
        "serve": ("serve", "Serve dashboard and API until Ctrl-C."),
        "worker": ("worker", "Tell people and systems what happened, and keep house, until Ctrl-C."),
        "doctor": ("doctor", "Check store, triggers, people, permissions of files and settings."),
    },
    "From a pipeline": {
        "register": ("registry", "Register the next version of a model, and the model when it is new."),
        "models": ("registry", "List the models."),
        "versions": ("registry", "List the versions of a model."),
        "evalset": ("evalset", "Evaluation sets: rows whose labels uploaders do not supply."),
        "upload": ("evaluation", "Upload predictions; every metric is recomputed from them."),
        "card": ("card", "Model cards."),
        "request": ("request", "Ask that a version goes to a stage."),
        "requests": ("request", "List the requests, with the signatures they wait for."),
        "gate": ("gate", "Ask whether a version, or bytes, may be released."),
    },
    "Watch what is in use": {
        "baseline": ("monitoring", "Set what a version is compared with from now on."),
        "monitor": ("monitoring", "Set up how a version is watched."),
        "log": ("monitoring", "Log predictions that a version made in use."),
        "labels": ("monitoring", "Add outcomes that arrived later."),
        "watch": ("monitoring", "Show how a version behaves in use, window by window."),
    },
    "Take away and prove": {
        "report": ("report", "Export the audit report of a version as a sealed PDF."),
        "population": ("report", "List every promotion and rollback of a period as a sealed PDF."),
        "verify": ("verify", "Verify a file offline."),
        "audit": ("audit", "The audit log."),
    },
    "Run the house": {
        "people": ("people", "Accounts and roles."),
        "token": ("token", "API tokens of yours."),
        "policy": ("policy", "Policies: what has to be shown, and who has to agree."),
        "backup": ("audit", "Copy database, files and keys into a folder, and verify the copy."),
        "restore": ("audit", "Bring a backup back into an empty SIGNOFF_HOME."),
    },
}
"""Every command under its heading: the module of app.commands that has it, and what the list of commands says."""

INTERRUPTED: Final = 130
"""Exit code after Ctrl-C, as shells have it."""

_MODULES: Final = {name: module for commands in COMMANDS.values() for name, (module, _) in commands.items()}


def build(wanted: str | None = None) -> typer.Typer:
    """Put the command together.

    Args:
        wanted: the command that was typed; only its module is loaded then, because all of them together take
            seconds and load what most commands never touch.
    """
    cli = _empty()
    for module in [_MODULES[wanted]] if wanted in _MODULES else dict.fromkeys(_MODULES.values()):
        importlib.import_module(f"app.commands.{module}").register(cli)
    headings = {name: heading for heading, commands in COMMANDS.items() for name in commands}
    for command in cli.registered_commands:
        command.rich_help_panel = headings[str(command.name)]
    for group in cli.registered_groups:
        group.rich_help_panel = headings[str(group.name)]
    cli.registered_commands.sort(key=lambda command: list(_MODULES).index(str(command.name)))
    return cli


def outline() -> typer.Typer:
    """Put together what the list of commands needs and no command does; it loads nothing."""
    cli = _empty()
    for heading, commands in COMMANDS.items():
        for name, (_, words) in commands.items():
            cli.command(name, help=words, rich_help_panel=heading)(_nothing)
    return cli


def main() -> None:
    """Run a command; a refusal is two sentences on the error output, with exit code 1, or 2 for unusable input."""
    # What is loaded stays; looking through it for garbage again and again would cost a fifth of a short command.
    gc.set_threshold(50_000)
    try:
        _run()
    except GovernanceError as error:
        from app.commands.telling import complain  # noqa: PLC0415 - loaded by the command already

        complain(error, as_json="--json" in sys.argv)
        sys.exit(exit_code(error))
    except KeyboardInterrupt:
        _interrupted()
    except SystemExit as ended:
        if ended.code == INTERRUPTED:  # typer makes this of Ctrl-C while a command runs
            _interrupted()
        raise


def _run() -> None:
    typed = next((word for word in _typed() if word in _MODULES), None)
    cli = outline() if typed is None else build(typed)
    with _shell():
        cli(door.hoisted(sys.argv[1:]), prog_name="signoff")


def _interrupted() -> NoReturn:
    """End as shells expect it. A change is made whole or not at all, and nobody can tell here which it was."""
    typer.echo(
        "Stopped. What had begun may have been recorded all the same: look at the model's page or the audit log before "
        "you run this again.",
        err=True,
    )
    sys.exit(INTERRUPTED)


def _shell() -> AbstractContextManager[None]:
    if os.environ.get("_SIGNOFF_COMPLETE") != "complete_bash":
        return nullcontext()
    from app.commands import completing  # noqa: PLC0415 - only for a shell that asks

    return completing.in_bash()


def exit_code(error: GovernanceError) -> int:
    """Return 2 when the command could not be understood, carried out as typed or brought to its server, else 1."""
    return 2 if isinstance(error, InputError | NotFoundError | UnreachableError) else 1


def _empty() -> typer.Typer:
    cli = typer.Typer(name="signoff", no_args_is_help=True, pretty_exceptions_enable=False)
    cli.callback()(_signoff)  # it also lets a command that stands alone keep its name
    return cli


def _told_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version  # noqa: PLC0415 - reads the disk, and hardly ever

        typer.echo(f"signoff {version('signoff')}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", help="Print the version and end.", callback=_told_version, is_eager=True)
]


def _signoff(url: door.Url = None, version: Version = False) -> None:  # noqa: ARG001 - its callback answers
    """Sign-off for machine-learning models: evidence, checks, signatures and a provable history."""
    door.name_server(url)


def _nothing() -> None: ...


def _typed() -> Sequence[str]:
    """Return the words of the line, also while a shell asks how it could go on."""
    line = os.environ.get("_TYPER_COMPLETE_ARGS") or os.environ.get("COMP_WORDS", "")
    if "_SIGNOFF_COMPLETE" not in os.environ:
        return sys.argv[1:]
    try:
        return shlex.split(line)[1:]
    except ValueError:  # a quotation that is not closed yet
        return line.split()[1:]


if __name__ == "__main__":
    main()
