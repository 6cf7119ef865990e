import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import t from 'tap';
import { refused } from '../plugins/support/refused.ts';
import { startTestService } from '../support/service.ts';

const s = await startTestService(t);
const page = await s.send('GET', '//dashboard');
const assetsOf = (html: string) =>
  [...html.matchAll(/(?:href|src)="(\/dashboard\/assets\/[^"]+)"/g)].map(([, path]) => `/${path}`);
const assets = assetsOf(page.text);

const policy = (connect: string) =>
  `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src ${connect}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html`;

t.test('the page and all that it consists of come without a token, under a strict policy', async (t) => {
  t.equal(page.status, 200);
  t.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
  t.equal(page.headers.get('cache-control'), 'no-store');
  t.equal(assets.length, 3, 'code, styles, icon');
  for (const answer of [page, ...(await Promise.all(assets.map((path) => s.send('GET', path))))]) {
    t.equal(answer.status, 200);
    t.equal(answer.headers.get('content-security-policy'), policy("'self'"));
    t.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    t.equal(answer.headers.get('referrer-policy'), 'no-referrer');
    t.equal(answer.headers.get('cross-origin-opener-policy'), 'same-origin');
  }
  t.notMatch(page.text, /<script(?![^>]*\ssrc=)|\son\w+=|style=|\{\{/, 'nothing inline, and no gap left');
});

t.test(
  'the page never goes stale, and its parts can be kept for ever: their names follow from their content',
  async (t) => {
    for (const path of assets) {
      const { headers } = await s.send('GET', path);
      t.equal(headers.get('cache-control'), 'public, max-age=31536000, immutable');
      t.match(path, /-[A-Z0-9]{8}\.(js|css|svg)$/);
    }
    const missing = await s.send('GET', '//dashboard/assets/main-AAAAAAAA.js');
    refused(t, missing, 'not-found');
    t.equal(missing.headers.get('cache-control'), 'no-store');
    t.equal(missing.headers.get('content-security-policy'), policy("'self'"), 'a refusal is no less strict');
  },
);

t.test('a part comes in the encoding that the client prefers of ours, and is the same in each', async (t) => {
  const path = assets.find((path) => path.endsWith('.js'))?.slice(1);
  const load = async (accepted: string) => {
    const { body, ...rest } = await s.app.inject({
      url: path ?? '',
      headers: { 'accept-encoding': accepted },
    });
    return { bytes: rest.rawPayload, encoding: rest.headers['content-encoding'], vary: rest.headers.vary };
  };
  const [plain, br, gzip] = [
    await load('identity'),
    await load('gzip, deflate, br'),
    await load('gzip;q=0.5, br;q=0'),
  ];
  t.same(
    [plain, br, gzip].map(({ encoding }) => encoding),
    [undefined, 'br', 'gzip'],
  );
  t.same(
    [plain, br, gzip].map(({ vary }) => vary),
    Array(3).fill('accept-encoding'),
  );
  t.same(brotliDecompressSync(br.bytes), plain.bytes);
  t.same(gunzipSync(gzip.bytes), plain.bytes);
  t.ok(br.bytes.length < plain.bytes.length / 2);
});

t.test('the page and its parts count as reads', async (t) => {
  const limited = await startTestService(t, {
    config: { rateLimits: { events: 0, recompute: 0, scorecard: 0, decisions: 0, reads: 1 } },
  });
  t.equal((await limited.send('GET', '//dashboard')).status, 200);
  refused(t, await limited.send('GET', '//dashboard'), 'rate-limited', 'the page');
  refused(t, await limited.send('GET', assets[0] ?? ''), 'rate-limited', 'a part');
});

t.test('with a sign-in provider the page may ask its origin, too, and knows it', async (t) => {
  const clientId = 'a"><script>alert(1)</script>&amp;';
  const withProvider = await startTestService(t, {
    config: { signIn: { issuer: 'https://id.example.org/realms/pilot', clientId, scope: 'openid pilot' } },
  });
  const { headers, text } = await withProvider.send('GET', '//dashboard');
  t.equal(headers.get('content-security-policy'), policy("'self' https://id.example.org"));
  t.match(text, '<meta name="oidc-issuer" content="https://id.example.org/realms/pilot">');
  t.match(text, '<meta name="oidc-scope" content="openid pilot">');
  t.match(text, 'content="a&quot;>&lt;script>alert(1)&lt;/script>&amp;amp;"', 'as text');
});

t.test(
  'what a provider, or anybody, writes into the address is not in the page and not in the log',
  async (t) => {
    const { status, text } = await s.send(
      'GET',
      '//dashboard?code=parrot&state=parrot&error_description=parrot',
    );
    t.equal(status, 200);
    t.equal(text, page.text);
    t.notMatch(s.log(), 'parrot');
  },
);
