"""Write docs/rest.md from the OpenAPI document.

With `--check` nothing is written: exit code 1 says that the file is not what the code says.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any, Final

from gateway.rest.app import api_document
from scripts import generated_file

Schema = dict[str, Any]
_REFERENCE: Final = "#/components/schemas/"
_HEAD: Final = """\
# The HTTP API

<!-- Written by scripts/write_rest_reference.py from the OpenAPI document; edit the code. -->

Every operation, and below them every object. The same as OpenAPI 3.1: set `server.openapi` and
read `/openapi.json`.

A token comes as `Authorization: Bearer <token>`; [integrators.md](integrators.md) says which kinds
there are. Bodies are `application/json` in UTF-8; unknown fields are refused. Times are UTC, as
`2026-11-22T10:44:26.123Z`. A refusal is a problem document (RFC 9457): switch on its `code`, one of
the table in [protocol.md](protocol.md#error-codes). With `429` and `503` comes `Retry-After`.

Versions, exports, restores, statistics and pages of a timeline cost by their size: each 256 KiB of
the board, or of the events, count as one more request of `limits.requests_per_min_user`.

What any operation may answer: `400` another host than `server.public_url`, `413` a body too long,
`415` a body of another type, `422` a field that is not allowed, `429` too many requests, `500` a
fault of the server, `503` the database takes no writes. The lists below have what is besides.
"""
_ANYWHERE: Final = frozenset({"400", "413", "415", "422", "429", "500", "503"})


def reference(document: Schema) -> str:
    """Return the text of the file."""
    by_tag: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            text = "\n".join(_operation(path, method, operation))
            by_tag.setdefault(operation["tags"][0], []).append(text)
    parts = [_HEAD]
    for tag, operations in by_tag.items():
        parts += [f"## {tag.capitalize()}\n", *operations]
    parts.append("## Objects\n")
    schemas = document["components"]["schemas"]
    parts += ["\n".join(_object(name, schemas[name])) for name in sorted(schemas)]
    return "\n".join(parts).rstrip() + "\n"


def _operation(path: str, method: str, operation: Schema) -> Iterator[str]:
    yield f"### {operation['operationId']}\n"
    yield f"`{method.upper()} {path}`\n"
    yield operation["description"].strip() + "\n"
    security = operation.get("security", [])
    if not security:
        yield "Takes no token.\n"
    elif {} in security:
        yield "A token may be left out.\n"
    if parameters := [p for p in operation.get("parameters", []) if p["in"] != "path"]:
        yield "| parameter | in | type | |\n|---|---|---|---|"
        for parameter in parameters:
            schema = parameter["schema"]
            told = _told(parameter.get("description") or schema.get("description", ""))
            yield f"| `{parameter['name']}` | {parameter['in']} | {_type(schema)} | {told} |"
        yield ""
    if body := operation.get("requestBody"):
        yield f"Body: {_contents(body['content'])}\n"
    yield f"Answers: {_answers(operation['responses'])}\n"


def _answers(responses: Schema) -> str:
    refusals = [f"`{status}`" for status in responses if status >= "400"]
    answers = [
        f"`{status}` {_contents(response['content'])}" if "content" in response else f"`{status}`"
        for status, response in responses.items()
        if status < "400"
    ]
    besides = [text for text in refusals if text.strip("`") not in _ANYWHERE]
    return "; ".join(answers) + (f". Refusals: {', '.join(besides)}." if besides else ".")


def _contents(content: Schema) -> str:
    return " or ".join(
        _type(media.get("schema", {})) if media_type == "application/json" else f"`{media_type}`"
        for media_type, media in content.items()
    )


def _object(name: str, schema: Schema) -> Iterator[str]:
    yield f"### {name}\n"
    if description := schema.get("description"):
        yield f"{description.strip()}\n"
    if "enum" in schema:
        yield f"{_type(schema)}\n"
        return
    required = schema.get("required", [])
    yield "| field | type | default | |\n|---|---|---|---|"
    for field, described in schema.get("properties", {}).items():
        default = ""
        if "default" in described:
            default = f"`{json.dumps(described['default'])}`"
        elif field in required:
            default = "needed" if name.endswith("In") else ""
        told = _told(described.get("description", ""))
        yield f"| `{field}` | {_type(described)} | {default} | {told} |"
    yield ""


def _told(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _type(schema: Schema) -> str:
    """Return the type of a schema in words."""
    match schema:
        case {"$ref": str(reference)}:
            name = reference.removeprefix(_REFERENCE)
            return f"[{name}](#{name.lower()})"
        case {"anyOf": list(schemas)}:
            return " or ".join(_type(option) for option in schemas)
        case {"enum": list(values)}:
            return ", ".join(f"`{value}`" for value in values)
        case {"const": value}:
            return f"`{json.dumps(value)}`"
        case {"type": "array", "items": items}:
            return f"list of {_type(items)}"
        case {"type": "object", "additionalProperties": dict(values)}:
            keys = _type(schema["propertyNames"]) if "propertyNames" in schema else "name"
            return f"object: {keys} → {_type(values)}"
        case {"type": "string"}:
            return _text_type(schema)
        case {"type": "integer" | "number"}:
            return str(schema["type"]) + _range(schema)
        case {"description": str(description), "type": "object"} if "properties" in schema:
            return f"object ({description.rstrip('.')})"
        case {"type": str(kind)}:
            return kind
        case _:
            return "any"


def _text_type(schema: Schema) -> str:
    match schema:
        case {"format": "date-time"}:
            return "time"
        case {"format": "binary"}:
            return "bytes"
        case {"pattern": str(pattern)}:
            return f"string `{pattern}`"
        case {"maxLength": most}:
            return f"string, {schema.get('minLength', 0)} to {most} characters"
        case _:
            return "string"


def _range(schema: Schema) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is None and most is None:
        return ""
    if most is None or most >= 2**53 - 1:
        return f" from {least:.0f}"
    return f", {least:.0f} to {most:.0f}"


def main(arguments: list[str]) -> int:
    """Write the file, or check it; return the exit code."""
    return generated_file.run(
        arguments,
        file="docs/rest.md",
        text=lambda: reference(api_document()),
        says="the code says",
        about=__doc__,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
