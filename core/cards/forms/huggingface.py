"""The Hugging Face form: a README with YAML on top and the headings of its template below."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import yaml

from core.cards.forms.native import Imported, Rest, carried, joined, put
from core.cards.schema import Content, answer
from core.errors import InputError

KEY: Final = "huggingface"
"""Where a card keeps what was in such a file and is asked nowhere."""

OURS: Final = "x-signoff"
"""The key of the YAML block under which everything travels that the template has no place for."""

_SPDX: Final = {
    name.lower(): name
    for name in (
        "Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0",
        "GPL-2.0", "GPL-3.0", "LGPL-3.0", "AGPL-3.0", "MPL-2.0", "ISC", "Zlib", "Unlicense", "EPL-2.0",
    )
}  # fmt: skip

_PROSE: Final = {
    "Model Description": "model_details.summary",
    "Direct Use": "intended_use.primary_uses",
    "Intended Users": "intended_use.primary_users",
    "Out-of-Scope Use": "intended_use.out_of_scope",
    "Bias, Risks, and Limitations": "caveats_recommendations.limitations",
    "Recommendations": "caveats_recommendations.recommendations",
    "Training Data": "training_data.datasets",
    "Testing Data": "evaluation_data.datasets",
    "Results": "quantitative_analyses.results",
    "Model Examination": "explainability.how_to_read",
    "Model Architecture and Objective": "technical_specification.architecture",
    "Hardware": "technical_specification.hardware",
    "Citation": "model_details.citation",
}
"""Headings of the template, in its order, and what stands below them."""

_PARENTS: Final = {
    "Model Description": "Model Details",
    "Direct Use": "Uses",
    "Bias, Risks, and Limitations": None,
    "Training Data": "Training Details",
    "Testing Data": "Evaluation",
    "Model Examination": None,
    "Model Architecture and Objective": "Technical Specifications",
    "Citation": None,
}
"""The heading above, where one begins; None for headings of the first rank."""

_TOP: Final = {"Bias, Risks, and Limitations", "Model Examination", "Citation"}
_LINES: Final = {"technical_specification.architecture", "technical_specification.hardware"}
_LISTS: Final = {"caveats_recommendations.limitations", "caveats_recommendations.recommendations"}
_DATA: Final = {"training_data.datasets", "evaluation_data.datasets"}
_NEEDED: Final = {"Direct Use", "Out-of-Scope Use", "Bias, Risks, and Limitations", "Training Data"}
_TASKS: Final = {"binary": "binary-classification", "multiclass": "multiclass-classification"}
_ALSO_CALLED: Final = {
    "intended use": "Direct Use",
    "intended uses": "Direct Use",
    "intended uses & limitations": "Direct Use",
    "limitations": "Bias, Risks, and Limitations",
    "limitations and bias": "Bias, Risks, and Limitations",
}
_RESULTS, _CLAIMS = "model-index", "imported-model-index"
_MISSING: Final = {"not provided", "more information needed", "[more information needed]"}
_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^(#{1,6})[ \t]+(.+?)[ \t#]*$")


def write(content: Mapping[str, Any]) -> bytes:
    """Write a card as a README.

    Args:
        content: a checked card.
    """
    return carried(content, lambda beside: _written(content, beside), read, KEY)


def read(data: bytes) -> Imported:
    """Read a README tolerantly.

    Raises:
        InputError: no UTF-8 text, or the block on top is no mapping.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise InputError("The card is no UTF-8 text.", "Save the README as UTF-8.") from None
    found = _FRONT.match(text)
    front = _front(found[1]) if found else {}
    content: Content = {}
    strange_keys = _read_front(front, content)
    bodies: dict[str, str] = {}
    for heading, body in _sections(text[found.end() :] if found else text):
        bodies[heading] = "\n\n".join(part for part in (bodies.get(heading), body) if part)
    known = {heading: body for heading, body in bodies.items() if heading in _PROSE and _fits(heading, body)}
    for heading, body in known.items():
        _read_section(_PROSE[heading], body, content)
    strange_parts = {heading: body for heading, body in bodies.items() if heading not in known and body}
    ours = front.get(OURS)
    if isinstance(ours, Mapping):
        strange_keys.pop(_RESULTS, None)  # its numbers are computed here, or were computed where it came from
        strange_parts.pop("", None)
    kept = {name: found for name, found in (("metadata", strange_keys), ("sections", strange_parts)) if found}
    if kept:
        content["extensions"] = {KEY: kept}
    return Imported(joined(content, ours), (*strange_keys, *strange_parts))


def _written(content: Mapping[str, Any], beside: Rest) -> bytes:
    kept = (content.get("extensions") or {}).get(KEY) or {}
    front = _front_of(content)
    # Numbers that came with a card are claims of where it came from: under the key of results they would be published.
    theirs = {_CLAIMS if key == _RESULTS else key: value for key, value in (kept.get("metadata") or {}).items()}
    front |= {key: value for key, value in theirs.items() if key not in front}
    if beside:
        front[OURS] = beside
    block = yaml.safe_dump(front, sort_keys=False, allow_unicode=True, width=120) if front else ""
    name = answer(content, "model_details.name") or "this model"
    lines = ["---", f"{block}---", "", f"# Model Card for {_line(name)}", ""]
    for heading, path in _PROSE.items():
        body = _body(path, content)
        if body or heading in _NEEDED:
            parent = _PARENTS.get(heading)
            lines += [f"## {parent}", ""] if parent else []
            lines += [f"{'##' if heading in _TOP else '###'} {heading}", "", body or "Not provided", ""]
    for heading, body in (kept.get("sections") or {}).items():
        lines += [f"## {heading}", "", body, ""] if heading else []
    return "\n".join(lines).encode()


def _front_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """Write the keys of the YAML block in the order of the form."""
    front: dict[str, Any] = {}
    if licence := answer(content, "model_details.licence"):
        known = licence.lower() in _SPDX and _SPDX[licence.lower()] == licence
        front |= {"license": licence.lower()} if known else {"license": "other", "license_name": licence}
    if link := answer(content, "model_details.licence_link"):
        front["license_link"] = link
    if bases := answer(content, "model_details.base_models"):
        front["base_model"] = [one["id"] for one in bases]
    if data := answer(content, "training_data.datasets"):
        front["datasets"] = [one["name"] for one in data]
    if results := _index(content):
        front[_RESULTS] = results
    if energy := answer(content, "environmental_impact.activities"):
        kilograms = [one["co2_kg"] for one in energy if one.get("co2_kg") is not None]
        if kilograms:
            front["co2_eq_emissions"] = {"emissions": sum(kilograms) * 1000}  # in grams there
    return front


def _index(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = [
        *(answer(content, "quantitative_analyses.results") or []),
        *(answer(content, "quantitative_analyses.group_results") or []),
    ]
    task = answer(content, "model_details.task") or ""
    results: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        if row.get("dataset") and row.get("value") is not None:  # the form has no place for a number without its data
            metric: dict[str, Any] = {"type": row["metric"], "value": row["value"]}
            if row.get("group") is not None:
                metric["args"] = {"slice": f"{row['attribute']}={row['group']}"}
            results.setdefault((row["dataset"], row.get("split") or ""), []).append(metric)
    if not results:
        return []
    return [
        {
            "name": answer(content, "model_details.name") or "model",
            "results": [
                {
                    "task": {"type": _TASKS.get(task, task or "other")},
                    "dataset": {"type": name, "name": name, **({"split": split} if split else {})},
                    "metrics": metrics,
                }
                for (name, split), metrics in results.items()
            ],
        }
    ]


def _body(path: str, content: Mapping[str, Any]) -> str:
    value = answer(content, path)
    if not value:
        return ""
    if path in _LISTS:
        return "\n".join(f"- {one}" for one in value)
    if path in _DATA:
        return "\n".join(f"- {one['name']}" + (f": {one['source']}" if one.get("source") else "") for one in value)
    if path == "quantitative_analyses.results":
        head = ["| Measure | Data | Value | From | To | Rows |", "| --- | --- | --- | --- | --- | --- |"]
        return "\n".join([*head, *(_row(one) for one in value)])
    return str(value)


def _row(one: Mapping[str, Any]) -> str:
    data = " · ".join(part for part in (one.get("dataset"), one.get("split")) if part)
    cells = [one["metric"], data, *(one.get(name) for name in ("value", "low", "high", "n"))]
    return f"| {' | '.join('–' if cell is None else _line(str(cell)).replace('|', '/') for cell in cells)} |"


def _line(text: str) -> str:
    return " ".join(text.split())


def _front(block: str) -> dict[str, Any]:
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(block, Loader=yaml.SafeLoader)):
            raise InputError("The block on top repeats itself by reference.", "Write every value out, without * and &.")
        found = yaml.safe_load(block)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise InputError(
            "The block on top of the card is no YAML.", "Check what stands between the --- lines."
        ) from None
    if found is not None and not isinstance(found, dict):
        raise InputError("The block on top of the card is no list of keys.", "Write it as `key: value` lines.")
    return {str(key): value for key, value in (found or {}).items()}


def _read_front(front: Mapping[str, Any], content: Content) -> dict[str, Any]:
    """Take what is known from the block on top; returns the rest of it."""
    left = {key: value for key, value in front.items() if key != OURS}
    licence = _several(left.get("license"))
    if len(licence) == 1:
        named = left.pop("license_name", None) if licence[0] == "other" else None
        left.pop("license")
        put(content, "model_details.licence", str(named) if named else _SPDX.get(licence[0].lower(), licence[0]))
    if isinstance(left.get("license_link"), str):
        put(content, "model_details.licence_link", left.pop("license_link"))
    if bases := _several(left.get("base_model")):
        left.pop("base_model")
        put(content, "model_details.base_models", [{"id": one} for one in bases])
    if data := _several(left.get("datasets")):
        left.pop("datasets")
        put(content, "training_data.datasets", [{"name": one, "role": "train"} for one in data])
    if isinstance(front.get(OURS), Mapping):
        left.pop("co2_eq_emissions", None)
    return {key: _plain(value) for key, value in left.items()}


def _several(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(one) for one in value] if isinstance(value, Sequence) and not isinstance(value, bytes) else []


def _plain(value: Any) -> Any:
    """Bring what YAML knows and JSON does not (dates, odd keys) into text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)


def _fits(heading: str, body: str) -> bool:
    return _PROSE[heading] not in _LINES or (len(body) <= 500 and "\n" not in body)


def _sections(text: str) -> Iterator[tuple[str, str]]:
    """Walk the headings with what stands below each; below the title stands the description. Fences hold no heading."""
    heading, body, fenced, titled = "", list[str](), False, False
    for line in text.splitlines():
        fenced ^= line.lstrip().startswith("```")
        found = None if fenced else _HEADING.match(line)
        if found is None:
            body.append(line)
            continue
        yield heading, "\n".join(body).strip()
        heading, body = _ALSO_CALLED.get(found[2].lower(), _as_template(found[2])), []
        if found[1] == "#" and not titled:
            titled = True
            heading = heading if heading in _PROSE else "Model Description"
    yield heading, "\n".join(body).strip()


def _as_template(called: str) -> str:
    return next((one for one in _PROSE if one.lower() == called.lower()), called)


def _read_section(path: str, body: str, content: Content) -> None:
    if not body or body.strip("*_ ").lower() in _MISSING:
        return
    if path in _LISTS:
        parts = [one.strip() for one in re.split(r"^[-*] ", body, flags=re.MULTILINE)]
        put(content, path, [one for one in parts if one])
    elif path == "model_details.summary":
        put(content, path, body if len(body) <= 280 else body[:279].rsplit(" ", 1)[0] + "…")
    elif path not in _DATA and path != "quantitative_analyses.results":
        put(content, path, body)
