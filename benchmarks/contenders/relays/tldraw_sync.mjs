// tldraw sync as its guide starts it, in memory: node tldraw_sync.mjs PORT
//
// A client's first message names its schema. That is said here in its place, as if it had this
// program's own, so that the load need not know all of it; the rest is the client's.
import { getTlsyncProtocolVersion, TLSocketRoom } from "@tldraw/sync-core";
import { createTLSchema } from "@tldraw/tlschema";
import { WebSocketServer } from "ws";

const schema = createTLSchema().serialize();
const rooms = new Map();
let sessions = 0;

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.argv[2]),
  perMessageDeflate: false,
});
server.on("connection", (socket, request) => {
  const sessionId = `session-${++sessions}`;
  const room = rooms.get(request.url) ?? new TLSocketRoom({});
  rooms.set(request.url, room);
  room.handleSocketConnect({ sessionId, socket });
  const connect = {
    type: "connect",
    connectRequestId: sessionId,
    schema,
    protocolVersion: getTlsyncProtocolVersion(),
    lastServerClock: 0,
  };
  room.handleSocketMessage(sessionId, JSON.stringify(connect));
});
