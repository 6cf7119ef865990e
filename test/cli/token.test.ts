import { jwtVerify } from 'jose';
import t from 'tap';
import { isFailure, isSuccess, pilot } from './pilot.ts';

const secret = 'a secret of at least thirty-two bytes, only for tests';
const user = '0190a6ef-1111-7000-8000-00000000000a';
const key = new TextEncoder().encode(secret);

t.test('a token speaks for the user, for as long as asked, with the claims of the settings', async (t) => {
  const settings = { JWT_SECRET: secret, JWT_ISSUER: 'issuer', JWT_AUDIENCE: 'audience' };
  const plain = await pilot(settings, 'token', '--user', user.toUpperCase());
  isSuccess(t, plain);
  const { payload } = await jwtVerify(plain.stdout.trim(), key, { issuer: 'issuer', audience: 'audience' });
  t.equal(payload.sub, user);
  t.equal((payload.exp ?? 0) - (payload.iat ?? 0), 3_600);

  const long = await pilot({ JWT_SECRET: secret }, 'token', '--user', user, '--ttl', '2d', '--json');
  isSuccess(t, long);
  t.equal(long.json.expires_in, 2 * 86_400);
  t.equal((await jwtVerify(long.json.token, key)).payload.iss, undefined);
});

t.test('without a secret there is no token', async (t) => {
  const database = { DATABASE_URL: 'postgresql://pilot_app@127.0.0.1:1/x' };
  isFailure(t, await pilot(database, 'token', '--user', user), /^JWT_SECRET must be set\.$/m);
  const provider = { ...database, JWT_JWKS_URL: 'https://id.example/keys' };
  isFailure(t, await pilot(provider, 'token', '--user', user), /get the token from the identity provider/);
});
