"""CycloneDX: a bill of materials whose model component carries a model card. Written as 1.6, read from 1.5 on."""

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from cyclonedx.schema import SchemaVersion
from cyclonedx.spdx import is_supported_id
from cyclonedx.validation.json import JsonStrictValidator

from core.cards.forms.native import Imported, Rest, carried, joined, put
from core.cards.schema import Content, answer
from core.errors import EvidenceError, InputError, IntegrityError
from core.tabular import strict_json

KEY: Final = "cyclonedx"
"""Where a card keeps what was in such a file and is asked nowhere."""

_PROPERTY: Final = "signoff:card:"
"""Beginning of the properties in which everything travels that the form has no place for, as JSON."""

_SPACE: Final = uuid.UUID("5c0d3b5e-8d5c-5a0e-9d6a-6b1f6a2f7e21")
_MODEL: Final = "machine-learning-model"
_CONSIDERED: Final = {
    "technicalLimitations": "caveats_recommendations.limitations",
    "performanceTradeoffs": "caveats_recommendations.tradeoffs",
}
_RISK: Final = {"name": "name", "mitigationStrategy": "mitigation"}
_FAIRNESS: Final = {
    "groupAtRisk": "group_at_risk",
    "benefits": "benefits",
    "harms": "harms",
    "mitigationStrategy": "mitigation",
}


def write(document: Mapping[str, Any]) -> bytes:
    """Write a composed card as a bill of materials.

    Args:
        document: what `core.cards.exchange.document` composed.

    Raises:
        IntegrityError: what was written does not fit the published schema.
    """
    data = carried(document["content"], lambda beside: _written(document, beside), read, KEY)
    # Never a smaller file in silence: what does not fit the schema is not handed out.
    if wrong := JsonStrictValidator(SchemaVersion.V1_6).validate_str(data.decode()):
        raise IntegrityError(
            f"This card does not fit the CycloneDX schema: {str(wrong).splitlines()[0][:200]}.",
            "Something imported from such a file is no longer valid; remove it from the card's extensions.",
        )
    return data


def read(data: bytes) -> Imported:
    """Read a bill of materials tolerantly.

    Raises:
        InputError: no CycloneDX document, or no model in it.
    """
    try:
        found = strict_json.loads(data, "The bill of materials")
    except EvidenceError as refused:
        raise InputError(refused.problem, refused.fix) from None
    if not isinstance(found, dict) or found.get("bomFormat") != "CycloneDX":
        raise InputError("This is no CycloneDX document.", "It is a JSON object with `bomFormat` CycloneDX.")
    components = _objects(found.get("components"))
    lead = _part(_part(found, "metadata"), "component")
    model = next((one for one in [lead, *components] if one.get("type") == _MODEL), None)
    if model is None:
        raise InputError("There is no model in this bill of materials.", f"One component has the type {_MODEL}.")
    content: Content = {}
    card = _part(model, "modelCard")
    ours = _ours(card)
    _read_component(model, content)
    _read_data(components, content)
    _read_considerations(_part(card, "considerations"), content)
    put(content, "technical_specification.architecture", _line(_part(card, "modelParameters").get("modelArchitecture")))
    strange = {} if ours else _strange(model, card)
    if strange:
        content["extensions"] = {KEY: strange}
    return Imported(joined(content, ours), tuple(strange))


def _written(document: Mapping[str, Any], beside: Rest) -> bytes:
    content, save = document["content"], document["card"]
    name = f"{document['model']}@{document['version']}"
    kept = (content.get("extensions") or {}).get(KEY) or {}
    sheets = answer(content, "training_data.datasets") or []
    bom = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid.uuid5(_SPACE, f"{name} {save['digest']}").urn,
        "version": 1,
        "metadata": {"timestamp": save["saved_at"]},
        "components": [
            {**kept, **_component(content, name, beside)},
            *(_data_component(number, one) for number, one in enumerate(sheets)),
        ],
        "dependencies": [{"ref": name, "dependsOn": [f"data-{number}" for number in range(len(sheets))]}],
    }
    return (json.dumps(bom, indent=2, ensure_ascii=False) + "\n").encode()


def _component(content: Mapping[str, Any], name: str, beside: Rest) -> dict[str, Any]:
    licence = answer(content, "model_details.licence")
    artifact = answer(content, "model_details.artifact") or {}
    digest = (artifact.get("sha256") or "").removeprefix("sha256:")
    return _without_none(
        {
            "type": _MODEL,
            "bom-ref": name,
            "name": answer(content, "model_details.name") or name,
            "version": answer(content, "model_details.version"),
            "description": answer(content, "model_details.summary"),
            "hashes": [{"alg": "SHA-256", "content": digest}] if len(digest) == 64 else [],
            "licenses": [{"license": {"id" if is_supported_id(licence) else "name": licence}}] if licence else [],
            "modelCard": _card(content, beside),
        }
    )


def _card(content: Mapping[str, Any], beside: Rest) -> dict[str, Any]:
    rows = [
        *(answer(content, "quantitative_analyses.results") or []),
        *(answer(content, "quantitative_analyses.group_results") or []),
    ]
    sheets = answer(content, "training_data.datasets") or []
    return _without_none(
        {
            "modelParameters": _without_none(
                {
                    "task": answer(content, "model_details.task"),
                    "modelArchitecture": answer(content, "technical_specification.architecture"),
                    "datasets": [{"ref": f"data-{number}"} for number in range(len(sheets))],
                }
            ),
            "quantitativeAnalysis": _without_none(
                {"performanceMetrics": [_metric(row) for row in rows if row.get("value") is not None]}
            ),
            "considerations": _considerations(content),
            "properties": [
                {"name": f"{_PROPERTY}{path}", "value": json.dumps(value, ensure_ascii=False, sort_keys=True)}
                for path, value in beside.items()
            ],
        }
    )


def _metric(row: Mapping[str, Any]) -> dict[str, Any]:
    ends = {"lowerBound": row.get("low"), "upperBound": row.get("high")}
    return _without_none(
        {
            "type": row["metric"],
            "value": str(row["value"]),
            "slice": f"{row['attribute']}={row['group']}" if row.get("group") is not None else None,
            "confidenceInterval": {end: str(value) for end, value in ends.items() if value is not None},
        }
    )


def _considerations(content: Mapping[str, Any]) -> dict[str, Any]:
    users, uses = answer(content, "intended_use.primary_users"), answer(content, "intended_use.primary_uses")
    risks = answer(content, "ethical_considerations.risks") or []
    groups = answer(content, "ethical_considerations.fairness_assessments") or []
    return _without_none(
        {
            "users": [users] if users else [],
            "useCases": [uses] if uses else [],
            **{name: answer(content, path) for name, path in _CONSIDERED.items()},
            "ethicalConsiderations": [_renamed(one, _RISK) for one in risks],
            "fairnessAssessments": [_renamed(one, _FAIRNESS) for one in groups],
        }
    )


def _data_component(number: int, sheet: Mapping[str, Any]) -> dict[str, Any]:
    described = {"type": "dataset", "name": sheet["name"]}
    return _without_none(
        {
            "type": "data",
            "bom-ref": f"data-{number}",
            "name": sheet["name"],
            "version": sheet.get("version"),
            "description": sheet.get("source"),
            "data": [described],
        }
    )


def _ours(card: Mapping[str, Any]) -> Rest:
    found: Rest = {}
    for one in _objects(card.get("properties")):
        name, value = one.get("name"), one.get("value")
        if isinstance(name, str) and name.startswith(_PROPERTY) and isinstance(value, str):
            try:
                found[name.removeprefix(_PROPERTY)] = strict_json.loads(value)
            except EvidenceError:
                continue  # somebody changed it by hand; the form's own places still say what they say
    return found


def _read_component(model: Mapping[str, Any], content: Content) -> None:
    description = model.get("description")
    if isinstance(description, str) and len(description) <= 280:
        put(content, "model_details.summary", description)
    for one in _objects(model.get("licenses"))[:1]:
        licence = _part(one, "license")
        put(content, "model_details.licence", _line(licence.get("id") or licence.get("name") or one.get("expression")))


def _read_data(components: Sequence[Mapping[str, Any]], content: Content) -> None:
    sheets = [
        _without_none(
            {
                "name": _line(one.get("name")),
                "version": _line(one.get("version")),
                "source": _line(one.get("description")),
            }
        )
        for one in components
        if one.get("type") == "data"
    ]
    put(content, "training_data.datasets", [one for one in sheets if "name" in one])


def _read_considerations(considered: Mapping[str, Any], content: Content) -> None:
    put(content, "intended_use.primary_users", "\n\n".join(_texts(considered.get("users"))))
    put(content, "intended_use.primary_uses", "\n\n".join(_texts(considered.get("useCases"))))
    for name, path in _CONSIDERED.items():
        put(content, path, _texts(considered.get(name)))
    risks = [_back(one, _RISK) for one in _objects(considered.get("ethicalConsiderations"))]
    put(content, "ethical_considerations.risks", [one for one in risks if "name" in one])
    groups = [_back(one, _FAIRNESS) for one in _objects(considered.get("fairnessAssessments"))]
    put(content, "ethical_considerations.fairness_assessments", [one for one in groups if "group_at_risk" in one])


def _strange(model: Mapping[str, Any], card: Mapping[str, Any]) -> dict[str, Any]:
    """What a component of somebody else's says that a card asks nowhere; what a card measures itself stands here."""
    known = {"type", "bom-ref", "name", "version", "description", "licenses", "hashes", "modelCard"}
    left = {name: value for name, value in model.items() if name not in known}
    measured = card.get("quantitativeAnalysis")
    return left | ({"properties": [_as_property(measured)]} if measured and "properties" not in left else {})


def _as_property(measured: Any) -> dict[str, str]:
    return {"name": "signoff:imported:quantitativeAnalysis", "value": json.dumps(measured, ensure_ascii=False)}


def _renamed(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {theirs: row[ours] for theirs, ours in names.items() if row.get(ours)}


def _back(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {ours: row[theirs] for theirs, ours in names.items() if isinstance(row.get(theirs), str) and row[theirs]}


def _part(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    part = found.get(name)
    return part if isinstance(part, dict) else {}


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str) and one.strip()] if isinstance(value, list) else []


def _line(value: Any) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= 500 else None


def _without_none(value: dict[str, Any]) -> dict[str, Any]:
    return {name: inner for name, inner in value.items() if inner not in (None, "", [], {})}
