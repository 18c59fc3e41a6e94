// A relay on socket.io with rooms, as whiteboards use it: node socket_io.mjs PORT
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false });

io.on("connection", (socket) => {
  socket.on("join", (room) => {
    socket.join(room);
    socket.on("say", (message) => socket.to(room).emit("said", message));
    socket.emit("joined");
  });
});

http.listen(Number(process.argv[2]), "127.0.0.1");
