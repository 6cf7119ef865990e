import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { SignInProvider } from '../config.ts';
import { Problem } from '../errors.ts';
import { type Bundle, contentEncodings, dashboardBundle } from './bundle.ts';

/**
 * Serves the dashboard: one page at /dashboard, and its code, styles and icon. Both are open, because there is no data in
 * them; what the page shows it reads from the API, with the token of whoever looks.
 */
export const dashboard: FastifyPluginAsyncZod<{ signIn: SignInProvider | undefined }> = async (
  app,
  { signIn },
) => {
  const headers = {
    'content-security-policy': contentSecurityPolicy(signIn),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    // The address may have a provider's answer in it.
    'cache-control': 'no-store',
  };
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(headers);
  });
  const open = { onRequest: app.rateLimits.reads };

  // A provider sends its answer in the query string, which is for the page alone: nothing here looks at it.
  app.get('/dashboard', { ...open, schema: { hide: true } }, async (_request, reply) => {
    const html = pageOf(await dashboardBundle(), signIn);
    return reply.type('text/html; charset=utf-8').send(html);
  });

  app.get(
    '/dashboard/assets/:file',
    { ...open, schema: { hide: true, params: z.strictObject({ file: z.string() }) } },
    async (request, reply) => {
      const asset = (await dashboardBundle()).assets.get(request.params.file);
      if (!asset) throw new Problem('not-found', 'There is nothing at this address.');
      const encoding = encodingFor(request.headers['accept-encoding']);
      if (encoding) reply.header('content-encoding', encoding);
      return reply
        .headers({ 'cache-control': 'public, max-age=31536000, immutable', vary: 'accept-encoding' })
        .type(asset.mediaType)
        .send(asset[encoding ?? 'plain']);
    },
  );
};

/** Nothing but what this service serves runs, is shown or is asked; the provider's keys and tokens are asked of its own origin. */
function contentSecurityPolicy(signIn: SignInProvider | undefined): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src ${["'self'", ...(signIn ? [new URL(signIn.issuer).origin] : [])].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types lit-html',
  ].join('; ');
}

function pageOf(bundle: Bundle, signIn: SignInProvider | undefined): string {
  const settings: [string, string][] = signIn
    ? [
        ['oidc-issuer', signIn.issuer],
        ['oidc-client-id', signIn.clientId],
        ['oidc-scope', signIn.scope],
      ]
    : [];
  const parts: Readonly<Record<string, string>> = {
    main: bundle.main,
    styles: bundle.styles,
    icon: bundle.icon,
    chunks: bundle.chunks
      .map((chunk) => `<link rel="modulepreload" href="/dashboard/assets/${chunk}">`)
      .join(''),
    settings: settings
      .map(([name, value]) => `<meta name="${name}" content="${escapeAttribute(value)}">`)
      .join(''),
  };
  return bundle.template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => parts[name] ?? '');
}

const escapeAttribute = (value: string) =>
  value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** The first of our encodings that the client takes, if any. */
function encodingFor(accepted = ''): (typeof contentEncodings)[number] | undefined {
  const qualities = new Map(
    accepted.split(',').map((item): [string, number] => {
      const [name = '', quality = 'q=1'] = item
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      return [name, Number(quality.replace('q=', ''))];
    }),
  );
  return contentEncodings.find((name) => (qualities.get(name) ?? 0) > 0);
}
