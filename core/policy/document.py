"""A policy document: per target stage its rules, who has to agree, and how long that lasts."""

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

import jsonschema
from pydantic import Field

from core.access.person import ReviewRole
from core.digest import Digest, of_json
from core.errors import InputError
from core.metrics.metric import Metric
from core.policy.rule import AnyRule, Bounded, Calibration, Days, NotWorseThanChampion, Rule, Strict
from core.policy.source import Path, Problem, Source, place, read
from core.policy.verdict import Severity
from core.policy.vocabulary import metric_problems
from core.registry.materiality import RiskTier
from core.registry.stage import Stage

DEFAULTS = ("low", "medium", "high")


class ApprovalRule(Strict):
    """How many different people of one review role have to approve."""

    role: ReviewRole
    minimum: Annotated[int, Field(ge=1, le=9)] = 1


class StagePolicy(Strict):
    """What it takes to reach one stage.

    Attributes:
        rules: what has to be shown.
        approvals: who has to agree; one person never counts for two of them.
        request_expires_after_days: an open request ends after so many days.
        approval_expires_after_days: an approval counts for so many days.
    """

    rules: tuple[AnyRule, ...]
    approvals: tuple[ApprovalRule, ...]
    request_expires_after_days: Days = 30
    approval_expires_after_days: Days = 30


class Document(Strict):
    """One policy, as published.

    Attributes:
        signoff_policy: version of this format.
        name: how requests and reports call it.
        governs: the materiality it decides for.
        stages: by target stage.
    """

    signoff_policy: Literal[1]
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,63}$")]
    title: str
    summary: str = ""
    governs: tuple[RiskTier, ...]
    stages: dict[Stage, StagePolicy]

    def stage(self, target: Stage) -> StagePolicy | None:
        """What it takes to reach `target`, or None where the policy says nothing: then nothing gets there."""
        return self.stages.get(target)

    def margins(self, target: Stage) -> dict[Metric, float]:
        """How much worse than the version in charge is still good enough, for each metric compared with it."""
        stage = self.stage(target)
        rules = stage.rules if stage else ()
        return {rule.metric: rule.margin for rule in rules if isinstance(rule, NotWorseThanChampion)}

    def metrics(self, target: Stage) -> frozenset[Metric]:
        """The measures that the rules of a stage look at."""
        stage = self.stage(target)
        rules = stage.rules if stage else ()
        return frozenset(rule.metric for rule in rules if isinstance(rule, Bounded | NotWorseThanChampion))

    def content(self) -> dict[str, Any]:
        """The document as plain JSON values.

        Defaults are written out, so that a later default never changes a published policy.
        """
        return self.model_dump(mode="json")

    def digest(self) -> Digest:
        """Fingerprint of the content; comments, order of keys and spacing do not count."""
        return of_json(self.content())


class PolicyError(InputError):
    """A policy that cannot be used, with every problem found and its line."""

    def __init__(self, problems: list[Problem]) -> None:
        first = problems[0]
        others = f" and {len(problems) - 1} more" if len(problems) > 1 else ""
        super().__init__(f"The policy cannot be used: {first}{others}.", "Mend the lines named and check it again.")
        self.problems = tuple(problems)


@cache
def schema() -> dict[str, Any]:
    """The published JSON Schema (2020-12) of policy documents."""
    loaded: dict[str, Any] = json.loads((files("core.policy") / "schema.json").read_text("utf-8"))
    return loaded


def check(text: str) -> list[Problem]:
    """Find what keeps a policy from being used, in the order of its lines; nothing found means it can be."""
    return _examine(text)[1]


def parse(text: str) -> Document:
    """Read a policy.

    Raises:
        PolicyError: the text is no usable policy; it carries every problem with its line.
    """
    document, problems = _examine(text)
    if document is None:
        raise PolicyError(problems)
    return document


def restore(content: dict[str, Any]) -> Document:
    """Read back what `Document.content` wrote."""
    return Document.model_validate_json(json.dumps(content))


def default_text(name: str) -> str:
    """The text of a policy that comes with Signoff: `low`, `medium` or `high`."""
    if name not in DEFAULTS:
        raise ValueError(f"{name!r} is none of {DEFAULTS}")
    return (files("core.policy") / "defaults" / f"{name}.yaml").read_text("utf-8")


def _examine(text: str) -> tuple[Document | None, list[Problem]]:
    source = read(text)
    problems = list(source.problems)
    if not problems:
        problems = [*_against_schema(source), *metric_problems(source)]
    if problems:
        return None, sorted(set(problems))
    document = Document.model_validate_json(json.dumps(source.value))
    problems = sorted(_beyond_schema(document, source))
    return (None, problems) if problems else (document, [])


def _against_schema(source: Source) -> Iterator[Problem]:
    validator = jsonschema.Draft202012Validator(schema())
    for error in validator.iter_errors(source.value):
        path: Path = tuple(error.absolute_path)
        yield from _told(error, path, source)


def _told(error: jsonschema.ValidationError, path: Path, source: Source) -> Iterator[Problem]:
    match error.validator:
        case "unevaluatedProperties" | "additionalProperties":
            for name in set(_names(error.message)) - _words_of(error.instance):
                yield source.problem((*path, name), f"{name!r} is no word of this part.")
        case "required":
            yield source.problem(path, f"{_names(error.message)[0]!r} is missing.")
        case "oneOf" | "not":
            hint = error.schema.get("$comment", error.message) if isinstance(error.schema, dict) else error.message
            yield source.problem(path, str(hint))
        case "enum":
            allowed = ", ".join(str(one) for one in list(error.validator_value))  # type: ignore[arg-type]
            yield source.problem(path, f"{_brief(error.instance)} is none of: {allowed}.")
        case "type":
            yield source.problem(path, f"{_brief(error.instance)} is no {_TYPES[str(error.validator_value)]}.")
        case "minItems":
            yield source.problem(path, "At least one is needed.")
        case "pattern":
            yield source.problem(path, f"{_brief(error.instance)} is no name: a to z, digits and hyphens.")
        case _:
            message = error.message if len(error.message) <= 200 else f"does not fit {error.validator}"
            yield source.problem(path, f"{message}.")


_TYPES = {
    "object": "list of words with values",
    "array": "list",
    "string": "text",
    "number": "number",
    "integer": "whole number",
}


def _words_of(instance: object) -> set[str]:
    """The words that a rule of this kind knows; a part that fails elsewhere would report them as unknown, too."""
    kind = instance.get("kind") if isinstance(instance, dict) else None
    known = schema()["$defs"]
    if not isinstance(kind, str) or kind not in known["rule"]["properties"]["kind"]["enum"]:
        return set()
    return {*known["rule"]["properties"], *known[kind].get("properties", {})}


def _brief(value: object) -> str:
    return "nothing" if value is None else repr(value) if len(repr(value)) <= 80 else f"{repr(value)[:79]}…"


def _names(message: str) -> list[str]:
    return re.findall(r"'([^']*)'", message)[:20] or [message]


def _beyond_schema(document: Document, source: Source) -> Iterator[Problem]:
    """What a schema cannot say: references between parts and order of numbers."""
    for name, stage in document.stages.items():
        seen: set[str] = set()
        roles: set[str] = set()
        for index, rule in enumerate(stage.rules):
            path: Path = ("stages", name, "rules", index)
            if rule.id in seen:
                yield source.problem((*path, "id"), f"{rule.id!r} names two rules of {place(path[:2])}.")
            seen.add(rule.id)
            yield from _rule_problems(rule, path, source)
        if not any(rule.severity is Severity.REQUIRED for rule in stage.rules):
            yield source.problem(("stages", name, "rules"), "No rule is required, so this gate would never open.")
        for index, approval in enumerate(stage.approvals):
            if approval.role in roles:
                yield source.problem(
                    ("stages", name, "approvals", index),
                    f"{approval.role!r} is asked twice; raise its minimum instead.",
                )
            roles.add(approval.role)


def _rule_problems(rule: Rule, path: Path, source: Source) -> Iterator[Problem]:
    if isinstance(rule, Bounded) and getattr(rule, "groups", "each") == "overall" and getattr(rule, "attribute", None):
        yield source.problem((*path, "attribute"), "An attribute needs groups: each.")
    if isinstance(rule, Calibration):
        for name in ("slope", "intercept"):
            low, high = getattr(rule, name)
            if low >= high:
                yield source.problem((*path, name), f"The range from {low:g} to {high:g} holds nothing.")
