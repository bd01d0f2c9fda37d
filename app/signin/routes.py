"""Signing in and out of the browser: pages without a script, answered before Streamlit is reached."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import anyio
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from app import house
from app.settings import settings
from app.signin import cookies, form
from core.access import actions, entering, queries
from core.access.password import SHORTEST
from core.access.personas import PERSONAS
from core.errors import AccessError, GovernanceError

_PAGES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
# Each check takes 64 MiB on purpose; two at a time keep strangers from taking the memory of the house.
_HASHING: Final = anyio.CapacityLimiter(2)

Answer = Callable[[Request], Awaitable[Response]]


async def show_signin(request: Request) -> Response:
    """Show the form, and in a demo the cards of its people; somebody signed in already goes on."""
    to = form.onward(request.query_params.get("next"))
    if await run_in_threadpool(_recognised, request):
        return RedirectResponse(to, 303)
    return await _signin_page(to)


async def take_signin(request: Request) -> Response:
    """Check name and password, and go on with a session."""
    try:
        sent = await form.fields(request)
    except AccessError as refusal:
        return await _signin_page("/", error=refusal, status=403)
    to = form.onward(str(sent.get("next", "")))
    username = str(sent.get("username", ""))[:254]
    try:
        entry = await anyio.to_thread.run_sync(
            lambda: entering.sign_in(
                house.store(),
                username,
                str(sent.get("password", "")),
                host=request.client.host if request.client else "unknown",
                browser=_browser(request.headers.get("user-agent", "")),
                lasts=settings().lasts,
            ),
            limiter=_HASHING,
        )
    except GovernanceError as refusal:
        status = 401 if isinstance(refusal, AccessError) else 503
        return await _signin_page(to, username=username, error=refusal, status=status)
    answer = RedirectResponse(to, 303)
    cookies.remember(answer, entry.token)
    return answer


async def show_invitation(request: Request) -> Response:
    """Show the form that sets a password, behind a link that works once."""
    return await _invitation_page(request.query_params.get("code", ""))


async def take_invitation(request: Request) -> Response:
    """Set the password behind a link, then ask to sign in with it."""
    code = ""
    try:
        sent = await form.fields(request)
        code = str(sent.get("code", ""))
        if sent.get("password") != sent.get("again"):
            return await _invitation_page(code, AccessError("The two passwords differ.", "Type the same one twice."))
        await anyio.to_thread.run_sync(_accept, code, str(sent.get("password", "")), limiter=_HASHING)
    except GovernanceError as refusal:
        return await _invitation_page(code, refusal)
    return RedirectResponse("/signin?welcome=1", 303)


async def show_signout(request: Request) -> Response:
    """Ask before ending the session: a link somebody follows must not change anything."""
    if not await run_in_threadpool(_recognised, request):
        return RedirectResponse("/signin", 303)
    return _page("signout.html")


async def take_signout(request: Request) -> Response:
    """End the session of this browser; its other tabs stand outside at their next click."""
    try:
        await form.fields(request)
    except AccessError as refusal:
        return _page("signout.html", error=refusal, status=403)
    if found := await run_in_threadpool(_recognised, request):
        await run_in_threadpool(entering.sign_out, house.store(), found.session_id, found.person, found.method)
    answer = RedirectResponse("/signin", 303)
    cookies.forget(answer)
    return answer


ROUTES: Final = [
    Route("/signin", show_signin, methods=["GET"]),
    Route("/signin", take_signin, methods=["POST"]),
    Route("/signin/invitation", show_invitation, methods=["GET"]),
    Route("/signin/invitation", take_invitation, methods=["POST"]),
    Route("/signout", show_signout, methods=["GET"]),
    Route("/signout", take_signout, methods=["POST"]),
]


async def _signin_page(
    to: str, *, username: str = "", error: GovernanceError | None = None, status: int = 200
) -> Response:
    demo, anybody = await run_in_threadpool(_household)
    return _page(
        "signin.html",
        status=status,
        error=error,
        onward=to,
        username=username,
        personas=PERSONAS if demo else (),
        empty=not anybody,
    )


async def _invitation_page(code: str, error: GovernanceError | None = None) -> Response:
    who = await run_in_threadpool(_invited, code)
    status = 200 if who and not error else 403 if not who else 422
    return _page("invitation.html", status=status, error=error, code=code, who=who, shortest=SHORTEST)


def _page(template: str, *, status: int = 200, error: GovernanceError | None = None, **values: object) -> Response:
    token = form.new_token()
    answer = HTMLResponse(
        _PAGES.get_template(template).render(token=token, error=error, **values),
        status,
        {"cache-control": "no-store"},
    )
    cookies.bind(answer, token)
    return answer


def _recognised(request: Request) -> queries.SignedIn | None:
    return entering.recognise(house.store(), request.cookies.get(cookies.session_cookie()), settings().idle)


def _household() -> tuple[bool, bool]:
    with house.store().reading() as session:
        return queries.is_demo(session), queries.anybody(session)


def _invited(code: str) -> str | None:
    store = house.store()
    with store.reading() as session:
        found = queries.by_invitation(session, code, store.clock()) if code else None
    return found[1].username if found else None


def _accept(code: str, password: str) -> None:
    store = house.store()
    with store.reading() as session:
        found = queries.by_invitation(session, code, store.clock())
    if found is None:
        raise AccessError("This link no longer works.", "Ask an administrator for a new one.")
    with store.transaction(found[1].actor("invitation")) as tx:
        actions.accept_invitation(tx, code, password)


def _browser(agent: str) -> str:
    """Return a browser's name and system, enough for its owner to know it again."""
    names = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
    systems = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "macOS"}
    name = next((shown for sign, shown in names.items() if sign in agent), "Another browser")
    system = next((shown for sign, shown in {**systems, "Linux": "Linux"}.items() if sign in agent), "")
    return f"{name} on {system}" if system else name
