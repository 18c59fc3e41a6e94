"""What a section of config.toml is."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A section: fixed once read, and without room for keys that nobody knows."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, validate_default=True, hide_input_in_errors=True
    )
