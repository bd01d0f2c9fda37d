"""`signoff doctor`: is everything as it should be, and if not, what mends it."""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr
from pydantic_core import to_jsonable_python

from app.commands.local import local_store
from app.commands.telling import Json, examples, say, tabulate
from app.providers import Provider
from app.settings import Settings, settings
from app.signin.examination import examine
from app.worker.outlets import MAIL_FIX, mail_server
from core.access import queries
from core.errors import GovernanceError
from core.notifications import queries as notifications
from core.notifications.delivery import DeliveryState
from core.notifications.outbox import FOLLOWER
from core.store import keys
from core.store.cursor import Cursor
from core.store.release_key import PUBLIC as RELEASE_KEY
from core.store.store import Store


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    good: bool
    found: str
    fix: str = ""
    careful: bool = False
    """Good, and yet somebody should know it."""


def doctor(
    as_json: Json = False,
    show_settings: Annotated[bool, typer.Option("--settings", help="Show every setting, secrets masked.")] = False,
) -> None:
    """Check store, triggers, people, permissions of files and settings."""
    chosen = settings()
    if show_settings:
        tabulate(
            [
                {"setting": f"SIGNOFF_{name.upper()}", "value": _masked(value, as_json=as_json)}
                for name, value in _settings(chosen)
            ],
            as_json=as_json,
        )
        return
    checks = list(_examine(chosen))
    if as_json:
        say("", {"good": all(c.good for c in checks), "checks": [asdict(c) for c in checks]}, as_json=True)
    else:
        for check in checks:
            mark = "BAD " if not check.good else ("note" if check.careful else "ok  ")
            typer.echo(f"{mark} {check.name}: {check.found}")
            if check.fix:
                typer.echo(f"     {check.fix}")
    raise typer.Exit(0 if all(check.good for check in checks) else 1)


def _examine(chosen: Settings) -> Iterator[Check]:
    yield _streamlit()
    yield _folder(chosen.home)
    for name, provider in chosen.oidc.items():
        yield _provider(name, provider, chosen.public_url)
    try:
        with local_store(chosen) as store:
            for look in EXAMINATIONS:
                yield look(store)
    except GovernanceError as error:
        yield Check("store", False, error.problem, error.fix)


def _settings(chosen: Settings) -> Iterator[tuple[str, object]]:
    """Every setting by the name of its variable; each provider has variables of its own."""
    yield from ((name, value) for name, value in chosen if name != "oidc")
    for name, provider in chosen.oidc.items():
        yield from ((f"oidc_{name}_{attribute}", value) for attribute, value in provider)


def _provider(name: str, provider: Provider, public_url: str) -> Check:
    try:
        return Check(f"sign-in with {provider.label}", True, examine(name, provider, public_url))
    except GovernanceError as error:
        return Check(f"sign-in with {provider.label}", False, error.problem, error.fix)


def _streamlit() -> Check:
    from streamlit import config  # noqa: PLC0415 - what only asks for settings needs none of it

    from app import guard, server  # noqa: PLC0415

    config.get_config_options(force_reparse=True)  # as the server reads it: loading that names the folder to look in
    try:
        guard.check()
    except GovernanceError as error:
        return Check("settings of the server", False, error.problem, error.fix)
    return Check("settings of the server", True, f"as {Path(server.__file__).parent.name}/.streamlit/config.toml says")


def _folder(home: Path) -> Check:
    if not home.exists():
        return Check("folder", False, f"{home} does not exist", "Run `signoff init`, or set SIGNOFF_HOME.")
    open_to = stat.S_IMODE(home.stat().st_mode) & 0o077
    if os.name == "posix" and open_to:
        return Check("folder", False, f"others on this machine can look into {home}", f"chmod 700 {home}")
    return Check("folder", True, str(home))


def _record(store: Store) -> Check:
    if store.faults:
        first, more = store.faults[0], len(store.faults) - 1
        return Check("record", False, first.problem + (f" And {more} more." if more else ""), first.fix)
    return Check("record", True, f"{store.size()} entries in {store.origin}; triggers, keys and anchor in place")


def _anchor(store: Store) -> Check:
    if store.anchor.is_relative_to(store.home):
        advice = "set SIGNOFF_ANCHOR to another volume to notice when all of the store is rolled back"
        return Check("anchor", True, f"{store.anchor}, inside the store; {advice}")
    return Check("anchor", True, str(store.anchor))


def _people(store: Store) -> Check:
    with store.reading() as session:
        anybody, demo = queries.anybody(session), queries.is_demo(session)
    if not anybody:
        return Check("people", False, "nobody can sign in", "Run `signoff init`.")
    return Check("people", True, "demo with printed passwords" if demo else "at least one account")


def _clock(store: Store) -> Check:
    return Check("clock", True, store.clock().isoformat())


def _origin(store: Store) -> Check:
    chosen = settings()
    with store.reading() as session:
        if queries.is_demo(session):
            return Check("name of the log", True, f"{store.origin}, as every demo has it")
    if store.origin.partition("/")[0] == chosen.host:
        return Check("name of the log", True, f"{store.origin}, as SIGNOFF_PUBLIC_URL says")
    return Check(
        "name of the log",
        True,
        f"{store.origin} does not belong to {chosen.public_url}. Checkpoints, reports and attestations carry that "
        "name, so whoever verifies one reads it, and a gate that asks for the verifier of your address refuses it.",
        f"A log keeps its name: set SIGNOFF_PUBLIC_URL to the address it began with, or, before anything was signed, "
        f"begin a new store with SIGNOFF_PUBLIC_URL={chosen.public_url}. Otherwise tell verifiers the name it has.",
        careful=True,
    )


def _log_key(store: Store) -> Check:
    with store.reading() as session:
        signing = keys.in_use(session.connection())
    if not signing:
        return Check("log key", False, "no key signs the log", "Begin a new epoch: `signoff audit new-epoch`.")
    named = ", ".join(key.fingerprint for key in signing)
    return Check("log key", True, f"{named}, public half in {store.keys.folder / keys.PUBLIC}")


def _release_key(store: Store) -> Check:
    try:
        key = store.issuer.keys.signer().public
    except GovernanceError as gone:
        return Check("release key", False, gone.problem, gone.fix)
    return Check("release key", True, f"{key.fingerprint}, public half in {store.issuer.keys.folder / RELEASE_KEY}")


def _notifications(store: Store) -> Check:
    with store.reading() as session:
        hooks, stands = len(notifications.webhooks(session)), notifications.counted(session)
        follower = session.get(Cursor, FOLLOWER)
    mail = "mail is set up" if mail_server(settings()) else f"no mail ({MAIL_FIX.rstrip('.')})"
    works = follower is not None and follower.holder and store.clock() < follower.held_until
    who = "a worker is at work" if works else "no worker now (`signoff serve` or `signoff worker` is one)"
    gone = f", {stands[DeliveryState.GIVEN_UP]} given up" if stands[DeliveryState.GIVEN_UP] else ""
    found = f"{mail}; {hooks} webhook{'' if hooks == 1 else 's'}; {stands[DeliveryState.WAITING]} waiting{gone}; {who}"
    return Check("notifications", True, found)


EXAMINATIONS: list[Callable[[Store], Check]] = [
    _record,
    _origin,
    _anchor,
    _log_key,
    _release_key,
    _people,
    _clock,
    _notifications,
]
"""What is looked at in an open store; other rooms add theirs."""


def _masked(value: object, *, as_json: bool) -> object:
    """Hide a secret; for programs a value keeps its type, for people it is written as in a `.env` file."""
    if isinstance(value, SecretStr):
        return "********"
    if as_json:
        return to_jsonable_python(value)
    return None if value is None else str(value)


def register(cli: typer.Typer) -> None:
    """Add these commands."""
    cli.command("doctor", epilog=examples("signoff doctor", "signoff doctor --settings"))(doctor)
