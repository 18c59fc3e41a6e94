"""The durable state of a room: what its log comes to. `state = fold(events)` and nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from typing import assert_never

import msgspec

from lessonroom.board.model.board import Board, BoardChange
from lessonroom.log.events import (
    AssetAdded,
    BoardChanged,
    BoardSaved,
    ChatMessageRemoved,
    ChatMessageSent,
    Event,
    EventType,
    MediaStateChanged,
    ParticipantChanged,
    PermissionsChanged,
    QualityChanged,
    RecordingStarted,
    RecordingStopped,
    RoomOpened,
    SessionStatusChanged,
    SessionUpdated,
    TakeOpened,
    TimerChanged,
)
from lessonroom.log.quotas import Usage
from lessonroom.log.replay import replay
from lessonroom.log.resume import Epoch
from lessonroom.log.submissions import Submissions
from lessonroom.people.participant import MediaState, Participant, ParticipantStatus
from lessonroom.people.permissions import (
    ALL_PERMISSIONS,
    DEFAULT_PERMISSIONS,
    TOOLS,
    PermissionSet,
    Role,
    effective,
)
from lessonroom.recording.recording import Recording
from lessonroom.session.lifecycle import SessionStatus
from lessonroom.session.messages import MessageHead, Messages
from lessonroom.session.session import Session

_replace = msgspec.structs.replace


class Touched(msgspec.Struct):
    """Which of the tables that a person reads an event changed."""

    participants: set[int] = set()
    session: bool = False


class RoomState:
    """Session, participants, board, accepted submissions and epochs, as of event `head`."""

    def __init__(  # noqa: PLR0913 - all that a log comes to
        self,
        session: Session,
        participants: Iterable[Participant] = (),
        *,
        board: Board | None = None,
        head: int = 0,
        head_at_ms: int = 0,
        epochs: Sequence[Epoch] = (),
        submissions: Submissions | None = None,
        assets: Mapping[str, int] | None = None,
        usage: Usage | None = None,
        saved_version: int | None = None,
        messages: Messages | None = None,
        role_permissions: Mapping[Role, PermissionSet] = DEFAULT_PERMISSIONS,
    ) -> None:
        self.session = session
        self.participants = {participant.user_id: participant for participant in participants}
        self.board = board or Board()
        self.head = head
        self.head_at_ms = head_at_ms
        self.epochs = list(epochs)
        self.submissions = submissions or Submissions()
        self.assets = dict(assets or {})
        """The images that the board may show, with the bytes that each takes."""
        self.usage = usage or Usage()
        """What the log takes, and who made it so long (QU-1)."""
        self.saved_version = saved_version
        """The version under which somebody has saved the board as it is now; None: nobody has."""
        self.messages = messages or Messages()
        """What was written into the chat, and not taken out of it (CH-5, CH-6)."""
        self._role_permissions = role_permissions
        self._effective: dict[int, PermissionSet] = {}

    @property
    def epoch(self) -> str:
        """The epoch that the log is in; empty before the room was first opened."""
        return self.epochs[-1].epoch if self.epochs else ""

    def permissions_of(self, user_id: int | None) -> PermissionSet:
        """Return what a participant may do now; None is the operator, who may do everything.

        One who was kicked or waits in the lobby may do nothing: not over REST either, where no
        connection is asked for.
        """
        if user_id is None:
            return ALL_PERMISSIONS
        found = self._effective.get(user_id)
        if found is None:
            participant = self.participants.get(user_id)
            if participant is None or not participant.may_act:
                return frozenset()
            found = self._effective[user_id] = self.permissions_with(
                participant, participant.custom_permissions
            )
        return found

    def permissions_of_role(self, role: Role) -> PermissionSet:
        """Return what a role may do in this session, before what was set for one person."""
        return effective(
            self._role_permissions[role], self.session.settings.permissions.get(role, {})
        )

    def is_host(self, user_id: int) -> bool:
        """Whether somebody leads the session: its host, or the one person of a solo."""
        participant = self.participants.get(user_id)
        return participant is not None and participant.role.leads

    def leaders(self) -> frozenset[int]:
        """Return everyone who leads the session."""
        return frozenset(seat.user_id for seat in self.participants.values() if seat.role.leads)

    def permissions_with(
        self,
        participant: Participant,
        custom: Mapping[str, bool],
        *,
        role_overrides: Mapping[str, bool] | None = None,
        tools_down: bool | None = None,
    ) -> PermissionSet:
        """Return what a participant could do with these overrides in place of the present ones."""
        role = participant.role
        settings = self.session.settings
        if role_overrides is None:
            role_overrides = settings.permissions.get(role, {})
        granted = effective(self._role_permissions[role], role_overrides, custom)
        are_down = settings.tools_down if tools_down is None else tools_down
        return granted - TOOLS if are_down and not role.leads else granted

    def apply(self, event: Event, *, change: BoardChange | None = None) -> Touched:
        """Take up the next event of the log and say which rows it changed.

        Args:
            event: the one after `head`.
            change: what a board event comes to, where that was drafted already.

        """
        touched = Touched()
        if change is None:
            self._take_up(event, touched)
        else:
            self.board.apply(change)
            self.saved_version = None
        if self.board.has_private and self.session.private_from is None:
            self.session = _replace(self.session, private_from=event.seq)
            touched.session = True
        self.head = event.seq
        self.head_at_ms = event.at_ms
        self.usage.add(event.user_id, len(event.data))
        if event.submission is not None and event.user_id is not None:
            self.submissions.add(event.user_id, event.submission, seq=event.seq)
        return touched

    def _take_up(self, event: Event, touched: Touched) -> None:
        body = event.body()
        match body:
            case RoomOpened():
                self._open_room(event, body, touched)
            case SessionStatusChanged():
                self._move_session(event, body, touched)
            case SessionUpdated():
                self._update_session(event, body, touched)
            case ParticipantChanged():
                self._change_participant(event, body, touched)
            case PermissionsChanged():
                self._change_permissions(body, touched)
            case MediaStateChanged():
                media = MediaState(body.video, body.audio, body.screen)
                self._put(body.user_id, touched, media=media, peer_id=body.peer_id)
            case QualityChanged(user_id=user_id, quality=quality):
                self._put(user_id, touched, connection_quality=quality)
            case BoardChanged():
                replay(self.board, event)
                self.saved_version = None
            case BoardSaved(version=version):
                self.saved_version = version
            case ChatMessageSent(to=to, removed=None):
                self.messages.add(event.seq, MessageHead(event.user_id or 0, to))
            case ChatMessageSent():
                pass  # taken out since
            case ChatMessageRemoved(message=message):
                self.messages.remove(message)
            case TimerChanged(timer=timer):
                self.session = _replace(self.session, timer=timer)
                touched.session = True
            case RecordingStarted():
                self.session = _replace(
                    self.session,
                    recording=Recording(
                        recording_id=body.recording_id,
                        kinds=body.kinds,
                        roles=body.roles,
                        started_at=event.at_ms,
                        by=body.by,
                    ),
                    recordings=self.session.recordings + 1,
                )
                touched.session = True
            case RecordingStopped():
                self.session = _replace(self.session, recording=None)
                touched.session = True
            case TakeOpened():
                self.session = _replace(self.session, takes=self.session.takes + 1)
                touched.session = True
            case AssetAdded():
                self.assets[body.asset] = body.size_bytes
            case _:
                assert_never(body)

    def _open_room(self, event: Event, body: RoomOpened, touched: Touched) -> None:
        """Whoever was connected when the room went away has the whole grace to come back.

        They were last there at the log's last event, or at the last note of their attendance.
        """
        for participant in list(self.participants.values()):
            if participant.status is ParticipantStatus.CONNECTED:
                last_ms = body.last_there.get(participant.user_id, self.head_at_ms)
                self._put(
                    participant.user_id,
                    touched,
                    status=ParticipantStatus.RECONNECTING,
                    media=MediaState(),
                    peer_id=None,
                    total_ms=participant.total_time_ms(last_ms),
                    present_since_ms=None,
                    dropped_at_ms=event.at_ms,
                    left_at_ms=last_ms,
                )
        self.epochs.append(Epoch(body.epoch, event.seq))

    def _move_session(self, event: Event, body: SessionStatusChanged, touched: Touched) -> None:
        # Nothing lasts longer than until somebody was last there, or less than it did already.
        at_ms = min(event.at_ms, body.as_of or event.at_ms)
        session = self.session
        is_active = body.status is SessionStatus.ACTIVE and not body.is_idle
        is_reopened = event.type is EventType.SESSION_REOPEN
        self.session = _replace(
            session,
            status=body.status,
            actual_start_ms=(
                at_ms if is_active and session.actual_start_ms is None else session.actual_start_ms
            ),
            actual_end_ms=at_ms if body.status.has_ended else None,
            active_ms=session.duration_ms(at_ms),
            active_since_ms=at_ms if is_active else None,
            timer=None if body.status.has_ended else session.timer,
            revision=(event.seq if body.status.has_ended or is_reopened else session.revision),
            reopened_at_ms=event.at_ms if is_reopened else session.reopened_at_ms,
        )
        touched.session = True
        if body.status.has_ended:
            for participant in list(self.participants.values()):
                if participant.status.is_present or participant.is_waiting:
                    self._leave(participant, ParticipantStatus.LEFT, at_ms, touched)

    def _update_session(self, event: Event, body: SessionUpdated, touched: Touched) -> None:
        self.session = _replace(
            self.session,
            title=body.title,
            max_participants=body.max_participants,
            scheduled_start_ms=body.scheduled_start,
            scheduled_end_ms=body.scheduled_end,
            settings=body.settings,
            booking_id=body.booking_id,
            host_id=self.session.host_id if body.host_id is None else body.host_id,
            is_recorded=(
                self.session.is_recorded if body.is_recorded is None else body.is_recorded
            ),
            revision=event.seq,
        )
        touched.session = True

    def _change_participant(self, event: Event, body: ParticipantChanged, touched: Touched) -> None:
        view = body.participant
        at_ms = event.at_ms
        self.participants.setdefault(
            view.user_id, Participant(user_id=view.user_id, name=view.name, role=view.role)
        )
        participant = self._put(
            view.user_id,
            touched,
            name=view.name,
            role=view.role,
            peer_id=view.peer_id,
            media=MediaState(view.video, view.audio, view.screen),
            joined_at_ms=view.joined_at,
            is_admitted=view.is_admitted,
            hand_raised_at_ms=view.hand_raised_at,
            connection_quality=view.connection_quality,
            recording_consent=view.recording_consent,
            is_left_out=view.is_left_out,
        )
        match event.type:
            case EventType.PARTICIPANT_JOIN | EventType.PARTICIPANT_RECONNECT:
                is_return = event.type is EventType.PARTICIPANT_RECONNECT
                self._put(
                    view.user_id,
                    touched,
                    status=ParticipantStatus.CONNECTED,
                    present_since_ms=at_ms,
                    dropped_at_ms=None,
                    left_at_ms=None,
                    reconnect_count=participant.reconnect_count + is_return,
                )
            case EventType.PARTICIPANT_DROP:
                self._put(
                    view.user_id,
                    touched,
                    status=ParticipantStatus.RECONNECTING,
                    total_ms=participant.total_time_ms(at_ms),
                    present_since_ms=None,
                    dropped_at_ms=at_ms,
                )
            case EventType.PARTICIPANT_LEAVE:
                self._leave(participant, ParticipantStatus.LEFT, at_ms, touched)
            case EventType.PARTICIPANT_KICK:
                self._leave(participant, ParticipantStatus.KICKED, at_ms, touched)
                self._put(view.user_id, touched, not_before_ms=at_ms + 1)
            case EventType.PARTICIPANT_INVITE:
                # Older logs tell of nobody's own permissions here: they began anew (SY-3).
                self._put(
                    view.user_id,
                    touched,
                    status=view.status,
                    custom_permissions=dict(view.custom_permissions),
                )
            case _:
                self._put(view.user_id, touched, status=view.status)

    def _leave(
        self, participant: Participant, status: ParticipantStatus, at_ms: int, touched: Touched
    ) -> None:
        self._put(
            participant.user_id,
            touched,
            status=status,
            media=MediaState(),
            peer_id=None,
            hand_raised_at_ms=None,
            total_ms=participant.total_time_ms(at_ms),
            present_since_ms=None,
            dropped_at_ms=None,
            left_at_ms=_last_there_ms(participant, at_ms),
        )

    def _change_permissions(self, body: PermissionsChanged, touched: Touched) -> None:
        if body.tools_down is not None:
            settings = _replace(self.session.settings, tools_down=body.tools_down)
            self.session = _replace(self.session, settings=settings)
            touched.session = True
            self._effective.clear()
        if body.user_id is not None:
            self._put(body.user_id, touched, custom_permissions=dict(body.overrides or {}))
        if body.role is not None:
            settings = self.session.settings
            overrides = {**settings.permissions.get(body.role, {}), **body.permissions}
            self.session = _replace(
                self.session,
                settings=_replace(
                    settings, permissions={**settings.permissions, body.role: overrides}
                ),
            )
            touched.session = True
            self._effective.clear()

    def _put(self, user_id: int, touched: Touched, **changes: object) -> Participant:
        participant = _replace(self.participants[user_id], **changes)
        self.participants[user_id] = participant
        self._effective.pop(user_id, None)
        touched.participants.add(user_id)
        return participant


def _last_there_ms(participant: Participant, at_ms: int) -> int:
    """Return when somebody who leaves at `at_ms` was last there: before the grace, where it ran."""
    if participant.status is not ParticipantStatus.RECONNECTING:
        return at_ms
    return participant.left_at_ms or participant.dropped_at_ms or at_ms
