"""`signoff demo`: the demo portfolio, built on first use, served to this machine only."""

import os
import shutil
import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import platformdirs
import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from app.commands import serve
from app.commands.door import on_this_machine
from app.commands.local import local_store
from app.commands.telling import examples
from app.settings import Settings, settings, settle
from core.access import queries
from core.errors import ConflictError, InputError
from core.store.store import DATABASE


def demo(
    port: serve.Port = 8501,
    fresh: Annotated[bool, typer.Option("--fresh", help="Throw the demo away and build it anew.")] = False,
    build_only: Annotated[bool, typer.Option("--build-only", help="Build the demo and do not serve it.")] = False,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
) -> None:
    """Build the demo portfolio on first use, serve it on this machine, and open the browser."""
    on_this_machine()
    chosen = _own_settings(port)
    settle(chosen)
    if (chosen.home / DATABASE).exists():
        _must_be_ours(chosen)
        if fresh:
            shutil.rmtree(chosen.home)
    if not (chosen.home / DATABASE).exists():
        _build(chosen.home)
    if build_only:
        typer.echo(f"The demo lies in {chosen.home}")
        return
    wanted = not no_browser and _has_screen()
    serve.serve("127.0.0.1", port, ready=webbrowser.open if wanted else lambda _address: None)


def register(cli: typer.Typer) -> None:
    """Add this command."""
    cli.command("demo", epilog=examples("signoff demo", "signoff demo --fresh --port 8600"))(demo)


def _own_settings(port: int) -> Settings:
    """Give the demo a folder of its own, unless SIGNOFF_HOME names one, and the address of this machine."""
    chosen = settings()
    if chosen.database_url:
        raise InputError("The demo lives in an SQLite store of its own.", "Unset SIGNOFF_DATABASE_URL for it.")
    own: dict[str, object] = {"public_url": f"http://localhost:{port}"}
    if "home" not in chosen.model_fields_set:
        own["home"] = platformdirs.user_data_path("signoff-demo", appauthor=False)
    return chosen.model_copy(update=own)


def _build(home: Path) -> None:
    try:
        from seed_data.build import build  # noqa: PLC0415 - loads scikit-learn, which other commands do not need
    except ModuleNotFoundError as missing:
        raise InputError(
            f"The demo's data is not installed ({missing.name}).", "Install it with: pip install 'signoff[demo]'"
        ) from None
    home.parent.mkdir(parents=True, exist_ok=True)
    unfinished = home.with_name(f"{home.name}.unfinished")
    if unfinished.exists():
        shutil.rmtree(unfinished)  # of a build that was stopped; nobody ever worked in it
    with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()) as bar:
        task = bar.add_task("Building the demo", total=1.0)
        build(unfinished, lambda share, words: bar.update(task, completed=share, description=words))
    if home.exists():
        home.rmdir()  # refuses unless it is empty
    unfinished.rename(home)


def _must_be_ours(chosen: Settings) -> None:
    """Refuse a store that is not the demo, before it is served as one or thrown away.

    Raises:
        ConflictError: it is somebody's own.
    """
    with local_store(chosen) as store, store.reading() as session:
        ours = queries.is_demo(session)
    if not ours:
        raise ConflictError(
            f"{chosen.home} holds a store that is not the demo.", "Name another folder in SIGNOFF_HOME."
        )


def _has_screen() -> bool:
    # Without one, `webbrowser` would start a text browser inside this terminal, unless BROWSER names what to start.
    return sys.platform in {"darwin", "win32"} or bool({"DISPLAY", "WAYLAND_DISPLAY", "BROWSER"} & os.environ.keys())
