"""Signing in and out of the browser: pages without a script, answered before Streamlit is reached."""

from collections.abc import Awaitable, Callable
from typing import Final

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app import house
from app.settings import settings
from app.signin import cookies, form, oidc
from app.signin.pages import browser, host, page, recognised, signin_page
from core.access import actions, entering, queries
from core.access.password import SHORTEST
from core.errors import AccessError, GovernanceError

# Each check takes 64 MiB on purpose; two at a time keep strangers from taking the memory of the house.
_HASHING: Final = anyio.CapacityLimiter(2)

Answer = Callable[[Request], Awaitable[Response]]


async def show_signin(request: Request) -> Response:
    """Show the form, and in a demo the cards of its people; somebody signed in already goes on."""
    to = form.onward(request.query_params.get("next"))
    if await run_in_threadpool(recognised, request):
        return RedirectResponse(to, 303)
    return await signin_page(request, to, welcome="welcome" in request.query_params)


async def take_signin(request: Request) -> Response:
    """Check name and password, and go on with a session."""
    try:
        sent = await form.fields(request)
    except AccessError as refusal:
        return await signin_page(request, "/", error=refusal, status=403)
    to = form.onward(str(sent.get("next", "")))
    username = str(sent.get("username", ""))[:254]
    try:
        entry = await anyio.to_thread.run_sync(
            lambda: entering.sign_in(
                house.store(),
                username,
                str(sent.get("password", "")),
                host=host(request),
                browser=browser(request),
                lasts=settings().lasts,
            ),
            limiter=_HASHING,
        )
    except GovernanceError as refusal:
        status = 401 if isinstance(refusal, AccessError) else 503
        return await signin_page(request, to, username=username, error=refusal, status=status)
    answer = RedirectResponse(to, 303)
    cookies.remember(answer, entry.token)
    return answer


async def show_invitation(request: Request) -> Response:
    """Show the form that sets a password, behind a link that works once."""
    return await _invitation_page(request, request.query_params.get("code", ""))


async def take_invitation(request: Request) -> Response:
    """Set the password behind a link, then ask to sign in with it."""
    code = ""
    try:
        sent = await form.fields(request)
        code = str(sent.get("code", ""))
        if sent.get("password") != sent.get("again"):
            differ = AccessError("The two passwords differ.", "Type the same one twice.")
            return await _invitation_page(request, code, differ)
        await anyio.to_thread.run_sync(_accept, code, str(sent.get("password", "")), limiter=_HASHING)
    except GovernanceError as refusal:
        return await _invitation_page(request, code, refusal)
    return RedirectResponse("/signin?welcome=1", 303)


async def show_signout(request: Request) -> Response:
    """Ask before ending the session: a link somebody follows must not change anything."""
    if not await run_in_threadpool(recognised, request):
        return RedirectResponse("/signin", 303)
    return page(request, "signout.html")


async def take_signout(request: Request) -> Response:
    """End the session of this browser; its other tabs stand outside at their next click."""
    try:
        await form.fields(request)
    except AccessError as refusal:
        return page(request, "signout.html", error=refusal, status=403)
    if found := await run_in_threadpool(recognised, request):
        await run_in_threadpool(entering.sign_out, house.store(), found.session_id, found.person, found.method)
    if provider := await run_in_threadpool(oidc.provider_behind, request):
        # A page and no redirect: the content policy lets a form lead nowhere but here.
        return page(request, "signed_out.html", provider=provider, label=settings().oidc[provider].label)
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
    *oidc.ROUTES,
]


async def _invitation_page(request: Request, code: str, error: GovernanceError | None = None) -> Response:
    who = await run_in_threadpool(_invited, code)
    status = 200 if who and not error else 403 if not who else 422
    return page(request, "invitation.html", status=status, error=error, code=code, who=who, shortest=SHORTEST)


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
