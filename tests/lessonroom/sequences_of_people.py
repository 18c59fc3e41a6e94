"""Random commands about people: hands, gestures, and recording them."""

import random

from lessonroom.commands import (
    AskToUnmute,
    Command,
    GiveConsent,
    LeaveOut,
    LowerHands,
    Mute,
    PickSomebody,
    RaiseHand,
    React,
    SetTools,
    StartRecording,
    StopRecording,
    UpdateSession,
)
from lessonroom.people.reaction import Reaction
from lessonroom.recording.recording import Consent
from tests.lessonroom.moments import STRANGER, USERS, Moment, actor


def record(chance: random.Random, at: Moment) -> Command:
    by = actor(chance)
    whom = chance.choice((*USERS, STRANGER))
    return chance.choice(
        (
            UpdateSession(by=by, is_recorded=chance.random() < 0.9),
            StartRecording(by=by, recording_id=f"recording-{at.n}"),
            StartRecording(by=by, recording_id=f"recording-{at.n}"),
            StopRecording(by=by),
            GiveConsent(by=whom, answer=chance.choice(list(Consent))),
            LeaveOut(by=by, user_id=whom, is_left_out=chance.random() < 0.5),
        )
    )


def gesture(chance: random.Random, _: Moment) -> Command:
    whom = chance.choice((*USERS, STRANGER))
    by = actor(chance)
    react, pick = React(by=whom, reaction=Reaction.CLAP), PickSomebody(by=by, draw=chance.random())
    mute, ask = Mute(by=by, user_id=chance.choice((None, whom))), AskToUnmute(by=by, user_id=whom)
    return chance.choice((react, pick, mute, ask, SetTools(by=by, are_down=chance.random() < 0.4)))


def raise_hand(chance: random.Random, _: Moment) -> Command:
    return RaiseHand(by=chance.choice((*USERS, STRANGER)))


def lower_hands(chance: random.Random, _: Moment) -> Command:
    return LowerHands(by=actor(chance), user_id=chance.choice((None, *USERS, STRANGER)))
