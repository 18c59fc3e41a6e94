"""The chat of Django Channels' tutorial under Daphne, with the layer in memory or in Redis.

Run by the benchmarks: `python channels_tutorial.py PORT`; REDIS names the latter.
"""

import logging
import os
import sys
from typing import Any

import django
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from daphne.endpoints import build_endpoint_description_strings
from daphne.server import Server
from django.conf import settings
from django.urls import path

_CAPACITY = 10_000
_IN_MEMORY = {
    "BACKEND": "channels.layers.InMemoryChannelLayer",
    "CONFIG": {"capacity": _CAPACITY},
}


def _layer() -> dict[str, Any]:
    if "REDIS" not in os.environ:
        return _IN_MEMORY
    config = {"hosts": [os.environ["REDIS"]], "capacity": _CAPACITY}
    return {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": config}


class Relay(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Passes every message of a room on to all others in it."""

    async def connect(self) -> None:
        """Join the room's group."""
        self.group = "room_" + self.scope["url_route"]["kwargs"]["room"]
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 - Channels' signature
        """Leave the group."""
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:  # noqa: ARG002
        """Send what came to the group."""
        message = {"type": "relay.message", "text": text_data, "sender": self.channel_name}
        await self.channel_layer.group_send(self.group, message)

    async def relay_message(self, event: dict[str, Any]) -> None:
        """Hear what was sent to the group."""
        if event["sender"] != self.channel_name:
            await self.send(text_data=event["text"])


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    settings.configure(CHANNEL_LAYERS={"default": _layer()}, ALLOWED_HOSTS=["*"])
    django.setup()
    routes = URLRouter([path("<str:room>", Relay.as_asgi())])
    endpoints = build_endpoint_description_strings(host="127.0.0.1", port=int(sys.argv[1]))
    Server(ProtocolTypeRouter({"websocket": routes}), endpoints=endpoints).run()
