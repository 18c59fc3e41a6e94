"""The section `limits`: how much of everything, each with its unit, bounds and default."""

from pydantic import Field, model_validator

from cli.settings.section import Section
from cli.settings.setting_types import (
    Whole,
)

_KIB = 1024
_MIB = 1024 * 1024


class LimitSettings(Section):
    """What one participant, connection or board may use."""

    elements_per_board: Whole = Field(
        20_000, ge=1, le=1_000_000, description="Elements of a board."
    )
    element_bytes: Whole = Field(
        256 * _KIB, ge=_KIB, le=16 * _MIB, description="Encoded size of an element, bytes."
    )
    points_per_stroke: Whole = Field(10_000, ge=2, le=1_000_000, description="Points of a stroke.")
    board_bytes: Whole = Field(
        20 * _MIB, ge=64 * _KIB, le=1024 * _MIB, description="Encoded size of a board, bytes."
    )
    pages: Whole = Field(400, ge=1, le=10_000, description="Pages of a board.")
    layers: Whole = Field(800, ge=1, le=10_000, description="Layers of a board, on all its pages.")
    text_chars: Whole = Field(
        10_000, ge=1, le=1_000_000, description="Length of an element's text, code points."
    )
    lines_per_text: Whole = Field(
        1_000, ge=1, le=10_000, description="Lines of an element's text, as its width lets expect."
    )
    text_chars_per_board: Whole = Field(
        500_000, ge=1, le=100_000_000, description="Length of all texts of a board, code points."
    )
    assets_per_session: Whole = Field(
        2_000, ge=0, le=100_000, description="Images and documents that a session may have."
    )
    asset_bytes_per_session: Whole = Field(
        512 * _MIB,
        ge=0,
        le=1024 * 1024 * _MIB,
        description="Bytes of a session's images and documents.",
    )
    asset_bytes_per_user: Whole = Field(
        2048 * _MIB,
        ge=0,
        le=1024 * 1024 * _MIB,
        description="Bytes of a person's images, documents and shelf, in all.",
    )
    upload_bytes: Whole = Field(
        5 * _MIB, ge=_KIB, le=64 * _MIB, description="Size of an image as it is sent, bytes."
    )
    chat_file_bytes: Whole = Field(
        25 * _MIB, ge=_KIB, le=512 * _MIB, description="Size of a file sent in the chat, bytes."
    )
    image_pixels: Whole = Field(
        25_000_000, ge=1, le=100_000_000, description="Width times height of an image."
    )
    uploads_per_min: Whole = Field(
        30, ge=1, le=10_000, description="Images that a person sends, per minute."
    )
    exports_per_min: Whole = Field(
        20, ge=1, le=10_000, description="Drawings of boards for a person, per minute."
    )
    formulas_per_min: Whole = Field(
        120, ge=1, le=10_000, description="Formulas that are drawn for a person, per minute."
    )
    sessions_per_min: Whole = Field(
        60,
        ge=1,
        le=10_000,
        description="New sessions of a person, per minute; each MiB of a board counts as one.",
    )
    launches_per_min: Whole = Field(
        3_000,
        ge=1,
        le=1_000_000,
        description="Launches of one platform, per minute; ten people of one count as one more.",
    )
    sessions_per_user: Whole = Field(
        5_000,
        ge=1,
        le=10_000_000,
        description="Sessions of one host that are kept, those that are over among them.",
    )
    shelf_items_per_user: Whole = Field(
        1_000, ge=0, le=100_000, description="Things that are on one person's shelf."
    )
    exports_at_once: Whole = Field(
        2, ge=1, le=64, description="Processes that draw boards, of up to 1.5 GiB each."
    )
    images_at_once: Whole = Field(
        2, ge=1, le=64, description="Processes that decode uploads, of up to 768 MiB each."
    )
    document_bytes: Whole = Field(
        100 * _MIB, ge=_KIB, le=512 * _MIB, description="Size of a document as it is sent, bytes."
    )
    document_pages: Whole = Field(
        300, ge=1, le=1_000, description="Pages of one document that are imported."
    )
    pack_bytes: Whole = Field(
        1024 * _MIB,
        ge=_KIB,
        le=1024 * 1024 * _MIB,
        description="Size of a lesson pack that is taken up, as it is sent, bytes.",
    )
    documents_at_once: Whole = Field(
        1, ge=1, le=64, description="Processes that read documents, of up to 1.5 GiB each."
    )
    ops_per_event: Whole = Field(200, ge=1, le=10_000, description="Operations of a board_event.")
    max_message_bytes: Whole = Field(
        64 * _KIB, ge=4 * _KIB, le=16 * _MIB, description="Size of a WebSocket message, bytes."
    )
    sdp_bytes: Whole = Field(
        32 * _KIB, ge=_KIB, le=_MIB, description="Size of an offer or answer, bytes."
    )
    candidate_bytes: Whole = Field(
        _KIB, ge=128, le=64 * _KIB, description="Size of an ICE candidate, bytes."
    )
    name_chars: Whole = Field(
        64, ge=1, le=256, description="Length of a participant's name, code points."
    )
    seats_per_session: Whole = Field(
        2_000,
        ge=1,
        le=100_000,
        description="People who may have had a seat in a session, whether they are there or not.",
    )
    log_bytes_per_person: Whole = Field(
        256 * _MIB,
        ge=_MIB,
        le=1024 * 1024 * _MIB,
        description="Bytes of a session's log that one person may cause; never more than half of"
        " what is left to the session.",
    )
    log_bytes_per_session: Whole = Field(
        2048 * _MIB, ge=_MIB, le=1024 * 1024 * _MIB, description="Bytes of a session's log."
    )
    log_bytes_per_owner: Whole = Field(
        20 * 1024 * _MIB,
        ge=_MIB,
        le=1024 * 1024 * _MIB,
        description="Bytes of the logs of all sessions of one owner.",
    )
    snapshot_bytes_per_session: Whole = Field(
        256 * _MIB,
        ge=_MIB,
        le=1024 * 1024 * _MIB,
        description="Bytes of a session's snapshots past which some are deleted; the log has every"
        " version.",
    )
    connections_per_participant: Whole = Field(
        3, ge=1, le=100, description="WebSockets of one participant; one more replaces the oldest."
    )
    outbox_soft_bytes: Whole = Field(
        256 * _KIB,
        ge=4 * _KIB,
        le=1024 * _MIB,
        description="Unsent bytes of a connection past which it gets no signals of others.",
    )
    outbox_hard_bytes: Whole = Field(
        _MIB,
        ge=64 * _KIB,
        le=1024 * _MIB,
        description="Unsent bytes of a connection past which it is closed.",
    )
    intake_messages: Whole = Field(
        32,
        ge=1,
        le=1_000_000,
        description="Messages of a connection not handled yet, past which it is not read.",
    )
    intake_bytes: Whole = Field(
        256 * _KIB,
        ge=4 * _KIB,
        le=1024 * _MIB,
        description="Bytes of a connection not handled yet, past which it is not read.",
    )
    journal_queue: Whole = Field(
        5_000,
        ge=10,
        le=1_000_000,
        description="Events waiting for the disk past which new ones are refused.",
    )
    board_per_s: Whole = Field(
        60, ge=1, le=10_000, description="Board events of a participant, per second."
    )
    board_burst: Whole = Field(200, ge=1, le=100_000, description="Board events at once.")
    pointer_per_s: Whole = Field(
        60, ge=1, le=10_000, description="Pointer moves of a participant, per second."
    )
    signal_per_s: Whole = Field(
        50, ge=1, le=10_000, description="Offers, answers and candidates, per second."
    )
    command_per_s: Whole = Field(
        10, ge=1, le=10_000, description="Commands of a participant, per second."
    )
    chat_per_s: Whole = Field(
        5, ge=1, le=10_000, description="Messages that a participant writes, per second."
    )
    room_board_per_s: Whole = Field(
        2_000, ge=1, le=100_000, description="Board events of a whole room, per second."
    )
    requests_per_min_address: Whole = Field(
        6_000,
        ge=10,
        le=10_000_000,
        description="Calls of the HTTP API from one address, per minute; a school may be one.",
    )
    requests_per_min_user: Whole = Field(
        600, ge=10, le=1_000_000, description="Calls of the HTTP API by one person, per minute."
    )
    connects_per_min_user: Whole = Field(
        60, ge=1, le=1_000_000, description="WebSockets that one person opens, per minute."
    )
    connects_per_min_address: Whole = Field(
        3_000,
        ge=1,
        le=10_000_000,
        description="WebSockets that one address opens, per minute; a school may be one.",
    )

    @model_validator(mode="after")
    def _check_order(self) -> "LimitSettings":
        if self.outbox_soft_bytes >= self.outbox_hard_bytes:
            raise ValueError("outbox_soft_bytes must be less than outbox_hard_bytes")
        if self.element_bytes > self.board_bytes:
            raise ValueError("element_bytes must not exceed board_bytes")
        return self
