"""What somebody can show without words (PROTOCOL PE-1)."""

from enum import StrEnum


class Reaction(StrEnum):
    """One of few, so that every client has a picture of each, and no text is shouted."""

    YES = "yes"
    NO = "no"
    CLAP = "clap"
    HEART = "heart"
    LAUGH = "laugh"
    SURPRISE = "surprise"
    SLOWER = "slower"
    FASTER = "faster"
