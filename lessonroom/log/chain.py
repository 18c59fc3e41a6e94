"""The log as lines of which each holds a hash of the one before: a change in one shows in all.

A line is the event as JSON with its `hash` at the end. That is the SHA-256 of the hash of the line
before, as it is written, and of the line without its own: anyone can work it out with a few lines
of any language (decision 28).
"""

import hashlib
import re
from typing import Final

import msgspec

from lessonroom.codes import ErrorCode, Refused
from lessonroom.log.events import Event, EventType, Submission

HEAD_CHARS: Final = 64
_START: Final = b"lessonroom.log/1 "
_HASH: Final = re.compile(rb',"hash":"([0-9a-f]{64})"}\Z')


class _Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    seq: int
    type: EventType
    at: int
    user_id: int | None
    client_id: str | None
    client_n: int | None
    client_digest: int | None
    board_schema: int
    data: msgspec.Raw


_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(_Line).decode


class Chain:
    """The hashes of a log, from its first event on.

    Args:
        session_id: whose log it is; the first line holds a hash of that.

    """

    def __init__(self, session_id: str) -> None:
        self.head = hashlib.sha256(_START + session_id.encode()).hexdigest()
        """The hash of the last line; of no line, where the chain begins."""
        self.seq = 0
        """The event that the last line tells of."""

    def line_of(self, event: Event) -> bytes:
        """Return the line of the next event, without an end of line."""
        given = event.submission
        body = _encode(
            _Line(
                seq=event.seq,
                type=event.type,
                at=event.at_ms,
                user_id=event.user_id,
                client_id=given.client_id if given else None,
                client_n=given.n if given else None,
                client_digest=given.digest if given else None,
                board_schema=event.board_schema,
                data=msgspec.Raw(event.data),
            )
        )
        self._go_on(event.seq, body)
        return b'%b,"hash":"%b"}' % (body.removesuffix(b"}"), self.head.encode())

    def event_of(self, line: bytes) -> Event:
        """Return the event of the next line, which has no end of line.

        Raises:
            Refused: `invalid`, it is no such line, or does not follow from the one before.

        """
        found = _HASH.search(line)
        if found is None:
            raise _broken(f"the line behind event {self.seq} has no hash")
        body = line[: found.start()] + b"}"
        try:
            event = _event(_decode(body))
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise _broken(f"the line behind event {self.seq} is no event: {error}") from None
        if event.seq != self.seq + 1:
            raise _broken(f"event {event.seq} stands behind event {self.seq}")
        self._go_on(event.seq, body)
        if self.head.encode() != found[1]:
            raise _broken(f"event {event.seq} is not as it was written, or one before it is not")
        return event

    def _go_on(self, seq: int, body: bytes) -> None:
        digest = hashlib.sha256(self.head.encode())
        digest.update(body)
        self.head, self.seq = digest.hexdigest(), seq


def _event(line: _Line) -> Event:
    submission = None
    if line.client_id is not None and line.client_n is not None:
        submission = Submission(line.client_id, line.client_n, line.client_digest or 0)
    return Event(
        seq=line.seq,
        type=line.type,
        at_ms=line.at,
        data=bytes(line.data),
        user_id=line.user_id,
        submission=submission,
        board_schema=line.board_schema,
    )


def _broken(words: str) -> Refused:
    return Refused(ErrorCode.INVALID, words, field="log.jsonl")
