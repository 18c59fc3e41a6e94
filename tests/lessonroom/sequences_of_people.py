"""Random commands about people: hands, gestures, and recording them."""

import random
from collections.abc import Iterator

from lessonroom.commands import (
    AskToUnmute,
    Command,
    EndSpotlight,
    GiveConsent,
    LeaveOut,
    LowerHands,
    Mute,
    OpenTake,
    PickSomebody,
    RaiseHand,
    React,
    SetAway,
    SetTools,
    SetUnrecorded,
    Spotlight,
    StartRecording,
    StopRecording,
    TellNearlyFull,
    UpdateSession,
)
from lessonroom.people.reaction import Reaction
from lessonroom.recording.recording import (
    Consent,
    Hindrance,
    TakeKind,
    TakeRoom,
    UnrecordedTrack,
)
from tests.lessonroom.moments import STRANGER, USERS, Moment, Step, actor


def record(chance: random.Random, at: Moment) -> Command:
    by = actor(chance)
    whom = chance.choice((*USERS, STRANGER))
    return chance.choice(
        (
            UpdateSession(by=by, is_recorded=chance.random() < 0.9),
            StartRecording(by=by, recording_id=f"recording-{at.n}"),
            StartRecording(by=by, recording_id=f"recording-{at.n}"),
            StopRecording(by=by),
            TellNearlyFull(full=chance.choice(list(TakeRoom))),
            *(_take(chance, at) for _ in range(4)),
            GiveConsent(by=whom, answer=chance.choice(list(Consent))),
            LeaveOut(by=by, user_id=whom, is_left_out=chance.random() < 0.5),
        )
    )


def recorded(now_ms: int) -> Iterator[Step]:
    """Yield what begins a recording that most agree to, where the lesson has begun."""
    yield UpdateSession(by=None, is_recorded=True), now_ms
    for user_id in USERS[:3]:
        yield GiveConsent(by=user_id, answer=Consent.GIVEN), now_ms
    yield StartRecording(by=1, recording_id="recording-0"), now_ms


def _take(chance: random.Random, at: Moment) -> Command:
    kind = chance.choice((TakeKind.AUDIO, TakeKind.AUDIO, TakeKind.SCREEN))
    by = chance.choice(USERS)
    return OpenTake(by=by, take_id=f"take-{at.n}", kind=kind, media_type="audio/webm")


def gesture(chance: random.Random, _: Moment) -> Command:
    whom = chance.choice((*USERS, STRANGER))
    by = actor(chance)
    react, pick = React(by=whom, reaction=Reaction.CLAP), PickSomebody(by=by, draw=chance.random())
    mute, ask = Mute(by=by, user_id=chance.choice((None, whom))), AskToUnmute(by=by, user_id=whom)
    tools = SetTools(by=by, are_down=chance.random() < 0.4)
    spotlight = Spotlight(by=by, user_id=whom, is_screen=chance.random() < 0.3)
    end = EndSpotlight(by=by)
    away = SetAway(connection_id=f"c{whom}", is_away=chance.random() < 0.5)
    tracks = [UnrecordedTrack(TakeKind.AUDIO, Hindrance.FAILED)][: chance.randrange(2)]
    unrecorded = SetUnrecorded(connection_id=f"c{whom}", tracks=tracks)
    return chance.choice((react, pick, mute, ask, tools, spotlight, end, away, unrecorded))


def raise_hand(chance: random.Random, _: Moment) -> Command:
    return RaiseHand(by=chance.choice((*USERS, STRANGER)))


def lower_hands(chance: random.Random, _: Moment) -> Command:
    return LowerHands(by=actor(chance), user_id=chance.choice((None, *USERS, STRANGER)))
