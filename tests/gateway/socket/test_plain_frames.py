import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol as Core
from websockets.protocol import Side, State

from gateway.socket.plain_frames import frame_end, plain_frame, read_plain_frame

LIMIT = 70_000
SIZES = [0, 1, 125, 126, 127, 255, 256, 65_535, 65_536, 65_537]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("opcode", [Opcode.TEXT, Opcode.BINARY])
def test_a_frame_is_byte_for_byte_that_of_the_library(opcode: Opcode, size: int) -> None:
    """[HS-3] RFC 6455 section 5.2."""
    payload = b"x" * size
    assert plain_frame(opcode, payload) == Frame(opcode, payload).serialize(mask=False)


@pytest.mark.parametrize("size", SIZES[:8])
def test_a_whole_message_is_read_and_what_follows_is_left(size: int) -> None:
    """[HS-3] The payload is unmasked; the rest begins behind it."""
    payload = bytes(n % 251 for n in range(size))
    data = b"--" + Frame(Opcode.TEXT, payload).serialize(mask=True) + b"rest"
    read = read_plain_frame(data, 2, Opcode.TEXT, max_bytes=LIMIT)
    assert read is not None
    assert read[0] == payload
    assert data[read[1] :] == b"rest"


@pytest.mark.parametrize(
    "data",
    [
        Frame(Opcode.TEXT, b"part", fin=False).serialize(mask=True),
        Frame(Opcode.CONT, b"part").serialize(mask=True),
        Frame(Opcode.BINARY, b"other").serialize(mask=True),
        Frame(Opcode.PING, b"ping").serialize(mask=True),
        Frame(Opcode.CLOSE, b"").serialize(mask=True),
        Frame(Opcode.TEXT, b"not masked").serialize(mask=False),
        b"\xc1" + Frame(Opcode.TEXT, b"extended").serialize(mask=True)[1:],
        Frame(Opcode.TEXT, b"x" * (LIMIT + 1)).serialize(mask=True),
        Frame(Opcode.TEXT, b"x" * 300).serialize(mask=True)[:-1],
        b"",
    ],
    # Each mask is random: it would be in the name.
    ids=[
        "a part",
        "the rest of one",
        "another opcode",
        "ping",
        "close",
        "not masked",
        "extended",
        "too long",
        "not all there",
        "nothing",
    ],
)
def test_whatever_else_comes_is_left_to_the_library(data: bytes) -> None:
    """[HS-3] Fragments, control frames, breaches, what is too long or not all there."""
    assert read_plain_frame(data, 0, Opcode.TEXT, max_bytes=LIMIT) is None


@given(data=st.binary(max_size=300))
def test_what_is_read_is_what_the_library_reads(data: bytes) -> None:
    """[HS-3] Whatever the bytes behind a plausible first one."""
    data = b"\x81" + data
    read = read_plain_frame(data, 0, Opcode.TEXT, max_bytes=200)
    core = Core(Side.SERVER, state=State.OPEN, max_size=200)
    core.receive_data(data)
    frames = [event for event in core.events_received() if isinstance(event, Frame)]
    if read is not None:
        assert frames[0] == Frame(Opcode.TEXT, read[0])
    elif frames:
        # Only the longest way to write a length is left to the library where it need not be.
        assert data[1] == 0x80 | 127


@pytest.mark.parametrize("cut", range(1, 5))
def test_a_frame_in_pieces_is_never_read_in_part(cut: int) -> None:
    """[HS-3] Each beginning of a frame, header included."""
    data = Frame(Opcode.TEXT, b"x" * 200).serialize(mask=True)
    for end in range(0, len(data) - 1, cut):
        assert read_plain_frame(data[:end], 0, Opcode.TEXT, max_bytes=LIMIT) is None


@given(
    payload=st.binary(max_size=70_000),
    opcode=st.sampled_from([Opcode.TEXT, Opcode.PING, Opcode.CLOSE, Opcode.CONT]),
)
def test_a_header_tells_where_its_frame_ends(payload: bytes, opcode: Opcode) -> None:
    """[EN-3] So that the library can be given whole frames only."""
    frame = Frame(opcode, payload).serialize(mask=True)
    assert frame_end(b"--" + frame + b"rest", 2) == 2 + len(frame)
    header_bytes = len(frame) - len(payload) - 4
    assert frame_end(frame[: header_bytes - 1], 0) is None


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1", b"\x81\x05hello", b"\x83", b"\xc1\x85"])
def test_what_no_client_may_send_is_not_waited_for(data: bytes) -> None:
    """[EN-3] The library refuses it at once, by its first bytes."""
    assert frame_end(data, 0) == len(data)
