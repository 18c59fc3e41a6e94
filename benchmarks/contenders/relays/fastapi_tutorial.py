"""The broadcast of FastAPI's tutorial: every message to everyone, one by one, nothing on disk.

Run by the benchmarks: `python fastapi_tutorial.py PORT`.
"""

import sys

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

app = FastAPI()
_rooms: dict[str, list[WebSocket]] = {}


@app.websocket("/{room}")
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


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="error", ws_per_message_deflate=False)
