"""The limits a room keeps, so that one participant cannot exhaust it for the others."""

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a board and a message may hold at most (PROTOCOL BD-9, EN-3); sent in `welcome`."""

    elements_per_board: int = 20_000
    element_bytes: int = 262_144
    points_per_stroke: int = 10_000
    board_bytes: int = 20 * 1024 * 1024
    pages: int = 400
    layers: int = 800
    text_chars: int = 10_000
    lines_per_text: int = 1_000
    """As they are expected at its width and font size; no font is asked."""
    text_chars_per_board: int = 500_000
    """Of all texts and notes: a browser takes a microsecond for each."""
    assets_per_session: int = 2_000
    asset_bytes_per_session: int = 512 * 1024 * 1024
    ops_per_event: int = 200
    max_message_bytes: int = 65_536
    sdp_bytes: int = 32_768
    candidate_bytes: int = 1_024
    name_chars: int = 64
    seats_per_session: int = 2_000
    log_bytes_per_person: int = 256 * 1024 * 1024
    log_bytes_per_session: int = 2 * 1024 * 1024 * 1024
    log_bytes_per_owner: int = 20 * 1024 * 1024 * 1024
    connections_per_participant: int = 3
