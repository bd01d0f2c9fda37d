"""`signoff worker`: the background work alone, for a process of its own."""

import signal
import threading

import typer

from app.commands.local import local_store
from app.commands.telling import examples
from app.settings import settings
from app.worker.worker import worker


def worker_command() -> None:
    """Tell people and systems what happened, and keep house, until Ctrl-C.

    `signoff serve` does the same inside its own process. Of several workers one works; the others stand by.
    """
    chosen = settings()
    with local_store(chosen) as store:
        stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: stop.set())
        typer.echo(f"The worker follows {store.origin} (Ctrl-C stops it)")
        worker(store, chosen).run(stop)
    typer.echo("The worker has stopped.")


def register(cli: typer.Typer) -> None:
    """Add these commands."""
    cli.command("worker", epilog=examples("signoff worker"))(worker_command)
