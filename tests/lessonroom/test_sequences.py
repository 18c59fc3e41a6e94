"""What holds after any sequence of commands whatever.

Tests also: lessonroom/commands/boards.py, lessonroom/commands/command.py,
lessonroom/commands/connections.py, lessonroom/commands/people.py, lessonroom/commands/sessions.py,
lessonroom/outcome.py, lessonroom/turn.py.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessonroom.board.model.operations import NEEDS, Operation, Put
from lessonroom.calls.media import TRACKS
from lessonroom.codes import ErrorCode
from lessonroom.log.events import (
    BoardChanged,
    Event,
    EventType,
    MediaStateChanged,
    ParticipantChanged,
    PermissionsChanged,
)
from lessonroom.people.permissions import DEFAULT_PERMISSIONS, Permission, Role
from tests.lessonroom.lesson import fingerprint, folded
from tests.lessonroom.player import Player
from tests.lessonroom.sequences import sequence

SEEDS: Final = range(1000)
_decode_ops = msgspec.json.Decoder(list[Operation]).decode


@pytest.fixture(scope="module")
def played() -> list[Player]:
    """A thousand random lessons; each refusal in them was seen to change nothing."""
    return [Player().play(sequence(seed)) for seed in SEEDS]


def test_the_same_commands_give_the_same_bytes(played: list[Player]) -> None:
    """[BD-2] Order is the room's alone: no clock and no chance takes part."""
    for seed, first in zip(SEEDS, played, strict=True):
        again = Player().play(sequence(seed))
        assert again.log_bytes() == first.log_bytes(), seed
        assert again.heard == first.heard, seed
        assert again.refusals == first.refusals, seed


def test_a_room_rebuilt_from_its_log_equals_the_live_one(played: list[Player]) -> None:
    """[BD-7] state = fold(log) and nothing else, from the first event on."""
    for seed, player in zip(SEEDS, played, strict=True):
        rebuilt = folded(player.initial, player.log)
        assert fingerprint(rebuilt) == fingerprint(player.room.state), seed


def test_seq_is_dense_and_time_never_goes_back(played: list[Player]) -> None:
    """[BD-4] 1, 2, 3 … without gaps, although the generator sets the clock back."""
    for player in played:
        assert [event.seq for event in player.log] == list(range(1, len(player.log) + 1))
        times = [event.at_ms for event in player.log]
        assert times == sorted(times)


def test_the_size_of_the_board_is_the_sum_of_its_elements(played: list[Player]) -> None:
    """[BD-9] What the limit is compared with is true, and kept."""
    for player in played:
        board = player.room.state.board
        assert board.size_bytes == sum(len(stored.encoded) for stored in board.elements.values())
        assert board.size_bytes <= player.room.limits.board_bytes
        assert len(board.elements) <= player.room.limits.elements_per_board
        assert {stored.layer for stored in board.elements.values()} <= board.layers.keys()


def test_nothing_forbidden_is_in_the_log(played: list[Player]) -> None:
    """[BD-3][RT-3][SY-3] After a kick or a withdrawal not one more op of that person follows."""
    for player in played:
        _Witness().read(player.log)


def test_an_id_is_in_the_log_once(played: list[Player]) -> None:
    """[BD-6] Exactly once, and each client's numbers rise."""
    for player in played:
        newest: dict[tuple[int | None, str], int] = {}
        for event in player.log:
            if event.submission is not None:
                key = (event.user_id, event.submission.client_id)
                assert event.submission.n > newest.get(key, 0)
                newest[key] = event.submission.n


def test_the_random_lessons_reach_everything(played: list[Player]) -> None:
    """The proof of the proofs: every kind of event and of refusal comes up, and often."""
    events = Counter(event.type for player in played for event in player.log)
    refusals = Counter(code for player in played for code in player.refusals)
    # Of lines that are told of too often: here that comes up, or it does not.
    del refusals[ErrorCode.RATE_LIMITED]
    assert set(events) == set(EventType)
    assert set(refusals) == {
        ErrorCode.INVALID,
        ErrorCode.UNAUTHORIZED,
        ErrorCode.PERMISSION_DENIED,
        ErrorCode.KICKED,
        ErrorCode.NOT_FOUND,
        ErrorCode.CONFLICT,
        ErrorCode.PRECONDITION_FAILED,
        ErrorCode.ROOM_FULL,
        ErrorCode.SESSION_NOT_ACTIVE,
        ErrorCode.SESSION_ENDED,
        ErrorCode.TOO_LARGE,
    }
    assert min(events.values()) >= 20, events
    assert min(refusals.values()) >= 20, refusals
    ops = Counter(type(op) for player in played for op in _ops(player.log))
    assert set(ops) == set(NEEDS)
    assert min(ops.values()) >= 20, ops


@given(seed=st.integers(min_value=len(SEEDS)), length=st.integers(0, 200))
@settings(max_examples=50)
def test_any_prefix_of_a_log_can_be_taken_up_and_gone_on_from(seed: int, length: int) -> None:
    """[BD-7][SY-4] Wherever the server dies: prefix, restart and rest fold to the same state."""
    player = Player().play(sequence(seed, length=length))
    middle = len(player.log) // 2
    state = folded(player.initial, player.log[:middle])
    for event in player.log[middle:]:
        state.apply(event)
    assert fingerprint(state) == fingerprint(player.room.state)


def _ops(log: Iterable[Event]) -> list[Operation]:
    bodies = (event.body() for event in log)
    return [op for body in bodies if isinstance(body, BoardChanged) for op in _decode_ops(body.ops)]


class _Witness:
    """Follows a log with a model of its own of who may do what: plain dictionaries, no core."""

    def __init__(self) -> None:
        self.kicked: set[int] = set()
        self.roles: dict[int, Role] = {}
        self.by_role: dict[Role, dict[str, bool]] = {role: {} for role in Role}
        self.by_user: dict[int, dict[str, bool]] = {}

    def read(self, log: Iterable[Event]) -> None:
        tracks: dict[int, dict[str, bool]] = {}
        for event in log:
            match event.body():
                case ParticipantChanged(participant=view):
                    self.roles[view.user_id] = view.role
                    if event.type is EventType.PARTICIPANT_KICK:
                        self.kicked.add(view.user_id)
                    elif event.type is EventType.PARTICIPANT_INVITE:
                        self.kicked.discard(view.user_id)
                    elif event.user_id == view.user_id:
                        assert view.user_id not in self.kicked
                    tracks[view.user_id] = {}
                case PermissionsChanged() as body:
                    self._permit(body)
                case MediaStateChanged() as body:
                    assert body.user_id not in self.kicked
                    now = {name: getattr(body, name) for name in TRACKS}
                    before = tracks.get(body.user_id, {})
                    for name, is_on in now.items():
                        if is_on and not before.get(name):
                            assert self._may(body.user_id, TRACKS[name])
                    tracks[body.user_id] = now
                case BoardChanged() if event.type is EventType.BOARD_RESTORE:
                    assert event.user_id is None or self._leads(event.user_id)
                case BoardChanged() as body:
                    assert event.user_id is not None
                    assert event.user_id not in self.kicked
                    for op in _decode_ops(body.ops):
                        assert self._may(event.user_id, NEEDS[type(op)])
                        if isinstance(op, Put) and type(op.element).__name__ == "Image":
                            assert self._may(event.user_id, Permission.UPLOAD_IMAGES)
                case _:
                    pass

    def _permit(self, body: PermissionsChanged) -> None:
        if body.role is not None:
            self.by_role[body.role].update(body.permissions)
        if body.user_id is not None:
            self.by_user[body.user_id] = dict(body.overrides or {})

    def _leads(self, user_id: int) -> bool:
        return self.roles[user_id] in {Role.HOST, Role.SOLO}

    def _may(self, user_id: int, permission: Permission) -> bool:
        role = self.roles[user_id]
        default = permission in DEFAULT_PERMISSIONS[role]
        return self.by_user.get(user_id, {}).get(
            permission, self.by_role[role].get(permission, default)
        )
