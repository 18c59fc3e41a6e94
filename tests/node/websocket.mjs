// Holds one WebSocket, Node's own. Orders come on stdin and what happens goes to stdout, as JSON
// lines: {"url", "protocols"} first, then {"send"} and {"close"}; {"open"}, {"message"}, {"close"}.

import { createInterface } from "node:readline";

const say = (what) => process.stdout.write(JSON.stringify(what) + "\n");

let socket;
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  if (order.url !== undefined) {
    socket = new WebSocket(order.url, order.protocols);
    socket.onopen = () => say({ open: socket.protocol });
    socket.onmessage = (event) => say({ message: event.data });
    socket.onclose = (event) => say({ close: event.code, reason: event.reason });
  } else if (order.send !== undefined) {
    socket.send(order.send);
  } else {
    socket.close(order.close);
  }
}
