"""The section of learning platforms."""

from pydantic import Field

from cli.settings.section import Section
from cli.settings.setting_types import Networks


class LtiSettings(Section):
    """Lessons that open from the courses of a learning platform (LTI 1.3)."""

    enabled: bool = Field(False, description="Whether platforms that are added may open lessons.")
    grades: bool = Field(
        True,
        description="Whether a platform's grade book is told how much of a lesson each was there.",
    )
    allowed_networks: Networks = Field(
        (), description="Private networks in which platforms may be."
    )
