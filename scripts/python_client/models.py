"""The objects of the API as types of the Python client."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from scripts.python_client.types import REFERENCE, Schema, class_name, type_of, wrapped

_HEAD: Final = '''\
"""What the API takes and shows: JSON objects, with their types.

Written by scripts/python_client from the OpenAPI document; edit the code of the server. Times are
texts, as `2026-11-22T10:44:26.123Z`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict
'''


def models(document: Mapping[str, Any]) -> str:
    """Return the text of the file."""
    schemas = document["components"]["schemas"]
    parts = [_HEAD.rstrip()]
    for name in _ordered(schemas):
        write = _object if "properties" in schemas[name] else _alias
        parts.append("\n".join(write(class_name(name), schemas[name])))
    return "\n\n".join(parts) + "\n"


def _ordered(schemas: Mapping[str, Schema]) -> list[str]:
    """Return names so that whatever one names stands before it: Python reads types as it goes."""
    found: dict[str, None] = {}

    def add(name: str) -> None:
        if name not in found:
            for other in sorted(_named(schemas[name])):
                add(other)
            found[name] = None

    for name in sorted(schemas, key=class_name):
        add(name)
    return list(found)


def _named(schema: object) -> Iterator[str]:
    match schema:
        case {"$ref": str(reference)}:
            yield reference.removeprefix(REFERENCE)
        case dict():
            for each in schema.values():
                yield from _named(each)
        case list():
            for each in schema:
                yield from _named(each)
        case _:
            return


def _alias(name: str, schema: Schema) -> Iterator[str]:
    yield f"{name} = {type_of(schema)}"
    if description := schema.get("description"):
        yield f'"""{wrapped(description, "")}"""'


def _object(name: str, schema: Schema) -> Iterator[str]:
    required = schema.get("required", [])
    fields = schema["properties"].items()
    if any(not field.isidentifier() or _is_word(field) for field, _ in fields):
        yield f"{name} = TypedDict({name!r}, {{"
        for field, described in fields:
            yield f"    {field!r}: {_field(described, is_needed=field in required)!r},"
        yield "})"
        yield f'"""{wrapped(schema.get("description", name), "")}"""'
        return
    yield f"class {name}(TypedDict):"
    yield f'    """{wrapped(schema.get("description", name + "."), "    ")}"""'
    yield ""
    for field, described in fields:
        yield f"    {field}: {_field(described, is_needed=field in required)}"
        told = described.get("description", "")
        if "default" in described:
            told = f"{told} Default: `{json.dumps(described['default'])}`.".strip()
        if told:
            yield f'    """{wrapped(told, "    ")}"""'
    if not fields:
        yield "    pass"


def _field(schema: Schema, *, is_needed: bool) -> str:
    kind = type_of(schema)
    return kind if is_needed else f"NotRequired[{kind}]"


def _is_word(name: str) -> bool:
    return name in {"from", "class", "import", "in", "is", "not", "or", "and", "with", "as"}
