/** Debian's coturn on loopback, for calls of which nothing may go directly. */

import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import dgram from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { eventually } from "./lesson.mjs";

/** Why tests that need a relay are skipped; `false` where it is installed. */
export const NO_RELAY =
  spawnSync("turnserver", ["--version"]).error === undefined
    ? false
    : "coturn is not installed: turnserver is not on the PATH";

/** One port for coturn itself, the others for what it relays. */
const PORTS = 64;

export class Relay {
  static async start() {
    const relay = new Relay();
    relay.secret = randomBytes(32).toString("hex");
    relay.home = await mkdtemp(path.join(tmpdir(), "lessonroom-relay-"));
    relay.port = await freePorts();
    relay.process = spawn(
      "turnserver",
      [
        "-n",
        "--listening-ip=127.0.0.1",
        "--relay-ip=127.0.0.1",
        `--listening-port=${relay.port}`,
        `--min-port=${relay.port + 1}`,
        `--max-port=${relay.port + PORTS - 1}`,
        "--use-auth-secret",
        `--static-auth-secret=${relay.secret}`,
        "--realm=lessonroom.test",
        // Here only: elsewhere it would open the relay's own machine to everyone.
        "--allow-loopback-peers",
        "--no-tls",
        "--no-dtls",
        "--no-cli",
        `--userdb=${path.join(relay.home, "turndb")}`,
        `--pidfile=${path.join(relay.home, "pid")}`,
        "--log-file=stdout",
      ],
      { cwd: relay.home, stdio: ["ignore", "pipe", "pipe"] },
    );
    relay.log = "";
    for (const stream of [relay.process.stdout, relay.process.stderr]) {
      stream.on("data", (text) => {
        relay.log += text;
      });
    }
    try {
      await answers(relay.port);
    } catch (error) {
      await relay.stop();
      throw new Error(`coturn does not answer: ${relay.log}`, { cause: error });
    }
    return relay;
  }

  get settings() {
    return settingsFor(this.port, this.secret);
  }

  async stop() {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, "exit");
      this.process.kill("SIGKILL");
      await ended;
    }
    await rm(this.home, { recursive: true, force: true });
  }
}

/** The server's settings with which everything goes through the relay at a port of loopback. */
export function settingsFor(port, secret, transport = "udp") {
  return `[webrtc]
turn_urls = ["turn:127.0.0.1:${port}?transport=${transport}"]
turn_secret = "${secret}"
ice_policy = "relay"
`;
}

/** The first of a row of UDP ports of which none is taken. */
export async function freePorts(count = PORTS) {
  for (;;) {
    const sockets = [];
    try {
      sockets.push(await bound(0));
      const { port } = sockets[0].address();
      if (port + count > 65_535) continue;
      for (let n = 1; n < count; n += 1) sockets.push(await bound(port + n));
      return port;
    } catch (error) {
      if (error.code !== "EADDRINUSE") throw error;
    } finally {
      await Promise.all(sockets.map((socket) => new Promise((closed) => socket.close(closed))));
    }
  }
}

async function bound(port) {
  const socket = dgram.createSocket("udp4");
  socket.bind(port, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

/** Asks for a STUN binding until there is an answer. */
async function answers(port) {
  const socket = await bound(0);
  let isThere = false;
  socket.on("message", () => {
    isThere = true;
  });
  const question = Buffer.concat([Buffer.from("000100002112a442", "hex"), randomBytes(12)]);
  try {
    await eventually(async () => {
      if (!isThere) socket.send(question, port, "127.0.0.1");
      return isThere;
    }, "coturn answers");
  } finally {
    socket.close();
  }
}
