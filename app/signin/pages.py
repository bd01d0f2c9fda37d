"""The pages before Streamlit: what stands on them, and the token that every form of theirs carries."""

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app import house
from app.settings import settings
from app.signin import cookies, form
from core.access import entering, queries
from core.access.personas import PERSONAS
from core.errors import GovernanceError

_PAGES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


async def signin_page(
    request: Request,
    to: str,
    *,
    username: str = "",
    error: GovernanceError | None = None,
    status: int = 200,
    welcome: bool = False,
) -> Response:
    """Show every way in: identity providers, local accounts, and in a demo the cards of its people.

    Args:
        request: from the browser that is answered.
        to: where to go on to, a path of this house.
        username: what was typed.
        error: why nobody is in yet.
        status: of the answer.
        welcome: whether a password was set just now.
    """
    demo, anybody = await run_in_threadpool(_household)
    return page(
        request,
        "signin.html",
        status=status,
        error=error,
        onward=to,
        username=username,
        personas=PERSONAS if demo else (),
        empty=not anybody,
        providers=settings().oidc,
        welcome=welcome,
    )


def page(
    request: Request, template: str, *, status: int = 200, error: GovernanceError | None = None, **values: object
) -> Response:
    """Draw one page, with a token for its form."""
    token = form.token_for(request)
    answer = HTMLResponse(
        _PAGES.get_template(template).render(token=token, error=error, **values),
        status,
        {"cache-control": "no-store"},
    )
    cookies.bind(answer, token)
    return answer


def recognised(request: Request) -> queries.SignedIn | None:
    """Return who stands behind the cookie of a request; asks the store."""
    return entering.recognise(house.store(), request.cookies.get(cookies.session_cookie()), settings().idle)


def host(request: Request) -> str:
    """Return the network address that a request comes from."""
    return request.client.host if request.client else "unknown"


def browser(request: Request) -> str:
    """Return a browser's name and system, enough for its owner to know it again."""
    agent = request.headers.get("user-agent", "")
    names = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
    systems = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "macOS"}
    name = next((shown for sign, shown in names.items() if sign in agent), "Another browser")
    system = next((shown for sign, shown in {**systems, "Linux": "Linux"}.items() if sign in agent), "")
    return f"{name} on {system}" if system else name


def _household() -> tuple[bool, bool]:
    with house.store().reading() as session:
        return queries.is_demo(session), queries.anybody(session)
