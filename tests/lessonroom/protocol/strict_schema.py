"""The schema of the wire without its tolerance, so that a misspelt field does not pass a test."""

from typing import Any, Final

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from lessonroom.protocol.plain_schema import Schema
from lessonroom.protocol.schema import message_schema


def closed(schema: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Return `schema` with every object that lists its fields allowing no others."""
    match schema:
        case list():
            return [closed(item) for item in schema]
        case {"properties": dict() as properties, **rest} if "additionalProperties" not in rest:
            inner = {name: closed(value) for name, value in properties.items()}
            return {**closed(rest), "properties": inner, "additionalProperties": False}
        case dict():
            return {key: closed(value) for key, value in schema.items()}
        case _:
            return schema


SCHEMA: Final[Schema] = message_schema()
_CLOSED: Final[Schema] = closed(SCHEMA)


_ROOT: Final = {key: value for key, value in _CLOSED.items() if key in {"$schema", "$defs"}}


def check_schema() -> None:
    """Raise where the schema itself is not one."""
    Draft202012Validator.check_schema(SCHEMA)


def errors(definition: str, value: object) -> list[str]:
    """Return the paths where `value` is not what a definition says; unknown fields are errors."""
    validator = Draft202012Validator({**_ROOT, "$ref": f"#/$defs/{definition}"})
    return [error.json_path for error in validator.iter_errors(value)]
