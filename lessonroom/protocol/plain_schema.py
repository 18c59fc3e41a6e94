"""The JSON Schema of one type, as plain as it can be said: what msgspec makes of it, simplified."""

import inspect
import json
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from lessonroom import scalars
from lessonroom.board.model.elements import Element
from lessonroom.board.model.operations import LoggedOperation, Operation

Schema = dict[str, Any]

REF: Final = "#/$defs/{name}"

NAMED: Final[Mapping[str, Any]] = {
    "Id": scalars.Id,
    "MessageId": scalars.MessageId,
    "FieldPath": scalars.FieldPath,
    "PlainText": scalars.PlainText,
    "Color": scalars.Color,
    "ZIndex": scalars.ZIndex,
    "Sha256": scalars.Sha256,
    "Number": scalars.Number,
    "Extent": scalars.Extent,
    "Fraction": scalars.Fraction,
    "Timestamp": scalars.Timestamp,
    "Text": scalars.Text,
    "UserId": scalars.UserId,
    "Seq": scalars.Seq,
    "Element": Element,
    "Operation": Operation,
    "LoggedOperation": LoggedOperation,
}
"""Types that are no class, and the names they have in `$defs`."""


def ref(name: str) -> Schema:
    """Return a reference to the definition `name`."""
    return {"$ref": REF.format(name=name)}


def named_definitions() -> dict[str, Schema]:
    """Return the definitions of `NAMED`."""
    return {name: _simplified(_schema_of(kind), {}) for name, kind in NAMED.items()}


def struct_definitions(structs: list[type[Any]]) -> dict[str, Schema]:
    """Return the definitions of `structs` and of all structs and enums that they use."""
    names = {_key(schema): name for name, schema in named_definitions().items()}
    _, components = msgspec.json.schema_components(structs, ref_template=REF)
    return {name: _simplified(component, names) for name, component in components.items()}


def _schema_of(kind: Any) -> Schema:  # noqa: ANN401 - a type, or an alias of one
    (schema,), _ = msgspec.json.schema_components([kind], ref_template=REF)
    return schema


def _simplified(schema: Schema, names: Mapping[str, str]) -> Schema:
    """Return `schema` in fewer words, with references in place of what has a name."""
    node = {key: value for key, value in schema.items() if key != "discriminator"}
    if "description" in node:
        node["description"] = inspect.cleandoc(node["description"])
    if "pattern" in node:
        node["pattern"] = node["pattern"].replace(r"\Z", "$")  # the end of a text in ECMA-262
    if len(node.get("enum", ())) == 1:
        node["const"] = node.pop("enum")[0]
    if "discriminator" in schema:
        node["oneOf"] = node.pop("anyOf")
    elif "anyOf" in node:
        node |= _without_integers(node.pop("anyOf"))
    default = {"default": node.pop("default")} if "default" in node else {}
    node = {key: _within(key, value, names) for key, value in node.items()}
    if name := names.get(_key(node)):
        return ref(name) | default
    return node | default


def _within(key: str, value: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON
    match key, value:
        case "properties", dict():
            return {name: _simplified(schema, names) for name, schema in value.items()}
        case "items" | "additionalProperties" | "propertyNames", dict():
            return _simplified(value, names)
        case "anyOf" | "oneOf" | "prefixItems", list():
            return [_simplified(schema, names) for schema in value]
        case _:
            return value


def _without_integers(choices: list[Schema]) -> Schema:
    """Drop each choice of an integer beside that of a number within the same bounds."""
    numbers = [choice for choice in choices if choice.get("type") == "number"]
    rest = [
        choice
        for choice in choices
        if choice.get("type") != "integer" or {**choice, "type": "number"} not in numbers
    ]
    return rest[0] if len(rest) == 1 else {"anyOf": rest}


def _key(schema: Schema) -> str:
    return json.dumps(schema, sort_keys=True)
