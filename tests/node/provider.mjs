// A certified OpenID provider on loopback, as the tests want it: `node provider.mjs '{"house": …, "people": …}'`.
// It prints its issuer when it listens. Any password will do; nobody is asked for consent.

import { createServer } from "node:http";
import Provider from "oidc-provider";

const { house, people } = JSON.parse(process.argv[2]);
const server = createServer();
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "signoff",
      client_secret: "between-us-and-nobody-else",
      redirect_uris: [`${house}/signin/oidc/acme/callback`],
      post_logout_redirect_uris: [`${house}/signin`],
      backchannel_logout_uri: `${house}/signin/oidc/acme/logout`,
      backchannel_logout_session_required: true,
    },
  ],
  claims: { openid: ["sub"], profile: ["name", "preferred_username", "groups"], email: ["email", "email_verified"] },
  features: { backchannelLogout: { enabled: true } },
  cookies: { keys: ["of a test"] },
  // Its own way refuses loopback, and gives up on a house that is busy for 2.5 seconds without a word.
  fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined, signal: undefined }),
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, preferred_username: id, email_verified: true, ...people[id] }),
  }),
  async loadExistingGrant(context) {
    const { client, session } = context.oidc;
    const grant = new context.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope("openid profile email");
    await grant.save();
    return grant;
  },
});

server.on("request", provider.callback());
process.stdout.write(`${issuer}\n`);
