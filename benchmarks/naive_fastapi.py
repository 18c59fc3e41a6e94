"""The broadcast of FastAPI's tutorial: every message to everyone, one by one, nothing on disk.

Run by `lesson.py` as the other side of the comparison: `python naive_fastapi.py PORT_FILE`.
"""

import socket
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

app = FastAPI()
_rooms: dict[str, list[WebSocket]] = {}


@app.websocket("/ws/{room}")
async def relay(websocket: WebSocket, room: str) -> None:
    """Pass every message of a room on to all others in it."""
    await websocket.accept()
    members = _rooms.setdefault(room, [])
    members.append(websocket)
    try:
        while True:
            text = await websocket.receive_text()
            for member in list(members):
                if member is not websocket:
                    await member.send_text(text)
    except WebSocketDisconnect:
        members.remove(websocket)


def _main() -> None:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    Path(sys.argv[1]).write_text(f"http://127.0.0.1:{listener.getsockname()[1]}\n")
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws_per_message_deflate=False))
    server.run(sockets=[listener])


if __name__ == "__main__":
    _main()
