"""What planning lessons takes."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from gateway.rest.shapes.instants import InstantIn
from gateway.rest.shapes.models import Title


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ContinueIn(_Body):
    """The next lesson of a series; what is absent is as in the last one, a time excepted."""

    title: Title | None = None
    scheduled_start: InstantIn | None = None
    scheduled_end: InstantIn | None = None
    with_board: StrictBool = Field(
        default=True, description="Begin with the board as it is now; else with an empty one."
    )
    with_people: StrictBool = Field(
        default=True,
        description="Everybody whom it was for has a place, with role and permissions;"
        " guests come by the link.",
    )

    @model_validator(mode="after")
    def _check_times(self) -> Self:
        start, end = self.scheduled_start, self.scheduled_end
        if start is not None and end is not None and end <= start:
            raise ValueError("scheduled_end must be after scheduled_start")
        return self
