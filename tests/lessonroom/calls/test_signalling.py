"""Who may call whom, and what of an address is passed on.

Tests also: lessonroom/calls/relaying.py.
"""

import pytest

from lessonroom.codes import ErrorCode
from lessonroom.commands import KickParticipant, RelayCandidate, RelayDescription
from lessonroom.limits import Limits
from lessonroom.log.events import Channel
from lessonroom.outcome import Signal
from lessonroom.protocol.client import IceCandidate
from lessonroom.protocol.server import PeerJoined, RelayedCandidate, RelayedDescription
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import IcePolicy, Session, SessionSettings, SignalPolicy
from tests.lessonroom.lesson import ANN, BEN, HOST, VIEWER, Lesson, begun, connection_of

SDP = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\na=mid:0\r\n"
HOST_LINE = "a=candidate:1 1 udp 2122 192.168.1.7 54321 typ host generation 0\r\n"
SRFLX_LINE = "a=candidate:2 1 udp 1686 203.0.113.9 54321 typ srflx raddr 192.168.1.7 rport 9\r\n"
RELAY_LINE = "a=candidate:3 1 udp 41885 198.51.100.2 3478 typ relay raddr 0.0.0.0 rport 0\r\n"
END_LINE = "a=end-of-candidates\r\n"
RELAYED_ONLY = Session(
    session_id="s", host_id=HOST, settings=SessionSettings(ice_policy=IcePolicy.RELAY)
)
HOST_ONLY = Session(
    session_id="s", host_id=HOST, settings=SessionSettings(signal_policy=SignalPolicy.HOST_ONLY)
)


def offer(to: str, *, by: int = ANN, sdp: str = SDP) -> RelayDescription:
    return RelayDescription(connection_id=connection_of(by), type="offer", to=to, sdp=sdp)


def candidate(to: str, text: str | None, *, by: int = ANN) -> RelayCandidate:
    ice = None if text is None else IceCandidate(text, sdp_mid="0", sdp_m_line_index=0)
    return RelayCandidate(connection_id=connection_of(by), to=to, candidate=ice)


# -- who is reached


@pytest.mark.parametrize("kind", ["offer", "answer"])
def test_a_description_reaches_its_one_peer_byte_for_byte(kind: str) -> None:
    """[RT-1][RT-2] Nobody else hears it, nothing is stored, and the server says who it is from."""
    lesson = begun()
    outcome = lesson.do(
        RelayDescription(connection_id=connection_of(ANN), type=kind, to="peer-c3", sdp=SDP)
    )
    relayed = RelayedDescription(from_peer="peer-c2", sdp=SDP)
    assert outcome.signals == [Signal("c3", Channel.WEBRTC, kind, relayed)]
    assert not outcome.events
    assert not outcome.participants


@pytest.mark.parametrize("text", [HOST_LINE, "", None])
def test_a_candidate_reaches_its_one_peer_unchanged(text: str | None) -> None:
    """[RT-1][RT-2] Also the null that ends the candidates."""
    lesson = begun()
    command = candidate("peer-c1", text)
    outcome = lesson.do(command)
    relayed = RelayedCandidate(from_peer="peer-c2", candidate=command.candidate)
    assert outcome.signals == [Signal("c1", Channel.WEBRTC, "ice_candidate", relayed)]
    assert not outcome.events


def test_from_peer_is_that_of_the_connection() -> None:
    """[RT-2] The second tab of Ann is another peer than the first."""
    lesson = begun()
    lesson.connect(ANN, "c2b")
    outcome = lesson.do(RelayDescription(connection_id="c2b", type="offer", to="peer-c3", sdp=SDP))
    assert outcome.signals[0].data.from_peer == "peer-c2b"


@pytest.mark.parametrize("to", ["peer-gone", "peer-c2", "c3", ""])
def test_a_signal_to_nobody_is_not_found(to: str) -> None:
    """[RT-1] A peer that is absent, of another room, or oneself; only the sender hears of it."""
    lesson = begun()
    for command in (offer(to), candidate(to, HOST_LINE)):
        assert lesson.refuse(command, ErrorCode.NOT_FOUND).field == "data.to"


def test_a_connection_without_the_webrtc_channel_cannot_be_called() -> None:
    """[RT-1] A view of the board alone is no peer."""
    lesson = begun()
    lesson.connect(BEN, "board-only", is_peer=False)
    lesson.refuse(offer("peer-board-only"), ErrorCode.NOT_FOUND)


def test_a_peer_that_left_cannot_be_called() -> None:
    """[RT-1] Live peers only: not one that dropped, nor one that was kicked."""
    lesson = begun()
    lesson.disconnect(BEN)
    lesson.refuse(offer("peer-c3"), ErrorCode.NOT_FOUND)
    lesson.do(KickParticipant(by=HOST, user_id=VIEWER))
    lesson.refuse(offer("peer-c4"), ErrorCode.NOT_FOUND)


def test_a_kicked_peer_cannot_call() -> None:
    """[RT-1][SY-3] Its connection is not in the room any more."""
    lesson = begun()
    lesson.kick(ANN)
    lesson.refuse(offer("peer-c1"), ErrorCode.PERMISSION_DENIED)
    lesson.refuse(candidate("peer-c1", None), ErrorCode.PERMISSION_DENIED)


def test_calls_need_no_active_session() -> None:
    """[RT-1] People see each other while they wait."""
    lesson = Lesson()
    lesson.bring(HOST, ANN)
    assert lesson.do(offer("peer-c1")).signals
    lesson.move(Move.START)
    lesson.move(Move.PAUSE)
    assert lesson.do(offer("peer-c1")).signals


@pytest.mark.parametrize(
    ("by", "to", "is_allowed"),
    [(ANN, HOST, True), (HOST, ANN, True), (ANN, BEN, False), (VIEWER, ANN, False)],
)
def test_under_host_only_calls_are_with_the_host(by: int, to: int, *, is_allowed: bool) -> None:
    """[RT-1] The policy of the session is asked for descriptions and candidates."""
    lesson = begun(HOST_ONLY)
    for command in (offer(f"peer-c{to}", by=by), candidate(f"peer-c{to}", HOST_LINE, by=by)):
        if is_allowed:
            assert lesson.do(command).signals
        else:
            assert lesson.refuse(command, ErrorCode.PERMISSION_DENIED).field == "data.to"


# -- sizes


def test_a_description_or_candidate_past_its_limit_is_too_large() -> None:
    """[BD-9] In bytes, not characters; up to the limit it passes."""
    lesson = begun(limits=Limits(sdp_bytes=10, candidate_bytes=10))
    assert lesson.do(offer("peer-c3", sdp="\xe9" * 5)).signals
    assert lesson.do(candidate("peer-c3", "\xe9" * 5)).signals
    error = lesson.refuse(offer("peer-c3", sdp="\xe9" * 6), ErrorCode.TOO_LARGE)
    assert error.field == "data.sdp"
    error = lesson.refuse(candidate("peer-c3", "\xe9" * 6), ErrorCode.TOO_LARGE)
    assert error.field == "data.candidate.candidate"


# -- relay only


@pytest.mark.parametrize(
    ("sent", "passed_on"),
    [
        (SDP, SDP),
        (SDP + HOST_LINE + SRFLX_LINE + RELAY_LINE + END_LINE, SDP + RELAY_LINE + END_LINE),
        (HOST_LINE.rstrip(), ""),
        (SDP + HOST_LINE.replace("\r\n", "\n") + END_LINE, SDP + END_LINE),
        (SDP + HOST_LINE.replace("\r\n", "\r\r\n") + END_LINE, SDP + END_LINE),
        (SDP + HOST_LINE.replace("typ host", "typ host typ relay"), SDP),
        (SDP + HOST_LINE.replace(" typ host", ""), SDP),
        (SDP + "a=x:a=candidate: typ host\r\n", SDP + "a=x:a=candidate: typ host\r\n"),
    ],
)
def test_under_relay_addresses_are_taken_out_of_a_description(sent: str, passed_on: str) -> None:
    """[RT-1] Everything else stays byte for byte."""
    outcome = begun(RELAYED_ONLY).do(offer("peer-c3", sdp=sent))
    assert outcome.signals[0].data.sdp == passed_on


@pytest.mark.parametrize(
    ("text", "is_passed_on"),
    [
        (RELAY_LINE.strip(), True),
        (HOST_LINE.strip(), False),
        (SRFLX_LINE.strip(), False),
        ("nonsense", False),
        ("", True),
        (None, True),
    ],
)
def test_under_relay_only_relayed_candidates_are_passed_on(
    text: str | None, *, is_passed_on: bool
) -> None:
    """[RT-1] Others are dropped in silence: the browser sends them whatever the policy."""
    outcome = begun(RELAYED_ONLY).do(candidate("peer-c3", text))
    assert bool(outcome.signals) is is_passed_on


@pytest.mark.parametrize("server", list(IcePolicy))
@pytest.mark.parametrize("session", [None, RELAYED_ONLY])
def test_the_stricter_policy_of_server_and_session_holds(
    server: IcePolicy, session: Session | None
) -> None:
    """[RT-1] A session cannot give away what the server hides, nor the other way round."""
    lesson = begun(session, ice_policy=server)
    is_hidden = session is not None or server is IcePolicy.RELAY
    assert lesson.room.ice_policy is (IcePolicy.RELAY if is_hidden else IcePolicy.ALL)
    sdp = lesson.do(offer("peer-c3", sdp=SDP + HOST_LINE)).signals[0].data.sdp
    assert sdp == (SDP if is_hidden else SDP + HOST_LINE)
    assert bool(lesson.do(candidate("peer-c3", HOST_LINE.strip())).signals) is not is_hidden


def test_under_all_nothing_is_taken_out() -> None:
    """[RT-1] Bytes in, bytes out."""
    sdp = SDP + HOST_LINE + RELAY_LINE
    assert begun().do(offer("peer-c3", sdp=sdp)).signals[0].data.sdp == sdp


# -- who is polite


def test_the_later_joiner_is_the_polite_one() -> None:
    """[RT-4] Of each pair exactly one, and both are told."""
    lesson = Lesson()
    lesson.bring(HOST, ANN)
    lesson.seat(BEN)
    signals = lesson.connect(BEN).signals
    assert {(signal.connection_id, signal.data) for signal in signals} == {
        ("c1", PeerJoined("peer-c3", BEN, "Ben", polite=False)),
        ("c2", PeerJoined("peer-c3", BEN, "Ben", polite=False)),
        ("c3", PeerJoined("peer-c1", HOST, "Host", polite=True)),
        ("c3", PeerJoined("peer-c2", ANN, "Ann", polite=True)),
    }
    assert {signal.type for signal in signals} == {"participant_joined"}


def test_who_comes_back_is_the_later_joiner() -> None:
    """[RT-4] A new peer negotiates anew, whoever was first before."""
    lesson = Lesson()
    lesson.bring(HOST, ANN)
    lesson.disconnect(HOST)
    signals = lesson.connect(HOST, "again").signals
    assert {(signal.connection_id, signal.data.polite) for signal in signals} == {
        ("c2", False),
        ("again", True),
    }


def test_a_view_without_the_webrtc_channel_is_introduced_to_nobody() -> None:
    """[RT-4][RT-1] It neither calls nor is called."""
    lesson = Lesson()
    lesson.bring(HOST)
    lesson.seat(ANN)
    assert not lesson.connect(ANN, is_peer=False).signals
    lesson.seat(BEN)
    assert {signal.connection_id for signal in lesson.connect(BEN).signals} == {"c1", "c3"}
