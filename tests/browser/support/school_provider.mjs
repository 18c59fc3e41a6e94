/** A provider that is certified, on loopback: what a school has, with people and their groups. */

import { createServer } from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const require = createRequire(path.join(ROOT, "frontend/package.json"));

const CLIENT = { client_id: "lessonroom", client_secret: "a secret of the client: not ours" };

export class SchoolProvider {
  /** @param groups of each of its people. */
  static async open(groups) {
    const school = new SchoolProvider();
    school.groups = groups;
    // Another site than 127.0.0.1: what browsers keep from other sites is kept from this one.
    school.server = createServer((request, response) => school.answer(request, response));
    await new Promise((resolve) => school.server.listen(0, resolve));
    school.issuer = `http://localhost:${school.server.address().port}`;
    return school;
  }

  /** What config.toml says of it. */
  get settings() {
    return [
      "[oidc]",
      `issuer = ${JSON.stringify(this.issuer)}`,
      `client_id = ${JSON.stringify(CLIENT.client_id)}`,
      `client_secret = ${JSON.stringify(CLIENT.client_secret)}`,
      'scopes = ["openid", "profile", "groups"]',
      "[oidc.roles]",
      'teachers = "teacher"',
      'it = "operator"',
      "",
    ].join("\n");
  }

  /** Knows a server from now on. */
  async serve(url) {
    const { default: Provider } = await import(pathToFileURL(require.resolve("oidc-provider")));
    const path_ = "/api/v1/classroom/sign-in/oidc/";
    const provider = new Provider(this.issuer, {
      clients: [
        {
          ...CLIENT,
          redirect_uris: [`${url}${path_}callback/`],
          post_logout_redirect_uris: [`${url}/`],
          backchannel_logout_uri: `${url}${path_}logout/`,
          backchannel_logout_session_required: true,
        },
      ],
      claims: { openid: ["sub"], profile: ["name"], groups: ["groups"] },
      features: {
        backchannelLogout: { enabled: true },
        devInteractions: { enabled: true },
        rpInitiatedLogout: { enabled: true },
      },
      pkce: { required: () => true },
      // Its own asks no addresses of this machine, where the server is.
      fetch: (address, { dispatcher: _, ...options }) => fetch(address, options),
      cookies: { keys: ["a key of the provider's own cookies"] },
      findAccount: (_context, id) => ({
        accountId: id,
        claims: () => ({ sub: id, name: `${id[0].toUpperCase()}${id.slice(1)}`, groups: this.groups[id] ?? [] }),
      }),
    });
    // Its own pages take a font from elsewhere, and no request of a test leaves this machine.
    provider.use(async (context, next) => {
      await next();
      if (typeof context.body === "string") context.body = context.body.replace(/@import [^;]*;/g, "");
    });
    this.answer = provider.callback();
  }

  async close() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
