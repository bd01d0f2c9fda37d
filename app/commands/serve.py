"""`signoff serve`: dashboard, API and background work in one process."""

import http.client
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from app.commands.local import local_store
from app.commands.telling import examples
from app.settings import LOOPBACK, Settings, settings
from core.access import queries
from core.errors import ConflictError, GovernanceError, InputError

Host = Annotated[str, typer.Option(help="Address to listen on; put a proxy with TLS before anything but loopback.")]
Port = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")]


def serve_command(host: Host = "127.0.0.1", port: Port = 8501) -> None:
    """Serve dashboard and API until Ctrl-C."""
    serve(host, port)


def serve(host: str, port: int, ready: Callable[[str], object] = lambda _address: None) -> None:
    """Serve the store of the settings until Ctrl-C.

    Args:
        host: address to listen on.
        port: port to listen on.
        ready: told the address as soon as it answers.

    Raises:
        GovernanceError: a demo asked to leave this machine, or the port is taken.
    """
    chosen = settings()
    with local_store(chosen) as store, store.reading() as session:
        demo, anybody = queries.is_demo(session), queries.anybody(session)
    if demo and host not in LOOPBACK:
        raise GovernanceError(
            "A demo prints its passwords, so it is served to this machine only.",
            "Leave --host out, or serve a store of your own: `signoff init`.",
        )
    if host not in LOOPBACK:
        _must_be_addressed(chosen)
    if not anybody:
        typer.echo("Nobody is here yet: run `signoff init` to make the first administrator.")
    must_be_free(host, port)
    address = f"http://localhost:{port}" if chosen.host in LOOPBACK else chosen.public_url
    stopped = threading.Event()

    def announce() -> None:
        typer.echo(f"Signoff is at {address} (Ctrl-C stops it)")
        ready(address)

    typer.echo(f"Starting on {chosen.home}")
    threading.Thread(target=_once_it_answers, args=(host, port, announce, stopped), daemon=True).start()
    try:
        run(chosen, host, port)
    except KeyboardInterrupt:
        pass  # what Ctrl-C is for: like the worker, the service ends well
    finally:
        stopped.set()
    typer.echo("Signoff has stopped.")


def _must_be_addressed(chosen: Settings) -> None:
    if chosen.host in LOOPBACK:
        raise InputError(
            "Others cannot come in by the name localhost.",
            "Set SIGNOFF_PUBLIC_URL to the address that people type, such as https://signoff.example.org.",
        )
    if not chosen.secure:
        typer.echo("Careful: SIGNOFF_PUBLIC_URL is not https, so passwords travel in plain text.", err=True)


def must_be_free(host: str, port: int) -> None:
    """Refuse a port that something listens on.

    Raises:
        ConflictError: names another one.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise ConflictError(f"Port {port} is taken or not allowed.", f"Try --port {port + 1}.") from None


def run(chosen: Settings, host: str, port: int) -> None:
    """Start the server in this process; returns when it is stopped."""
    from app import server  # noqa: PLC0415 - loads Streamlit, which other commands do not need

    # Streamlit looks for its configuration beside the file it believes was started.
    sys.argv = [str(Path(server.__file__))]
    server.app.run(
        config={
            "server.address": host,
            "server.port": port,
            "server.headless": True,
            "server.fileWatcherType": "none",
            "logger.hideWelcomeMessage": True,
            "server.allowedHosts": sorted({*chosen.names, host} - {"0.0.0.0", "::"}),  # noqa: S104
            "server.maxUploadSize": chosen.upload_limit_mb,
        }
    )


def _once_it_answers(host: str, port: int, then: Callable[[], object], stopped: threading.Event) -> None:
    # Asked without proxies, which some machines name in their environment even for themselves.
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    while not stopped.wait(0.1):
        link = http.client.HTTPConnection(near, port, timeout=5)
        try:
            link.request("GET", "/api/health")
            if link.getresponse().status == http.client.OK:
                then()
                return
        except (OSError, http.client.HTTPException):
            continue
        finally:
            link.close()


def register(cli: typer.Typer) -> None:
    """Add these commands."""
    cli.command("serve", epilog=examples("signoff serve", "signoff serve --host 0.0.0.0 --port 8501"))(serve_command)
