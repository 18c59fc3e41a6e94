"""A board of plain dictionaries, written from docs/protocol.md: what operations do, told anew."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from lessonroom.board.model.elements import Element, Layer
from lessonroom.board.model.page import Page

Json = dict[str, Any]

_STAMPED: Final = {"id", "by", "type"}
_IN_PARTS: Final = ("style", "cells")


class PlainBoard:
    """What the operations of a log come to: pages, layers and elements as JSON has them."""

    def __init__(self) -> None:
        self.pages: list[Json] = [{"id": "p1"}]
        self.layers: list[Json] = [{"id": "base", "name": "Layer 1"}]
        self.elements: dict[str, Json] = {}

    def everything(self) -> Json:
        """Return it as the core tells its own."""
        return {"pages": self.pages, "layers": self.layers, "elements": self.elements}

    def apply(self, ops: Sequence[Json], author: int) -> None:
        """Take up one event: all of its operations, in order (BD-1)."""
        for op in ops:
            getattr(self, f"_{op['op']}")(op, author)
        held = {_page_of(layer) for layer in self.layers}
        self.pages = [page for page in self.pages if page["id"] in held]

    # -- elements

    def _put(self, op: Json, author: int) -> None:
        element = dict(op["element"])
        if not self._has_layer(element["layer"]):
            return
        # What the server wrote is final: the creator is named where it is not the author.
        before = self.elements.get(element["id"], {})
        element.setdefault("by", before.get("by", author))
        self.elements[element["id"]] = element

    def _patch(self, op: Json, _: int) -> None:
        before = self.elements.get(op["id"])
        if before is None:
            return
        after = _patched(before, op)
        if self._has_layer(after["layer"]):
            self.elements[op["id"]] = after

    def _append(self, op: Json, _: int) -> None:
        element = self.elements.get(op["id"])
        if element is not None and element["type"] == "stroke":
            points = [*element["points"], *op["points"]]
            self.elements[op["id"]] = {**element, "points": points}

    def _remove(self, op: Json, _: int) -> None:
        for name in op["ids"]:
            self.elements.pop(name, None)

    def _clear(self, op: Json, _: int) -> None:
        layer_id, page_id = op.get("layer"), op.get("page")
        cleared = {
            layer["id"]
            for layer in self.layers
            if (layer["id"] == layer_id if layer_id is not None else not layer.get("locked"))
            and (layer_id is not None or page_id in (None, _page_of(layer)))
        }
        self._drop(
            {
                name
                for name, element in self.elements.items()
                if element["layer"] in cleared and not element.get("locked")
            }
        )

    # -- layers and pages

    def _add_layer(self, op: Json, _: int) -> None:
        if not self._has_layer(op["layer"]["id"]):
            self.layers.append(op["layer"])
            self._add_page_of(op["layer"])

    def _patch_layer(self, op: Json, _: int) -> None:
        for n, layer in enumerate(self.layers):
            if layer["id"] == op["id"]:
                self.layers[n] = {**layer, **op.get("set", {}), "id": layer["id"]}
                self._add_page_of(self.layers[n])

    def _remove_layer(self, op: Json, _: int) -> None:
        if len(self.layers) > 1:
            self._keep_layers([layer for layer in self.layers if layer["id"] != op["id"]])

    def _reorder_layers(self, op: Json, _: int) -> None:
        self.layers = _reordered(self.layers, op["order"])

    def _add_page(self, op: Json, _: int) -> None:
        page = op["page"]
        first = op.get("layer") or {"id": page["id"], "name": "Layer 1"}
        taken = any(other["id"] == page["id"] for other in self.pages)
        if taken or self._has_layer(first["id"]):
            return
        at = op.get("at")
        self.pages.insert(len(self.pages) if at is None else at, page)
        self.layers.append({**first, "page": page["id"]})

    def _patch_page(self, op: Json, _: int) -> None:
        for n, page in enumerate(self.pages):
            if page["id"] == op["id"]:
                self.pages[n] = _patched(page, op)

    def _remove_page(self, op: Json, _: int) -> None:
        if len(self.pages) > 1 and any(page["id"] == op["id"] for page in self.pages):
            self.pages = [page for page in self.pages if page["id"] != op["id"]]
            self._keep_layers([layer for layer in self.layers if _page_of(layer) != op["id"]])

    def _reorder_pages(self, op: Json, _: int) -> None:
        self.pages = _reordered(self.pages, op["order"])

    # -- how

    def _has_layer(self, name: str) -> bool:
        return any(layer["id"] == name for layer in self.layers)

    def _keep_layers(self, layers: list[Json]) -> None:
        self.layers = layers
        kept = {layer["id"] for layer in layers}
        self._drop(
            {name for name, element in self.elements.items() if element["layer"] not in kept}
        )

    def _drop(self, names: set[str]) -> None:
        for name in names:
            del self.elements[name]

    def _add_page_of(self, layer: Json) -> None:
        """A layer of before pages had ids brings the page that it names (PG-3)."""
        name = _page_of(layer)
        if all(page["id"] != name for page in self.pages):
            numbers = [_number(page["id"]) for page in self.pages]
            at = next((n for n, number in enumerate(numbers) if number > _number(name)), None)
            self.pages.insert(len(self.pages) if at is None else at, {"id": name})


def comparable(board: Json) -> Json:
    """Return a board as it is compared with another: with every default, as if it were said."""
    return {
        "pages": [_whole(page, Page) for page in board.get("pages", [{"id": "p1"}])],
        "layers": [_whole({"page": "p1", **layer}, Layer) for layer in board["layers"]],
        "elements": {name: _whole(each, Element) for name, each in board["elements"].items()},
    }


def _whole(fields: Json, kind: Any) -> Json:  # noqa: ANN401 - a type, or a union of types
    said = {name: value for name, value in fields.items() if value not in ({}, [])}
    whole = msgspec.structs.asdict(msgspec.convert(said, kind))
    whole["type"] = fields.get("type")
    return whole


def _patched(before: Json, op: Json) -> Json:
    after = dict(before)
    for name, value in op.get("set", {}).items():
        if name in _STAMPED:
            continue
        parts = name in _IN_PARTS
        after[name] = {**(after.get(name) or {}), **value} if parts else value
    for path in op.get("unset", ()):
        field, _, part = path.partition(".")
        if part and field == "style":
            after["style"] = {k: v for k, v in (after.get("style") or {}).items() if k != part}
        elif path not in _STAMPED:
            after.pop(path, None)
    return after


def _page_of(layer: Mapping[str, Any]) -> str:
    page = layer.get("page", "p1")
    return page if isinstance(page, str) else f"p{page}"


def _number(page: str) -> int:
    return int(page[1:]) if page[:1] == "p" and page[1:].isdecimal() and len(page) < 6 else 0


def _reordered(all_: list[Json], order: Sequence[str]) -> list[Json]:
    by_id = {each["id"]: each for each in all_}
    wanted = [by_id[name] for name in order if name in by_id]
    is_whole = len(wanted) == len(all_) and len(set(order)) == len(all_)
    return wanted if is_whole else all_
