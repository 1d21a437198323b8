// Run in every test run under Node.js, and put together by Netlify's bundler by hand; not run at Netlify.
//
// Netlify: relays /v1/*.
// Netlify ends a function after 60 seconds, which is when the app gives up as well.

import { relay } from '../../relay.mjs';

// For another cloud add `upstream`, for a site below a path `base` (and put it before the paths below).
export default (request, { ip }) => relay(request, { client: ip });

export const config = {
  path: ['/v1', '/v1/*'],
  // Netlify's own limit, which holds for all instances of the function together.
  rateLimit: { windowSize: 60, windowLimit: 600, aggregateBy: ['ip', 'domain'] },
};
