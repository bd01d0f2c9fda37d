"""Routes of single sign-on: out to an identity provider and back, for signing in, for one decision, and for leaving."""

import json
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from app import house
from app.settings import settings
from app.signin import backchannel, cookies, form
from app.signin.discovery import ProviderError
from app.signin.openid import Answer, Client
from app.signin.pages import browser, host, page, recognised, signin_page
from core.access import entering, errand, queries, step_up
from core.access.entering import Ticket
from core.access.errand import Departure, Errand, ErrandKind
from core.access.session import ProviderSession, new_token
from core.errors import AccessError, GovernanceError, InputError, NotFoundError

_LARGEST: Final = 32_000
"""Bytes of a logout notice; a token is a few thousand."""

_CLIENTS: Final[dict[str, Client]] = {}

Handler = Callable[[Request, Client], Awaitable[Response]]


def client(name: str) -> Client:
    """Return the client of a provider in the settings, which remembers how the provider described itself.

    Raises:
        NotFoundError: there is no such provider.
    """
    provider = settings().oidc.get(name)
    if provider is None:
        raise NotFoundError("There is no such identity provider here.", "Choose another way to sign in.")
    if name not in _CLIENTS or _CLIENTS[name].provider != provider:
        _CLIENTS[name] = Client(name, provider, house.store().clock)
    return _CLIENTS[name]


def provider_behind(request: Request) -> str | None:
    """Return the provider that vouched for the session of this browser, while it is in the settings."""
    found = _ticket(request)
    return found[0].provider if found and found[0].provider in settings().oidc else None


def _with_client(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Hand a route its provider; whatever is refused shows as a sentence on the sign-in page."""

    @wraps(handler)
    async def answer(request: Request) -> Response:
        try:
            return await handler(request, client(request.path_params["provider"]))
        except GovernanceError as refusal:
            to = form.onward(request.query_params.get("next"))
            return await signin_page(request, to, error=refusal, status=_status(refusal))

    return answer


@_with_client
async def show_way(request: Request, _chosen: Client) -> Response:
    """Show the page whose form leads to the provider: a link somebody follows must not change anything."""
    to = form.onward(request.query_params.get("next"))
    if await run_in_threadpool(recognised, request):
        return RedirectResponse(to, 303)
    return await signin_page(request, to)


@_with_client
async def set_out(request: Request, chosen: Client) -> Response:
    """Lead to the provider to sign in there; only a form of this house does, so no other site can count against it."""
    to = form.onward(request.query_params.get("next"))
    if await run_in_threadpool(recognised, request):
        return RedirectResponse(to, 303)
    await form.fields(request)
    await run_in_threadpool(errand.allow, house.store(), host(request))
    leaving, address = await _prepare(request, chosen)
    await run_in_threadpool(errand.begin, house.store(), leaving, to)
    return _leading(request, chosen, leaving, address)


@_with_client
async def show_way_to_prove(request: Request, chosen: Client) -> Response:
    """Show the button that leads to the provider, for a browser that does not go by itself."""
    if await run_in_threadpool(recognised, request) is None:
        return RedirectResponse("/signin", 303)
    token = request.query_params.get("errand", "")
    return page(request, "prove.html", provider=chosen.name, label=chosen.provider.label, errand=token)


@_with_client
async def set_out_to_prove(request: Request, chosen: Client) -> Response:
    """Lead to the provider to be asked anew who one is, for one decision whose words wait here.

    The errand is the form's secret: nobody else knows it, and it counts in the session it was made in.
    """
    found = await run_in_threadpool(recognised, request)
    if found is None:
        return RedirectResponse("/signin", 303)
    token = str((await form.read(request)).get("errand", ""))
    waiting = await run_in_threadpool(step_up.waiting, house.store(), token, found.person.key, found.session_id)
    prompt = chosen.provider.step_up_prompt
    try:
        leaving, address = await _prepare(request, chosen, max_age="0", **({"prompt": prompt.value} if prompt else {}))
    except ProviderError as refusal:
        await run_in_threadpool(step_up.refuse, house.store(), waiting, refusal)
        return RedirectResponse(waiting.onward, 303)
    await run_in_threadpool(errand.depart, house.store(), waiting, leaving)
    return _leading(request, chosen, leaving, address)


@_with_client
async def come_back(request: Request, chosen: Client) -> Response:
    """Take somebody back from the provider: with a session, with a proof, or with a sentence."""
    state, bound = request.query_params.get("state", ""), request.cookies.get(cookies.errand_cookie(), "")
    claimed = await run_in_threadpool(errand.claim, house.store(), chosen.name, state, bound)
    try:
        answer = await chosen.come_back(_remembering(request, json.loads(claimed.kept)))
        if claimed.kind is ErrandKind.PROOF:
            return await _prove(request, claimed, answer)
        return await _enter(request, chosen, claimed, answer)
    except GovernanceError as refusal:
        if claimed.kind is ErrandKind.PROOF:
            await run_in_threadpool(step_up.refuse, house.store(), claimed, refusal)
            return RedirectResponse(claimed.onward, 303)
        return await signin_page(request, claimed.onward, error=refusal, status=_status(refusal))


@_with_client
async def leave(request: Request, chosen: Client) -> Response:
    """Lead on to the provider's own sign-out, once the session here has ended."""
    found = await run_in_threadpool(_ticket, request)
    if found is None or found[0].provider != chosen.name:
        return RedirectResponse("/signin", 303)
    ticket, stands = found
    if stands:
        return RedirectResponse("/signout", 303)
    try:
        address = await chosen.way_out(ticket.id_token, f"{settings().public_url}/signin")
    except ProviderError as refusal:
        return await signin_page(request, "/", error=refusal, status=503)
    answer = RedirectResponse(address or "/signin", 303, {"cache-control": "no-store"})
    cookies.forget(answer)
    return answer


async def take_notice(request: Request) -> Response:
    """End sessions because the provider says so (OpenID Connect Back-Channel Logout 1.0)."""
    headers = {"cache-control": "no-store"}
    try:
        chosen = client(request.path_params["provider"])
        token = await _logout_token(request)
        said = backchannel.read(await chosen.read_logout(token), chosen.provider, house.store().clock())
        await run_in_threadpool(backchannel.follow, house.store(), chosen.name, said)
    except GovernanceError as refusal:
        wrong = {"error": "invalid_request", "error_description": refusal.problem}
        return JSONResponse(wrong, 404 if isinstance(refusal, NotFoundError) else 400, headers)
    return Response(status_code=200, headers=headers)


ROUTES: Final = [
    Route("/signin/oidc/{provider}", show_way, methods=["GET"]),
    Route("/signin/oidc/{provider}", set_out, methods=["POST"]),
    Route("/signin/oidc/{provider}/prove", show_way_to_prove, methods=["GET"]),
    Route("/signin/oidc/{provider}/prove", set_out_to_prove, methods=["POST"]),
    Route("/signin/oidc/{provider}/callback", come_back, methods=["GET"]),
    Route("/signin/oidc/{provider}/leave", leave, methods=["GET"]),
    Route("/signin/oidc/{provider}/logout", take_notice, methods=["POST"]),
]


async def _prepare(request: Request, chosen: Client, **wishes: str) -> tuple[Departure, str]:
    """Ask the client for the way to the provider; what it keeps is bound to this browser."""
    kept: dict[str, Any] = {}
    back = f"{settings().public_url}/signin/oidc/{chosen.name}/callback"
    address, state = await chosen.set_out(_remembering(request, kept), back, **wishes)
    bound = request.cookies.get(cookies.errand_cookie()) or new_token()
    return Departure(chosen.name, bound, state, json.dumps(kept)), address


def _remembering(request: Request, kept: dict[str, Any]) -> Request:
    """Return the same request with a memory of its own; the one that Streamlit keeps in a cookie stays untouched."""
    return Request({**request.scope, "session": kept}, request.receive)


def _leading(request: Request, chosen: Client, leaving: Departure, address: str) -> Response:
    # A page and no redirect: the content policy lets a form lead nowhere but here.
    answer = page(request, "away.html", label=chosen.provider.label, address=address)
    cookies.accompany(answer, leaving.browser)
    return answer


async def _enter(request: Request, chosen: Client, claimed: Errand, answer: Answer) -> Response:
    entry = await run_in_threadpool(
        entering.arrive,
        house.store(),
        answer.arrival,
        chosen.provider.terms,
        Ticket(chosen.name, answer.sid, answer.id_token, answer.seen_at),
        browser=browser(request),
        lasts=settings().lasts,
    )
    await run_in_threadpool(errand.excuse, house.store(), host(request))
    inside = RedirectResponse(claimed.onward, 303)
    cookies.remember(inside, entry.token)
    return inside


async def _prove(request: Request, claimed: Errand, answer: Answer) -> Response:
    found = await run_in_threadpool(recognised, request)
    if found is None or found.person.id != claimed.person_id:
        raise AccessError("You were signed out meanwhile.", "Sign in, then sign again; what you typed is still there.")
    who = (answer.arrival.iss, answer.arrival.sub)
    await run_in_threadpool(step_up.confirm, house.store(), claimed, who, answer.seen_at, found.session_id)
    return RedirectResponse(claimed.onward, 303)


def _ticket(request: Request) -> tuple[ProviderSession, bool] | None:
    token = request.cookies.get(cookies.session_cookie(), "")
    with house.store().reading() as session:
        return queries.provider_session(session, token)


async def _logout_token(request: Request) -> str:
    if int(request.headers.get("content-length") or _LARGEST + 1) > _LARGEST:
        raise InputError("This is no logout notice.", "Send logout_token as a form field.")
    sent = await request.form(max_files=0, max_fields=4, max_part_size=_LARGEST)
    token = sent.get("logout_token")
    if not isinstance(token, str) or not token:
        raise InputError("There is no logout token.", "Send logout_token as a form field.")
    return token


def _status(refusal: GovernanceError) -> int:
    match refusal:
        case NotFoundError():
            return 404
        case AccessError() | InputError():
            return 403
        case _:
            return 503
