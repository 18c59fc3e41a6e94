"""Types of Python for what JSON Schema says."""

import re
from collections.abc import Mapping
from typing import Any, Final

Schema = Mapping[str, Any]

REFERENCE: Final = "#/components/schemas/"
_WIDTH: Final = 94
_PLAIN: Final = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
}


def class_name(name: str) -> str:
    """Return the name of a model; where the API has two of a name, FastAPI says where they are."""
    *_, module, short = ["", *name.split("__")]
    return "".join(part.capitalize() for part in module.split("_")) + short


def type_of(schema: Schema, *, prefix: str = "") -> str:
    """Return the type of a value, with `prefix` before the names of models."""
    match schema:
        case {"$ref": str(reference)}:
            return prefix + class_name(reference.removeprefix(REFERENCE))
        case {"anyOf": list(options)} | {"oneOf": list(options)}:
            return " | ".join(dict.fromkeys(type_of(each, prefix=prefix) for each in options))
        case {"enum": list(values)}:
            return f"Literal[{', '.join(map(repr, values))}]"
        case {"const": value}:
            return f"Literal[{value!r}]"
        case {"type": "array", "items": items}:
            return f"Sequence[{type_of(items, prefix=prefix)}]"
        case {"type": "array"}:
            return "Sequence[Any]"
        case {"type": "object", "additionalProperties": dict(values)}:
            keys = type_of(schema.get("propertyNames", {"type": "string"}), prefix=prefix)
            return f"Mapping[{keys}, {type_of(values, prefix=prefix)}]"
        case {"type": "object"}:
            return "Mapping[str, Any]"
        case {"type": str(kind)} if kind in _PLAIN:
            return _PLAIN[kind]
        case _:
            return "Any"


def wrapped(text: str, indent: str) -> str:
    """Return a description as a docstring, without its quotes: lines of at most 100 characters."""
    lines: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text.strip().replace("\\", "\\\\")):
        line = ""
        for word in paragraph.split():
            if line and len(indent) + len(line) + len(word) > _WIDTH:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        lines += [line, ""]
    if len(lines) > 2:  # noqa: PLR2004 - several, and an empty one at the end
        lines[-1:] = [""]
        return f"\n{indent}".join(lines).replace(f"\n{indent}\n", "\n\n")
    return f"\n{indent}".join(lines[:-1]).replace(f"\n{indent}\n", "\n\n")
