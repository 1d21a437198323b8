// A certified OpenID provider (oidc-provider) with one public client, for the end-to-end tests.
// Knows nothing of the app but its client ID and that its sign-in comes back to /auth/callback on this machine.
//
// Usage: node provider.mjs NODE_MODULES CLIENT_ID; prints `issuer: ADDRESS` once it listens on a free port.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, clientId] = process.argv.slice(2);
const { default: Provider, interactionPolicy } = await import(
  pathToFileURL(join(modules, 'oidc-provider', 'lib', 'index.js'))
);

const SCOPE = 'openid profile offline_access https://api.partnercenter.microsoft.com/user_impersonation';
const SELF = 'http://127.0.0.1';

// Beside the usual prompts, the one with which the app asks for the account after signing out.
const policy = interactionPolicy.base();
policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
// A native app would be asked each time; the client is one only for its addresses, see below.
policy.get('consent').checks.remove('native_client_prompt');

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

const server = createServer();
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const issuer = `${SELF}:${server.address().port}`;

// It warns that it keeps everything in memory, which is what a test wants.
console.warn = () => {};

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: clientId,
      // The port of the site is free for each test; loopback addresses of native apps are compared without it.
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris: [`${SELF}/auth/callback`],
      post_logout_redirect_uris: [`${SELF}/`],
    },
  ],
  scopes: SCOPE.split(' '),
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'] },
  // The app reads who it is from the ID token, as Entra ID puts it there.
  conformIdTokenClaims: false,
  clientBasedCORS: () => true,
  cookies: { keys: [randomBytes(16).toString('hex')] },
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
  features: { devInteractions: { enabled: false } },
  // With what it was asked, which a browser shows and an attacker reads.
  interactions: { policy, url: (_, { uid, params }) => `/interaction/${uid}?${new URLSearchParams(params)}` },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  // As Entra ID: offline_access is granted without a prompt of its own, and goes beyond the browser's session.
  issueRefreshToken(_, client, code) {
    if (code.kind === 'AuthorizationCode') code.scope = SCOPE;
    return client.grantTypeAllowed('refresh_token');
  },
  expiresWithSession: () => false,
  ttl: { AccessToken: 3600, RefreshToken: 86400, Session: 86400, Grant: 86400, IdToken: 3600, Interaction: 3600 },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: 'Ida Lindgren', preferred_username: 'ida@brightpath-reseller.example' }),
  }),
  // An administrator has consented for everybody.
  async loadExistingGrant({ oidc }) {
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope(SCOPE);
    await grant.save();
    return grant;
  },
});

const PAGE = '<!doctype html><html lang="en"><title>Provider</title><h1>Who are you?</h1>\
<form method="post"><button>Ida Lindgren</button></form></html>';

// What the token endpoint was asked for and whether it gave it, one line each.
let exchanges = '';
const tells = (word) => ({ oidc }) => (exchanges += `${word} ${oidc.params?.grant_type}\n`);
provider.on('grant.success', tells('granted'));
provider.on('grant.error', tells('refused'));

// What it would have to forget.
const issued = new Set();
for (const kind of ['session', 'refresh_token']) provider.on(`${kind}.saved`, (one) => issued.add(one));

const answer = provider.callback();
server.on('request', async (request, response) => {
  if (request.url === '/exchanges') return response.end(exchanges);
  if (request.url === '/forget') {
    await Promise.all([...issued].map((one) => one.destroy()));
    return response.end();
  }
  if (!request.url.startsWith('/interaction/')) return answer(request, response);
  if (request.method === 'POST') {
    const result = { login: { accountId: 'ida' }, select_account: {} };
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }
  response.setHeader('content-type', 'text/html; charset=utf-8');
  return response.end(PAGE);
});

console.log(`issuer: ${issuer}`);
