"""Frames for the decoder, written by hand so that they can be wrong. In JSON unless packed."""

import msgspec

from lessonroom.codes import Refused
from lessonroom.protocol.decoding import Invalid, Message, decode_binary, decode_text
from tests.lessonroom.protocol.documented import Json

STROKE = '{"type":"stroke","id":"s","layer":"base","points":%s}'
RECT = '{"type":"rect","id":"r","layer":"base","x":0,"y":0,"w":1,"h":1}'
CANDIDATE = '{"ch":"webrtc","type":"ice_candidate","data":{"to":"p1","candidate":%s}}'
CUSTOM = '{"type":"custom","id":"c","layer":"base","x":0,"y":0,"w":1,"h":1,"kind":"k","data":%s}'


def accepted(outcome: Message | Invalid) -> Message:
    assert isinstance(outcome, Message), outcome
    return outcome


def refused(text: str) -> Refused:
    outcome = decode_text(text.encode())
    assert isinstance(outcome, Invalid), outcome
    return outcome.refused


def board_event(*ops: str) -> str:
    data = f'{{"ops":[{",".join(ops)}]}}'
    return f'{{"ch":"board","type":"board_event","id":"abcdefgh:1","data":{data}}}'


def put(element: str) -> str:
    return f'{{"op":"put","element":{element}}}'


def patch(fields: str) -> str:
    return f'{{"op":"patch","id":"r","set":{fields}}}'


def pointer(x: str) -> str:
    return f'{{"ch":"board","type":"pointer_move","data":{{"x":{x},"y":0}}}}'


def command(name: str, args: str = "{}") -> str:
    return f'{{"ch":"system","type":"command","id":"c1","data":{{"name":"{name}","args":{args}}}}}'


def packed(message: Json) -> Message | Invalid:
    return decode_binary(msgspec.msgpack.encode(message))


def packed_patch(fields: object) -> Message | Invalid:
    op = {"op": "patch", "id": "r", "set": fields}
    return packed({"ch": "board", "type": "board_event", "id": "abcdefgh:1", "data": {"ops": [op]}})
