"""The form of Google's Model Card Toolkit, JSON v0.0.2; v0.0.1 is read too, told by its shape."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from core.cards.forms.native import Imported, Rest, carried, joined, put
from core.cards.schema import Content, answer
from core.errors import EvidenceError, InputError
from core.tabular import strict_json

KEY: Final = "model_card_toolkit"
"""Where a card keeps what was in such a file and is asked nowhere."""

OURS: Final = "x_signoff"
"""Key inside `model_details` under which everything travels that the form has no place for; its root allows no more."""

_NOT_FOR: Final = "Out of scope: "
_ROOT: Final = ("model_details", "model_parameters", "quantitative_analysis", "considerations")
_CLAIMS: Final = "imported_quantitative_analysis"


def write(content: Mapping[str, Any]) -> bytes:
    """Write a card in this form.

    Args:
        content: a checked card.
    """
    return carried(content, lambda beside: _written(content, beside), read, KEY)


def read(data: bytes) -> Imported:
    """Read a file of this form tolerantly.

    Raises:
        InputError: no JSON object, or none of this form.
    """
    try:
        found = strict_json.loads(data, "The card")
    except EvidenceError as refused:
        raise InputError(refused.problem, refused.fix) from None
    if not isinstance(found, dict) or not any(isinstance(found.get(name), dict) for name in _ROOT):
        raise InputError(
            "This is no card of the Model Card Toolkit.",
            "It is a JSON object with `model_details` and `considerations`.",
        )
    content: Content = {}
    details, parameters, considered = (
        _part(found, name) for name in ("model_details", "model_parameters", "considerations")
    )
    ours = details.pop(OURS, None)
    _read_details(details, content)
    _read_parameters(parameters, content)
    _read_considerations(considered, content)
    strange: dict[str, Any] = {
        name: left
        for name, left in (
            ("model_details", details),
            ("model_parameters", parameters),
            ("considerations", considered),
            ("quantitative_analysis", {} if isinstance(ours, Mapping) else _part(found, "quantitative_analysis")),
            *((name, value) for name, value in found.items() if name not in {*_ROOT, "schema_version"}),
        )
        if left
    }
    if strange:
        content["extensions"] = {KEY: strange}
    return Imported(joined(content, ours), tuple(strange))


def _written(content: Mapping[str, Any], beside: Rest) -> bytes:
    kept = (content.get("extensions") or {}).get(KEY) or {}
    details = _details(content) | ({OURS: beside} if beside else {})
    root = {
        "schema_version": "0.0.2",
        "model_details": {**(kept.get("model_details") or {}), **details},
        "model_parameters": {**(kept.get("model_parameters") or {}), **_parameters(content)},
        "quantitative_analysis": _analysis(content),
        "considerations": {**(kept.get("considerations") or {}), **_considerations(content)},
        # Claims of where the card came from: among our results they would be published as such.
        _CLAIMS: kept.get("quantitative_analysis") or kept.get(_CLAIMS),
    }
    return (
        json.dumps({name: part for name, part in root.items() if part}, indent=2, ensure_ascii=False) + "\n"
    ).encode()


def _details(content: Mapping[str, Any]) -> dict[str, Any]:
    licence = answer(content, "model_details.licence")
    owners = answer(content, "model_details.owners") or []
    references = answer(content, "model_details.references") or []
    number, citation = answer(content, "model_details.version"), answer(content, "model_details.citation")
    artifact = answer(content, "model_details.artifact") or {}
    changed = answer(content, "model_details.what_changed")
    return _without_none(
        {
            "name": answer(content, "model_details.name"),
            "overview": answer(content, "model_details.summary"),
            "owners": [_without_none({"name": one["name"], "contact": one.get("contact")}) for one in owners],
            "version": _without_none({"name": number, "diff": changed}),
            "licenses": [{"custom_text": licence} if " " in licence else {"identifier": licence}] if licence else [],
            "references": [{"reference": one} for one in references],
            "citations": [{"citation": citation}] if citation else [],
            "path": artifact.get("uri"),
        }
    )


def _parameters(content: Mapping[str, Any]) -> dict[str, Any]:
    sheets = [
        *(answer(content, "training_data.datasets") or []),
        *(answer(content, "evaluation_data.datasets") or []),
    ]
    return _without_none(
        {
            "model_architecture": answer(content, "technical_specification.architecture"),
            "data": [_without_none({"name": one["name"], "link": one.get("source")}) for one in sheets],
        }
    )


def _analysis(content: Mapping[str, Any]) -> dict[str, Any]:
    rows = [
        *(answer(content, "quantitative_analyses.results") or []),
        *(answer(content, "quantitative_analyses.group_results") or []),
    ]
    metrics = []
    for row in rows:
        if row.get("value") is None:
            continue
        metric: dict[str, Any] = {"type": row["metric"], "value": str(row["value"])}
        if row.get("group") is not None:
            metric["slice"] = f"{row['attribute']}={row['group']}"
        if row.get("low") is not None and row.get("high") is not None:
            metric["confidence_interval"] = {"lower_bound": str(row["low"]), "upper_bound": str(row["high"])}
        metrics.append(metric)
    return {"performance_metrics": metrics} if metrics else {}


def _considerations(content: Mapping[str, Any]) -> dict[str, Any]:
    uses, users = answer(content, "intended_use.primary_uses"), answer(content, "intended_use.primary_users")
    not_for = answer(content, "intended_use.out_of_scope")
    risks = answer(content, "ethical_considerations.risks") or []
    described = [*([uses] if uses else []), *([f"{_NOT_FOR}{not_for}"] if not_for else [])]
    return _without_none(
        {
            "users": [{"description": users}] if users else [],
            "use_cases": [{"description": one} for one in described],
            "limitations": _described(answer(content, "caveats_recommendations.limitations")),
            "tradeoffs": _described(answer(content, "caveats_recommendations.tradeoffs")),
            "ethical_considerations": [
                _without_none({"name": one["name"], "mitigation_strategy": one.get("mitigation")}) for one in risks
            ],
        }
    )


def _described(texts: Sequence[str] | None) -> list[dict[str, str]]:
    return [{"description": one} for one in texts or ()]


def _read_details(details: dict[str, Any], content: Content) -> None:
    details.pop("name", None)  # the registry knows it
    put(content, "model_details.summary", _short(details, "overview"))
    owners = [
        _without_none({"name": str(one["name"])[:500], "contact": _text(one.get("contact"))})
        for one in _taken(details, "owners")
        if isinstance(one, Mapping) and one.get("name")
    ]
    put(content, "model_details.owners", owners)
    number = details.get("version")
    if isinstance(number, Mapping):
        details.pop("version")
        put(content, "model_details.what_changed", _text(number.get("diff")))
    licences = _taken(details, "licenses") or ([details.pop("license")] if details.get("license") else [])
    if licences:
        first = licences[0]
        said = (first.get("identifier") or first.get("custom_text")) if isinstance(first, Mapping) else first
        put(content, "model_details.licence", (_text(said) or "")[:500])
    put(content, "model_details.references", _texts(_taken(details, "references"), "reference"))
    put(content, "model_details.citation", "\n\n".join(_texts(_taken(details, "citations"), "citation")))
    details.pop("path", None)


def _read_parameters(parameters: dict[str, Any], content: Content) -> None:
    architecture = parameters.get("model_architecture")
    if isinstance(architecture, str) and len(architecture) <= 500:
        put(content, "technical_specification.architecture", parameters.pop("model_architecture"))
    sheets = [
        _without_none({"name": str(one["name"])[:500], "source": (_text(one.get("link")) or "")[:500] or None})
        for one in _taken(parameters, "data")
        if isinstance(one, Mapping) and one.get("name")
    ]
    put(content, "training_data.datasets", sheets)


def _read_considerations(considered: dict[str, Any], content: Content) -> None:
    described = _texts(_taken(considered, "use_cases"), "description")
    uses = [one for one in described if not one.startswith(_NOT_FOR)]
    not_for = [one.removeprefix(_NOT_FOR) for one in described if one.startswith(_NOT_FOR)]
    put(content, "intended_use.primary_uses", "\n\n".join(uses))
    put(content, "intended_use.out_of_scope", "\n\n".join(not_for))
    put(content, "intended_use.primary_users", "\n\n".join(_texts(_taken(considered, "users"), "description")))
    for name in ("limitations", "tradeoffs"):
        put(content, f"caveats_recommendations.{name}", _texts(_taken(considered, name), "description"))
    risks = [
        _without_none({"name": str(one["name"])[:500], "mitigation": _text(one.get("mitigation_strategy"))})
        for one in _taken(considered, "ethical_considerations")
        if isinstance(one, Mapping) and one.get("name")
    ]
    put(content, "ethical_considerations.risks", risks)


def _part(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    part = found.get(name)
    return dict(part) if isinstance(part, dict) else {}


def _taken(part: dict[str, Any], name: str) -> list[Any]:
    """Take a list out of a part; what is no list stays there as not understood."""
    return part.pop(name) if isinstance(part.get(name), list) else []


def _texts(rows: Sequence[Any], name: str) -> list[str]:
    """Read rows that are objects with one text (v0.0.2) or just the text (v0.0.1)."""
    found = [_text(row.get(name) if isinstance(row, Mapping) else row) for row in rows]
    return [one for one in found if one]


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _short(part: dict[str, Any], name: str) -> str | None:
    text = _text(part.get(name))
    return part.pop(name) if text and len(text) <= 280 else None


def _without_none(value: dict[str, Any]) -> dict[str, Any]:
    return {name: inner for name, inner in value.items() if inner not in (None, "", [], {})}
