"""`signoff request` and `requests`: asking that a version goes to a stage, and what became of it."""

from typing import TYPE_CHECKING, Annotated

import typer

from app.commands import checks
from app.commands.completing import Version, models
from app.commands.door import door
from app.commands.listing import Limit, Page, go_on, part
from app.commands.telling import Json, examples, say, tabulate
from core.approvals.states import RequestState
from core.registry.stage import Stage

if TYPE_CHECKING:
    from app.shapes.request import Request


def request_command(
    version: Version,
    stage: Annotated[Stage, typer.Option(help="Where it is to go.")],
    comment: Annotated[str, typer.Option(help="What the reviewers should know.")] = "",
    as_json: Json = False,
) -> None:
    """Ask that a version goes to a stage; prints the request and what the checks say.

    Nobody signs from a command line: reviewers find the request in their inboxes.
    """
    with door() as signoff:
        asked = signoff.request(version, stage, comment)
    wanted = [role.words.lower() for role in asked.wanted]
    lines = [
        f"{asked.request}: {asked.title}, {asked.kind.words}",
        *checks.answered(asked.checks),
        *(f"  in the way: {obstacle}" for obstacle in asked.obstacles if not _is_check(obstacle, asked)),
        f"Waits for: {', '.join(wanted)}." if wanted else "Waits for nobody.",
    ]
    say(
        "\n".join(lines),
        {
            "request": asked.request,
            "version": version,
            "stage": stage.value,
            "kind": asked.kind.value,
            "evidence": asked.evidence,
            "policy": asked.policy,
            "opens": asked.opens,
            "checks": [check.model_dump(mode="json") for check in asked.checks],
            "obstacles": asked.obstacles,
            "wanted": [role.value for role in asked.wanted],
        },
        as_json=as_json,
    )


def requests_command(
    state: Annotated[list[RequestState] | None, typer.Option(help="Only in this state; may be repeated.")] = None,
    model: Annotated[str | None, typer.Option(help="Only about this model.", autocompletion=models)] = None,
    mine: Annotated[bool, typer.Option("--mine", help="Only what waits for you; people sign in a browser.")] = False,
    page: Page = 1,
    limit: Limit = 25,
    as_json: Json = False,
) -> None:
    """List the requests, newest first, with the signatures they wait for."""
    with door() as signoff:
        found = part(signoff.requests(limit=limit, state=state or (), model=model, mine=mine), page, limit)
    go_on(found, as_json=as_json)
    if as_json:
        tabulate([request.model_dump(mode="json") for request in found.items], as_json=True)
        return
    tabulate(
        [
            {
                "request": request.request,
                "what": request.title,
                "state": request.state.words,
                "opened": f"{request.opened_at:%Y-%m-%d}",
                "by": request.opened_by,
                "waits_for": ", ".join(role.words.lower() for role in request.wanted),
            }
            for request in found.items
        ],
        nothing=found.nothing("No request like that."),
    )


def register(cli: typer.Typer) -> None:
    """Add these commands."""
    cli.command(
        "request",
        epilog=examples('signoff request mortgage-approval@4 --stage production --comment "Weekly retraining"'),
    )(request_command)
    cli.command(
        "requests",
        epilog=examples("signoff requests --state open --model mortgage-approval", "signoff requests --mine --json"),
    )(requests_command)


def _is_check(obstacle: str, asked: "Request") -> bool:
    """Tell whether the checks say already what stands in the way."""
    return any(check.blocks and obstacle.startswith(f"{check.title}: ") for check in asked.checks)
