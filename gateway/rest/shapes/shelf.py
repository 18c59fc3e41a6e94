"""What shelves take and show."""

from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, Field, StrictBool, model_validator

from gateway.rest.shapes.instants import InstantOut
from gateway.rest.shapes.models import one_line
from gateway.rest.shapes.settings import Body
from storage.people.shelf import ItemKind, ShelfItem

ItemName = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(one_line)]
ItemId = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="Of an item on one's shelf.")
]
_Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class ShelfIn(Body):
    """What to put on one's shelf: the whole board, or what is named of it."""

    name: ItemName
    pages: Annotated[tuple[_Id, ...], Field(max_length=1_000)] = Field(
        (), description="Of the board, in the order in which they are to be kept."
    )
    elements: Annotated[tuple[_Id, ...], Field(max_length=2_000)] = Field(
        (), description="Of one page: they are kept without it."
    )

    @model_validator(mode="after")
    def _check_one(self) -> Self:
        if self.pages and self.elements:
            raise ValueError("name pages or elements, not both")
        return self


class ShelfPatch(Body):
    """What to change of an item."""

    name: ItemName


class ShareIn(Body):
    """Whether everyone on this server may use an item."""

    is_shared: StrictBool


class ShelfItemOut(BaseModel):
    """Something on a shelf."""

    item_id: str = Field(examples=["q83vEjRWeJA1"])
    name: str = Field(examples=["Fractions: exercises"])
    kind: ItemKind = Field(
        description="`pages` come as pages, a `selection` is put on a page that is there."
    )
    pages: int
    elements: int
    size_bytes: int = Field(description="Of its board, without images.")
    picture: str | None = Field(
        description="An image of its first page, for `GET /assets/{asset}`; null: there is none.",
        examples=["ab" * 32],
    )
    is_own: bool = Field(description="Whether it is the caller's: to rename and to delete.")
    is_shared: bool = Field(description="Whether everyone on this server may use it.")
    created_at: InstantOut

    @classmethod
    def of(cls, item: ShelfItem, *, user_id: int) -> "ShelfItemOut":
        """Return an item as somebody sees it."""
        return cls.model_validate({**_fields(item), "is_own": item.user_id == user_id})


class ShelfPage(BaseModel):
    """Some items, the newest first."""

    items: list[ShelfItemOut]
    next_cursor: str | None = Field(description="For the page behind this one; null: the last.")


class OperatorItemOut(BaseModel):
    """Something on anybody's shelf, as operators see it."""

    item_id: str
    name: str
    kind: ItemKind
    pages: int
    elements: int
    size_bytes: int
    picture: str | None
    is_shared: bool
    created_at: InstantOut
    user_id: int = Field(description="Whose it is.")
    owner: str = Field(description="What they are called.")

    @classmethod
    def of(cls, item: ShelfItem) -> "OperatorItemOut":
        """Return an item as operators see it."""
        return cls.model_validate({**_fields(item), "user_id": item.user_id, "owner": item.owner})


class OperatorShelfPage(BaseModel):
    """Some items of all shelves, the newest first."""

    items: list[OperatorItemOut]
    next_cursor: str | None


class BroughtOut(BaseModel):
    """The images that a lesson has now, which an item shows."""

    assets: list[str]


def _fields(item: ShelfItem) -> dict[str, object]:
    return {
        "item_id": item.item_id,
        "name": item.name,
        "kind": item.kind,
        "pages": item.pages,
        "elements": item.elements,
        "size_bytes": item.size_bytes,
        "picture": item.picture,
        "is_shared": item.is_shared,
        "created_at": item.created_at_ms,
    }
