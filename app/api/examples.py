"""Examples of bodies and answers, put together from what each field gives as its own example."""

from typing import Any, Final

Schema = dict[str, Any]

_PREFIX: Final = "#/components/schemas/"
_DEEPEST: Final = 8
_PLAIN: Final[dict[str, Any]] = {
    "date-time": "2026-03-03T12:00:00Z",
    "string": "…",
    "integer": 1,
    "number": 0.5,
    "boolean": True,
}
"""By format, then by type."""


def example_of(schema: Schema, schemas: dict[str, Schema], depth: int = 0) -> Any:
    """Put an example together that fits a schema.

    Args:
        schema: of what an example is wanted; its own example comes first, then those of its parts.
        schemas: all named ones.
        depth: how far inside this is; what is nested deeper than anybody reads is left empty.

    >>> example_of({"type": "object", "properties": {"n": {"type": "integer", "examples": [5]}}}, {})
    {'n': 5}
    """
    if given := schema.get("examples") or schema.get("enum") or [schema[name] for name in ("const",) if name in schema]:
        return given[0]
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].removeprefix(_PREFIX)], schemas, depth)
    if choices := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        return example_of(choices[0], schemas, depth)
    inside = depth < _DEEPEST
    match schema.get("type"):
        case "object":
            parts = schema.get("properties", {}) if inside else {}
            return {name: example_of(one, schemas, depth + 1) for name, one in parts.items()}
        case "array":
            return [example_of(schema["items"], schemas, depth + 1)] if inside and "items" in schema else []
        case other:
            return _PLAIN.get(str(schema.get("format"))) or _PLAIN.get(str(other))


def give(document: dict[str, Any]) -> None:
    """Give every JSON body and every JSON answer of an OpenAPI document an example."""
    schemas = document["components"]["schemas"]
    for methods in document["paths"].values():
        for operation in methods.values():
            parts = [operation.get("requestBody", {}), *operation["responses"].values()]
            for content in (part.get("content", {}) for part in parts):
                shown = content.get("application/json")
                if shown is not None and "example" not in shown and "examples" not in shown:
                    shown["example"] = example_of(shown["schema"], schemas)
