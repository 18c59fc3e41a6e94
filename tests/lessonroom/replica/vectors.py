"""Runs a scenario of tests/vectors/replica on a replica; the README there tells the format."""

from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from lessonroom.board.model.elements import Element
from lessonroom.replica import messages
from lessonroom.replica.happenings import Happening
from lessonroom.replica.pending import Kept, Pending, Saying
from lessonroom.replica.queue import Cut, RefusedForGood
from lessonroom.replica.replica import Reaction, Replica
from lessonroom.replica.view import LessonView

ROOT: Final = Path(__file__).parents[2] / "vectors"
BASE: Final[dict[str, Any]] = msgspec.json.decode((ROOT / "replica_base.json").read_bytes())
_NOTHING: Final = Reaction([], [])


class Vector(NamedTuple):
    """A scenario and what is to come out."""

    rule: str
    scenario: dict[str, Any]


class Outcome(NamedTuple):
    """What a replica does in a scenario, in the words of a scenario."""

    steps: list[dict[str, Any]]
    pending: list[str]
    board: dict[str, Any]


def vectors() -> dict[str, Vector]:
    """Return all vectors by name."""
    found: dict[str, Vector] = {}
    for path in sorted((ROOT / "replica").glob("*.json")):
        told = msgspec.json.decode(path.read_bytes())
        for scenario in told["scenarios"]:
            found[f"{path.stem}: {scenario['name']}"] = Vector(told["rule"], scenario)
    return found


def outcome_of(scenario: dict[str, Any]) -> Outcome:
    """Play a scenario."""
    replica = Replica(
        scenario["client_id"], LessonView(), takes_parts=scenario.get("takes_parts", False)
    )
    replica.queue.adopt([_kept(one) for one in scenario.get("unsent", ())])
    steps: list[dict[str, Any]] = []
    for step in scenario["steps"]:
        reaction = _taken(replica, step, scenario.get("limits", {}))
        told = {
            "send": msgspec.to_builtins(reaction.send),
            "happened": [word for one in reaction.happened for word in _words(one)],
        }
        steps.append({name: words for name, words in told.items() if words})
    board = msgspec.json.decode(replica.seen.encode())
    return Outcome(steps, [entry.id for entry in replica.pending], board)


def _kept(one: dict[str, Any]) -> Kept:
    saying = one.get("saying")
    pending = Pending(one["id"], one["ops"], saying and Saying(saying["text"], saying["at"]))
    return Kept(pending, one["may_be_sent"])


def _taken(replica: Replica[LessonView], step: dict[str, Any], limits: dict[str, int]) -> Reaction:
    match step["do"]:
        case "opened":
            replica.opened()
        case "closed":
            replica.closed()
        case "release":
            return replica.release()
        case "welcome":
            welcome = {**BASE["welcome"], "limits": {**BASE["welcome"]["limits"], **limits}}
            return _received(replica, {"ch": "system", "type": "welcome", "data": welcome})
        case "full":
            told = {"mode": "full", "epoch": step["epoch"], "seq": step["seq"]}
            told["rest"] = step.get("rest", [])
            data = {**BASE["full"], **told, "board": _as_told(step["board"])}
            return _received(replica, {"ch": "board", "type": "sync_response", "data": data})
        case "receive":
            return _received(replica, step["message"])
        case "submit":
            return replica.submit(step["ops"])[1]
        case "say":
            return replica.submit([], Saying(step["text"], step["at"]))[1]
        case other:
            raise ValueError(other)
    return _NOTHING


def _as_told(board: dict[str, Any]) -> dict[str, Any]:
    """Return a board with the fields in the order in which a server has them."""
    elements = msgspec.convert(board["elements"], dict[str, Element])
    return {**board, "elements": msgspec.to_builtins(elements)}


def _received(replica: Replica[LessonView], message: dict[str, Any]) -> Reaction:
    return replica.receive(messages.decode(msgspec.json.encode(message)))


def _words(what: Happening) -> list[dict[str, Any]]:
    match what:
        case RefusedForGood(pending=pending, fault=fault):
            return [{"type": "refused", "id": pending.id, "code": fault.code}]
        case Cut():
            return []
        case _:
            return [msgspec.to_builtins(what)]
