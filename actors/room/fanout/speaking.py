"""Queueing what a command came to, each thing behind the event it must not overtake."""

from collections.abc import Callable

from actors.room.fanout.fanout import Fanout
from actors.room.fanout.fanout_items import Broadcast, Close, Direct
from actors.room.fanout.recent import EncodedEvent, RecentEvents
from lessonroom.log.events import Channel, ChatMessageRemoved, EventType, Removal
from lessonroom.outcome import Outcome
from lessonroom.protocol.encoding import encode_ack, encode_message


def queue(
    outcome: Outcome,
    fanout: Fanout,
    recent: RecentEvents,
    *,
    head: int,
    leaders: Callable[[], frozenset[int]],
) -> None:
    """Queue events, acknowledgements, signals and closures; `head` is the log's end after them.

    `leaders` tells who leads the lesson: they see what is for a few, too.
    """
    first = outcome.events[0].seq if outcome.events else head + 1
    shares_of = outcome.shares.get
    acks = {ack.seq: ack for ack in outcome.acks if ack.seq >= first}
    for event in outcome.events:
        encoded = EncodedEvent.of(event, shares_of(event.seq))
        recent.add(encoded)
        if event.type is EventType.CHAT_REMOVE:
            body = event.body()
            assert isinstance(body, ChatMessageRemoved), "by its type"  # noqa: S101
            recent.take_out(body.message, Removal(event.user_id, event.at_ms))
        leading = viewers = None
        if encoded.shares is not None:
            leading = leaders()
            viewers = encoded.shares.named | leading
        ack = acks.get(event.seq)
        if ack is None:
            broadcast = Broadcast(encoded, viewers=viewers, leaders=leading)
        else:
            payload = encode_ack(ack.message_id, seq=ack.seq, channel=ack.channel)
            broadcast = Broadcast(
                encoded,
                ack.connection_id,
                ack.message_id,
                payload,
                viewers=viewers,
                leaders=leading,
            )
        fanout.add(broadcast, behind=event.seq)
    for ack in outcome.acks:
        if ack.seq < first:
            payload = encode_ack(ack.message_id, seq=ack.seq, channel=ack.channel)
            direct = Direct(ack.connection_id, payload, ack.message_id, is_submission=True)
            fanout.add(direct, behind=head)
    for signal in outcome.signals:
        payload = encode_message(signal.channel, signal.type, signal.data)
        is_signal = signal.channel is Channel.WEBRTC
        fanout.add(Direct(signal.connection_id, payload, is_signal=is_signal), behind=head)
    for closure in outcome.closures:
        fanout.add(Close(closure.connection_id, closure.code, closure.reason), behind=head)
