"""What refusals of what others say of people are called."""

from enum import StrEnum


class Fault(StrEnum):
    """Why somebody was not let in: a word for the log and for the page's sentence."""

    UNREACHABLE = "unreachable"
    """The other server could not be asked."""
    MISCONFIGURED = "misconfigured"
    """It and this server do not fit together; the operator has to look."""
    EXPIRED = "expired"
    """Begun too long ago, or elsewhere."""
    REPLAYED = "replayed"
    """The answer was used already."""
    DENIED = "denied"
    """The other server did not let them."""
    WRONG_TOKEN = "wrong_token"  # noqa: S105 - the name of a fault
    """What was said of them cannot be believed; a `TokenFault` says why."""
    NOT_INVITED = "not_invited"
    """They are who they say, and are not to come in."""
    BARRED = "barred"
    """The operator lets them in no more."""
    BUSY = "busy"
    """Too many at once."""


class TokenFault(StrEnum):
    """What is wrong with a token."""

    FORM = "form"
    """It is no signed JWT in compact form, or its header or claims are no strict JSON."""
    ALGORITHM = "algorithm"
    """`none`, a shared secret, or another that is not accepted."""
    TYPE = "type"
    KEY = "key"
    """Its key is not among those that its issuer tells of."""
    SIGNATURE = "signature"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    PARTY = "party"
    """It was issued to another client (`azp`), or does not say to which of several."""
    EXPIRED = "expired"
    EARLY = "early"
    """It is not valid yet."""
    NONCE = "nonce"
    """It answers another attempt."""
    CLAIMS = "claims"
    """One is missing, or is not what it should be."""


class FederationRefused(Exception):  # noqa: N818 - says what happened
    """Somebody is not let in.

    Args:
        fault: for the person: a `Fault`, or one of LTI alone.
        why: for the log, without a word of any token.
        token: what is wrong with their token, where that is the fault.

    """

    def __init__(self, fault: StrEnum, why: str, *, token: TokenFault | None = None) -> None:
        super().__init__(why)
        self.fault = fault
        self.why = why
        self.token = token
