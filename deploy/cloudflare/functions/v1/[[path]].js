// Run by hand in Cloudflare's runtime (`wrangler pages dev`), in every test run under Node.js; not at Cloudflare.
//
// Cloudflare Pages: relays /v1/*. Deploy from deploy/cloudflare: npx wrangler pages deploy ../../dist
// On the way up Cloudflare adds headers of its own (CF-Worker, CF-Connecting-IP and more), which no function can take out.
// Beside it set a rate limiting rule for /v1/* in the zone (Security rules), which counts in all of Cloudflare's places together.

import { relay } from '../../../relay.mjs';

// For another cloud add `upstream`, for a site below a path `base` (and move this file below that path).
export const onRequest = ({ request }) => relay(request, { client: request.headers.get('CF-Connecting-IP') ?? '' });
