/** A reverse proxy as people put one in front: several servers below paths of one host and port. */

import http from "node:http";
import { once } from "node:events";

const HOP_BY_HOP = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade"]);

export class ReverseProxy {
  static async open() {
    const proxy = new ReverseProxy();
    /** Path in front → where it goes, and whether the path is taken away on the way. */
    proxy.locations = new Map();
    /** Paths that nobody answers for: what a page asked for beside its own place. */
    proxy.strays = [];
    proxy.sockets = new Set();
    proxy.server = http.createServer((request, response) => proxy.pass(request, response));
    proxy.server.on("upgrade", (request, socket, head) => proxy.join(request, socket, head));
    proxy.server.listen(0, "127.0.0.1");
    await once(proxy.server, "listening");
    proxy.port = proxy.server.address().port;
    proxy.origin = `http://127.0.0.1:${proxy.port}`;
    return proxy;
  }

  /** What is asked for below `path` goes to `port`. */
  place(path, port, { isTakenAway }) {
    this.locations.set(path, { port, isTakenAway });
  }

  /** As `proxy_set_header Host $http_host` and `X-Forwarded-For` of nginx. */
  onward(request) {
    const { pathname } = new URL(request.url, this.origin);
    for (const [path, { port, isTakenAway }] of this.locations) {
      if (pathname !== path && !pathname.startsWith(`${path}/`)) continue;
      const asked = isTakenAway ? request.url.slice(path.length) : request.url;
      const headers = { ...request.headers, "x-forwarded-for": "192.0.2.7", "x-forwarded-proto": "http" };
      return { host: "127.0.0.1", port, method: request.method, path: asked.replace(/^(?!\/)/, "/"), headers };
    }
    this.strays.push(pathname);
    return null;
  }

  pass(request, response) {
    const onward = this.onward(request);
    if (onward === null) {
      response.writeHead(404).end("nobody is here");
      return;
    }
    for (const name of HOP_BY_HOP) delete onward.headers[name];
    const asked = http.request(onward, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    asked.on("error", () => response.destroy());
    request.pipe(asked);
  }

  join(request, near, head) {
    const onward = this.onward(request);
    if (onward === null) {
      near.end("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    const asked = http.request(onward);
    asked.on("error", () => near.destroy());
    asked.on("response", (answer) => {
      near.end(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\nContent-Length: 0\r\n\r\n`);
    });
    asked.on("upgrade", (answer, far, farHead) => {
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}\r\n`);
      near.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`);
      near.write(farHead);
      far.write(head);
      near.pipe(far).pipe(near);
      for (const end of [near, far]) {
        this.sockets.add(end);
        end.on("error", () => end.destroy()).on("close", () => {
          near.destroy();
          far.destroy();
          this.sockets.delete(end);
        });
      }
    });
    asked.end();
  }

  close() {
    for (const socket of this.sockets) socket.destroy();
    this.server.closeAllConnections();
    this.server.close();
  }
}
