"""The operations of the API as methods of the Python client, for both of its kinds."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from scripts.python_client.types import REFERENCE, Schema, class_name, type_of, wrapped

JSON: Final = "application/json"
LEFT_OUT: Final = {
    "begin_oidc_sign_in": "a browser goes there",
    "finish_oidc_sign_in": "a browser comes back there",
    "end_oidc_sessions": "a school's provider calls it",
    "receive_booking": "signed, by whoever takes bookings: see `webhooks.signed`",
}
"""What no program calls with a token."""
_NO_PARAMETERS: Final = frozenset({"if-none-match", "Idempotency-Key"})
"""An answer without a body is of no use here; keys are the client's own, unless one is given."""
_REPEATABLE: Final = frozenset({"launch_session", "join_session", "mint_room_token", "renew_token"})
"""POST that may be carried out twice, as its description says."""

_HEAD: Final = '''\
"""The operations of the API, {kind}.

Written by scripts/python_client from the OpenAPI document; edit the code of the server.
"""

from collections.abc import {imports}, Mapping, Sequence
from contextlib import {manager}
from typing import Any, Literal, Unpack, cast

from lessonroom_client import models as m
from lessonroom_client._calls import Call, Content, path_of
'''

_CLASS: Final = '''

class {name}:
    """All that can be asked of the API; `{client}` says how it is asked."""

    {a}def _json(self, call: Call) -> Any:  # noqa: ANN401 - JSON
        raise NotImplementedError

    {a}def _bytes(self, call: Call) -> bytes:
        raise NotImplementedError

    def _stream(self, call: Call) -> {context}[{iterator}[bytes]]:
        raise NotImplementedError

    def _pages(self, call: Call, place: str) -> {iterator}[Any]:
        raise NotImplementedError
'''


class _Parameter(NamedTuple):
    name: str
    python: str
    place: str
    type: str
    is_needed: bool
    told: str


class _Operation(NamedTuple):
    name: str
    method: str
    path: str
    described: Schema
    parameters: tuple[_Parameter, ...]

    def those(self, place: str) -> list[_Parameter]:
        return [each for each in self.parameters if each.place == place]


def operations(document: Mapping[str, Any], *, is_async: bool) -> str:
    """Return the text of the file."""
    a = "async " if is_async else ""
    head = _HEAD.format(
        kind="asynchronous" if is_async else "synchronous",
        imports="AsyncIterator" if is_async else "Iterator",
        manager="AbstractAsyncContextManager" if is_async else "AbstractContextManager",
    )
    body = _CLASS.format(
        name="AsyncOperations" if is_async else "Operations",
        client="AsyncClient" if is_async else "Client",
        a=a,
        context="AbstractAsyncContextManager" if is_async else "AbstractContextManager",
        iterator="AsyncIterator" if is_async else "Iterator",
    )
    schemas = document["components"]["schemas"]
    methods = [
        "\n".join(f"    {line}" if line else "" for line in text)
        for operation in _operations(document)
        for text in _methods(operation, schemas, is_async=is_async)
    ]
    return "\n\n".join([head + body, *methods]) + "\n"


def _operations(document: Mapping[str, Any]) -> Iterator[_Operation]:
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            name = described["operationId"]
            if name in LEFT_OUT:
                continue
            parameters = tuple(
                _parameter(each)
                for each in described.get("parameters", [])
                if each["name"] not in _NO_PARAMETERS
            )
            yield _Operation(name, method.upper(), path, described, parameters)


def _parameter(described: Schema) -> _Parameter:
    name = described["name"]
    python = re.sub(r"\W", "_", name).lower()
    schema = described["schema"]
    return _Parameter(
        name=name,
        python="from_" if python == "from" else python,
        place=described["in"],
        type=type_of(schema, prefix="m."),
        is_needed=described.get("required", False),
        told=described.get("description", ""),
    )


def _methods(
    operation: _Operation, schemas: Mapping[str, Schema], *, is_async: bool
) -> Iterator[list[str]]:
    answer, media = _answer(operation)
    others = [kind for kind in media if kind != JSON]
    formats = [each for each in operation.parameters if each.name == "format"]
    if answer is not None or not others:
        left_out = {"format"} if formats else set()
        yield _method(operation, answer or "None", "_json", left_out, is_async=is_async)
    if others:
        suffix = "_file" if answer is not None else ""
        yield _method(operation, "bytes", "_bytes", set(), suffix, is_async=is_async)
        yield _method(operation, "bytes", "_stream", set(), "_stream", is_async=is_async)
    paged = _place(operation, answer, schemas)
    if paged is not None:
        place, item = paged
        name = "each_" + re.sub(r"^(list|get)_", "", operation.name)
        yield _method(
            operation, item, "_pages", {"format", place}, name=name, place=place, is_async=is_async
        )


def _answer(operation: _Operation) -> tuple[str | None, list[str]]:
    """Return the type of the JSON of an answer, if it has any, and all types of its content."""
    media: dict[str, Schema] = {}
    for status, response in operation.described["responses"].items():
        if status < "300":
            media |= response.get("content", {})
    answer = type_of(media[JSON].get("schema", {}), prefix="m.") if JSON in media else None
    return answer, list(media)


def _place(
    operation: _Operation, answer: str | None, schemas: Mapping[str, Schema]
) -> tuple[str, str] | None:
    """Return the parameter that asks for the next page, and the type of what a page lists."""
    named = {class_name(name): schema for name, schema in schemas.items()}
    page = named.get((answer or "").removeprefix("m."), {}).get("properties", {})
    for parameter in operation.those("query"):
        if f"next_{parameter.name}" in page and "items" in page:
            return parameter.name, type_of(page["items"]["items"], prefix="m.")
    return None


def _method(
    operation: _Operation,
    answer: str,
    how: str,
    left_out: set[str],
    suffix: str = "",
    *,
    name: str | None = None,
    place: str = "",
    is_async: bool,
) -> list[str]:
    parameters = [each for each in operation.parameters if each.name not in left_out]
    is_lazy = how in {"_stream", "_pages"}
    a = "async " if is_async and not is_lazy else ""
    returns = answer
    if how == "_pages":
        returns = f"{'AsyncIterator' if is_async else 'Iterator'}[{answer}]"
    if how == "_stream":
        kind = "Async" if is_async else ""
        returns = f"Abstract{kind}ContextManager[{kind}Iterator[bytes]]"
    return [
        f"{a}def {name or operation.name + suffix}(",
        *(f"    {line}," for line in _signature(operation, parameters)),
        f") -> {returns}:",
        *_docstring(operation, parameters, how),
        *_body(operation, parameters, answer, how, place, is_async=is_async),
    ]


def _signature(operation: _Operation, parameters: list[_Parameter]) -> Iterator[str]:
    yield "self"
    paths = [each for each in parameters if each.place == "path"]
    for each in paths:
        yield f"{each.python}: {each.type}"
    body = _json_body(operation)
    media = _raw_body(operation)
    if media:
        yield "content: Content"
    if paths or media:
        yield "/"
    named = [each for each in parameters if each.place != "path"]
    has_key = _has_key(operation)
    if named or has_key or len(media) > 1:
        yield "*"
    if len(media) > 1:
        yield "media_type: str"
    for each in named:
        default = "" if each.is_needed else " = None"
        optional = each.type if each.is_needed or "None" in each.type else f"{each.type} | None"
        yield f"{each.python}: {optional}{default}"
    if has_key:
        yield "idempotency_key: str | None = None"
    if body is not None:
        yield f"**body: Unpack[{body}]"


def _docstring(operation: _Operation, parameters: list[_Parameter], how: str) -> Iterator[str]:
    if how == "_pages":
        yield f'    """Iterate over all that `{operation.name}` lists, a page after the other."""'
        return
    told = [f"`{each.python}`: {each.told}" for each in parameters if each.told]
    if len(kinds := _raw_body(operation)) > 1:
        told.append(f"`media_type`: {', '.join(kinds)}.")
    text = "\n\n".join([operation.described["description"].strip(), *told])
    if how == "_stream":
        text = "\n\n".join([f"Read piece by piece what `{operation.name}` tells.", *told])
    yield f'    """{wrapped(text, "    ")}"""'


def _body(
    operation: _Operation,
    parameters: list[_Parameter],
    answer: str,
    how: str,
    place: str,
    *,
    is_async: bool,
) -> Iterator[str]:
    yield "    call = Call("
    yield f"        {operation.method!r},"
    named = [each for each in parameters if each.place == "path"]
    path = re.sub(r"{(\w+)}", r"{}", operation.path)
    inserted = re.findall(r"{(\w+)}", operation.path)
    by_name = {each.name: each.python for each in named}
    if inserted:
        yield f"        path_of({path!r}, {', '.join(by_name[each] for each in inserted)}),"
    else:
        yield f"        {path!r},"
    if query := [each for each in parameters if each.place == "query"]:
        pairs = ", ".join(f"{each.name!r}: {each.python}" for each in query)
        yield f"        query={{{pairs}}},"
    if headers := [each for each in parameters if each.place == "header"]:
        pairs = ", ".join(f"{each.name!r}: {each.python}" for each in headers)
        yield f"        headers={{{pairs}}},"
    if _json_body(operation) is not None:
        yield "        json=dict(body),"
    if media := _raw_body(operation):
        yield "        content=content,"
        yield f"        media_type={'media_type' if len(media) > 1 else repr(media[0])},"
    if _has_key(operation):
        yield "        idempotency_key=idempotency_key, takes_key=True,"
    if operation.name in _REPEATABLE or operation.method in {"GET", "PUT", "DELETE"}:
        yield "        is_repeatable=True,"
    yield "    )"
    if how == "_pages":
        yield f"    return self._pages(call, {place!r})"
    elif how == "_stream":
        yield "    return self._stream(call)"
    elif answer == "None":
        yield f"    {'await ' if is_async else ''}self.{how}(call)"
    else:
        got = f"{'await ' if is_async else ''}self.{how}(call)"
        yield f"    return {got}" if answer == "bytes" else f"    return cast({answer!r}, {got})"


def _has_key(operation: _Operation) -> bool:
    parameters = operation.described.get("parameters", [])
    return any(each["name"] == "Idempotency-Key" for each in parameters)


def _json_body(operation: _Operation) -> str | None:
    """Return the type of a body that is an object of ours."""
    content = operation.described.get("requestBody", {}).get("content", {})
    reference = content.get(JSON, {}).get("schema", {}).get("$ref")
    return None if reference is None else f"m.{class_name(reference.removeprefix(REFERENCE))}"


def _raw_body(operation: _Operation) -> list[str]:
    """Return the media types of a body that is a file."""
    if _json_body(operation) is not None:
        return []
    return list(operation.described.get("requestBody", {}).get("content", {}))
