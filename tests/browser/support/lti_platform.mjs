/** A learning platform on loopback, written from the specification of LTI 1.3, with a page for its course. */

import { createHash, createPublicKey, createVerify, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { createServer } from "node:http";

const CLAIM = "https://purl.imsglobal.org/spec/lti/claim/";
const DL = "https://purl.imsglobal.org/spec/lti-dl/claim/";
const ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#";
export const CLIENT = "lessonroom-at-school";
export const DEPLOYMENT = "1";

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const escaped = (text) => String(text).replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
const form = (url, fields) =>
  `<form method="post" action="${escaped(url)}">${Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`)
    .join("")}</form><script>document.forms[0].submit()</script>`;

export class LtiPlatform {
  static async open() {
    const platform = new LtiPlatform();
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    platform.privateKey = privateKey;
    platform.jwk = { ...publicKey.export({ format: "jwk" }), kid: "first", alg: "RS256", use: "sig" };
    platform.people = { ada: ["Ada Lovelace", "Instructor"], bob: ["Bob", "Learner"] };
    platform.links = [{ id: "link-1", title: "Fractions", custom: {} }];
    platform.server = createServer((request, response) => void platform.answer(request, response));
    await new Promise((resolve) => platform.server.listen(0, resolve));
    // Another site than 127.0.0.1: what browsers keep from other sites is kept from this one.
    platform.issuer = `http://localhost:${platform.server.address().port}`;
    return platform;
  }

  /** Knows a server from now on. */
  serve(url) {
    this.tool = `${url}/api/v1/lti`;
  }

  /** What `lessonroom lti add` is told. */
  get described() {
    return [
      ...["School", "--issuer", this.issuer, "--client-id", CLIENT, "--deployment", DEPLOYMENT],
      ...["--auth-url", `${this.issuer}/auth`, "--token-url", `${this.issuer}/token`],
      ...["--keys-url", `${this.issuer}/keys`],
    ];
  }

  /** The page of the course, in which somebody opens a link in a frame. */
  course(who, link = "link-1", kind = "link") {
    return `${this.issuer}/course?${new URLSearchParams({ who, link, kind })}`;
  }

  close() {
    this.server.close();
  }

  async answer(request, response) {
    const url = new URL(request.url, this.issuer);
    let body = "";
    for await (const chunk of request) body += chunk;
    const html = (text) => {
      response.setHeader("Content-Type", "text/html; charset=utf-8");
      response.end(`<!doctype html><title>School</title><link rel="icon" href="data:,"><style>body{margin:0}iframe{width:1200px;height:760px;border:0}</style>${text}`);
    };
    const asked = Object.fromEntries(url.searchParams);
    if (url.pathname === "/course") {
      const hint = `${asked.who} ${asked.link} ${asked.kind}`;
      const begin = new URL(`${this.tool}/login/`);
      begin.search = new URLSearchParams({
        iss: this.issuer,
        client_id: CLIENT,
        login_hint: hint,
        target_link_uri: `${this.tool}/launch/`,
        lti_deployment_id: DEPLOYMENT,
      });
      html(`<iframe allow="camera; microphone; display-capture; fullscreen" src="${escaped(begin)}"></iframe>`);
    } else if (url.pathname === "/auth") {
      html(form(asked.redirect_uri, { state: asked.state, id_token: this.signed(asked) }));
    } else if (url.pathname === "/keys") {
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify({ keys: [this.jwk] }));
    } else if (url.pathname === "/return") {
      await this.take(new URLSearchParams(body).get("JWT"));
      html("<h1>Back in the course</h1>");
    } else if (url.pathname === "/cookie") {
      response.setHeader("Set-Cookie", `who=${createHash("sha256").update("a").digest("hex")}; SameSite=None; Secure`);
      html("");
    } else if (url.pathname === "/frame") {
      html(`<iframe src="${escaped(asked.src)}"></iframe>`);
    } else {
      response.statusCode = 404;
      response.end();
    }
  }

  signed({ nonce, login_hint: hint }) {
    const [who, link, kind] = hint.split(" ");
    const [name, role] = this.people[who];
    const now = Math.floor(Date.now() / 1000);
    const found = this.links.find(({ id }) => id === link);
    const message = {
      iss: this.issuer,
      aud: CLIENT,
      sub: who,
      iat: now,
      exp: now + 300,
      nonce: kind === "replayed" ? "of another launch" : nonce,
      name,
      [`${CLAIM}version`]: "1.3.0",
      [`${CLAIM}deployment_id`]: kind === "elsewhere" ? "another" : DEPLOYMENT,
      [`${CLAIM}target_link_uri`]: `${this.tool}/launch/`,
      [`${CLAIM}context`]: { id: "course-1", title: "Maths 7b" },
      [`${CLAIM}roles`]: [`${ROLE}${role}`],
      [`${CLAIM}launch_presentation`]: { locale: "en", document_target: "iframe" },
      ...(kind === "content"
        ? {
            [`${CLAIM}message_type`]: "LtiDeepLinkingRequest",
            [`${DL}deep_linking_settings`]: {
              deep_link_return_url: `${this.issuer}/return`,
              accept_types: ["ltiResourceLink"],
              accept_presentation_document_targets: ["iframe"],
            },
          }
        : {
            [`${CLAIM}message_type`]: "LtiResourceLinkRequest",
            [`${CLAIM}resource_link`]: { id: found.id, title: found.title },
            [`${CLAIM}custom`]: found.custom,
          }),
    };
    const text = `${encoded({ alg: "RS256", typ: "JWT", kid: "first" })}.${encoded(message)}`;
    return `${text}.${sign("RSA-SHA256", Buffer.from(text), this.privateKey).toString("base64url")}`;
  }

  /** Takes what a teacher has picked, once it is the tool's. */
  async take(jwt) {
    const [head, body, signature] = jwt.split(".");
    const { keys } = await (await fetch(`${this.tool}/keys/`)).json();
    const { kid } = JSON.parse(Buffer.from(head, "base64url"));
    const key = createPublicKey({ key: keys.find((each) => each.kid === kid), format: "jwk" });
    const isTheirs = createVerify("RSA-SHA256").update(`${head}.${body}`).verify(key, signature, "base64url");
    if (!isTheirs) throw new Error("the answer is not the tool's");
    for (const { title = "", custom } of JSON.parse(Buffer.from(body, "base64url"))[`${DL}content_items`]) {
      this.links.push({ id: randomUUID(), title, custom });
    }
  }
}
