import { generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import {
  environment,
  readSettings,
  type ServiceConfig,
  SettingsError,
  serviceConfig,
  tracingConfig,
} from '../src/config.ts';

const secret = 'a secret of at least thirty-two bytes, only for tests';
const databaseUrl = 'postgresql://pilot_app:hush@localhost/pilot';
const complete = { DATABASE_URL: databaseUrl, JWT_SECRET: secret, ENTITY_KEY_PEPPER: `${secret}!` };
const embedded = {
  appUrl: 'postgresql://embedded/pilot',
  secrets: { jwtSecret: 'made', entityKeyPepper: 'kept' },
};

const pem = (pair: { publicKey: { export(options: { type: 'spki'; format: 'pem' }): string | Buffer } }) =>
  pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed25519 = pem(generateKeyPairSync('ed25519'));
const publicKeys = {
  RS256: pem(rsa),
  ES256: pem(generateKeyPairSync('ec', { namedCurve: 'P-256' })),
  EdDSA: ed25519,
};

const configOf = (variables: NodeJS.ProcessEnv, defaults?: typeof embedded): ServiceConfig =>
  serviceConfig(readSettings(variables), defaults);

function complaints(read: () => unknown): readonly string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.lines;
    throw error;
  }
}

t.test('each bad setting is one line that names it and does not repeat its value', async (t) => {
  const numbers = ['-1', '1.5', '0x10', '1e3', ' 1', 'ten', '99999999'];
  const flags = ['yes', '1', 'TRUE', 'on'];
  const urls = ['localhost', 'http://localhost/x', 'postgres:/x', 'mysql://localhost/x'];
  const bad: Record<string, string[]> = {
    PORT: [...numbers, '65536'],
    ADMIN_PORT: [...numbers, '65536'],
    OTEL_EXPORTER_OTLP_ENDPOINT: [
      'localhost:4318',
      'grpc://localhost:4317',
      'http://',
      'https://user:pass@collector.example',
    ],
    OTEL_EXPORTER_OTLP_HEADERS: ['x-key', '=hush-hush', 'x-key=a,', 'a b=c', 'x=%zz', 'x=%0a', 'x=ü', ' , '],
    OTEL_TRACES_SAMPLER_ARG: ['-0.1', '1.1', '2', 'half', '0,5', '1e-3', '.'],
    DATABASE_URL: urls,
    MIGRATION_DATABASE_URL: urls,
    BOOTSTRAP_DATABASE_URL: urls,
    BACKUP_DATABASE_URL: urls,
    AUTO_MIGRATE: flags,
    API_DOCS: flags,
    DB_PREPARED_STATEMENTS: flags,
    JWT_SECRET: ['only thirty-one bytes long, alas'.slice(1)],
    ENTITY_KEY_PEPPER: ['short'],
    JWT_PUBLIC_KEY: [
      'not a key',
      secret,
      rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      pem(generateKeyPairSync('rsa', { modulusLength: 1024 })),
      pem(generateKeyPairSync('ec', { namedCurve: 'P-384' })),
      pem(generateKeyPairSync('ed448')),
    ],
    JWT_JWKS_URL: [
      'example.org/keys',
      'ftp://example.org/keys',
      'file:///keys',
      'https://',
      'https://user:pass@example.org/',
    ],
    OIDC_ISSUER: [
      'id.example.org',
      'http://id.example.org',
      'http://localhost.example.org',
      'https://user:pass@id.example.org/',
      'https://id.example.org/?realm=pilot',
      'https://id.example.org/#pilot',
      'file:///id',
    ],
    OIDC_SCOPE: ['profile', 'openid\nprofile', 'openid "x"', 'openidprofile'],
    RATE_LIMIT_EVENTS: numbers,
    RATE_LIMIT_RECOMPUTE: numbers,
    RATE_LIMIT_SCORECARD: numbers,
    RATE_LIMIT_DECISIONS: numbers,
    RATE_LIMIT_READS: numbers,
    RATE_LIMIT_BATCH_EVENTS: numbers,
    REDIS_URL: [
      'localhost',
      'localhost:6379',
      'http://localhost',
      'redis:/x',
      'redis://:pw@',
      'redis://:6379',
      'redis://localhost:99999',
      'redis://localhost/x',
      'redis://localhost/0?family=6',
      'redis://:%zz@localhost',
    ],
    TRUST_PROXY: [
      'true',
      '1',
      'loopback',
      '10.0.0.0/33',
      '10.0.0.1/',
      '::1/129',
      '10.0.0.1, all',
      '10.0.0.1,',
      '1.2.3.4/8/8',
    ],
    LOG_LEVEL: ['verbose', 'INFO'],
    DB_POOL_MAX: [...numbers, '0', '501'],
    STATEMENT_TIMEOUT_MS: [...numbers, '99', '600001'],
  };
  for (const [name, values] of Object.entries(bad)) {
    for (const value of values) {
      const [line = '', ...others] = complaints(() => readSettings({ ...complete, [name]: value }));
      t.match(line, new RegExp(`^${name} must be [^\\n]+\\.$`), `${name}=${value.slice(0, 30)}`);
      t.same(others, []);
      if (value.length > 5) t.notOk(line.includes(value), 'the value is not repeated');
    }
  }
  const untested = Object.keys(environment.shape).filter((name) => !(name in bad));
  t.same(
    untested,
    ['HOST', 'ADMIN_HOST', 'DATA_DIR', 'JWT_ISSUER', 'JWT_AUDIENCE', 'OIDC_CLIENT_ID', 'PILOT_TOKEN'],
    'what may be any text',
  );
});

t.test('all bad settings are said at once', async (t) => {
  const lines = complaints(() => readSettings({ PORT: 'x', LOG_LEVEL: 'x', TRUST_PROXY: 'x, y' }));
  t.same(
    lines.map((line) => line.split(' ')[0]),
    ['PORT', 'TRUST_PROXY', 'LOG_LEVEL'],
  );
});

t.test('every setting is described by the end of a sentence', async (t) => {
  for (const [name, { description }] of Object.entries(environment.shape)) {
    t.match(
      description,
      /^(a|an|the|true|milliseconds|event|recomputes|scorecard|integration)\b.*[^.]$/,
      name,
    );
  }
});

t.test('an empty variable counts as unset', async (t) => {
  const empty = Object.fromEntries(Object.keys(environment.shape).map((name) => [name, '']));
  t.same(readSettings(empty), readSettings({}));
});

t.test(
  'what is not set has the defaults of the contract, and other variables are nobody’s business',
  async (t) => {
    t.same(configOf({ ...complete, PATH: '/bin', PORTS: 'x' }), {
      databaseUrl,
      poolMax: 10,
      statementTimeoutMs: 2_500,
      preparedStatements: true,
      tokenKey: { kind: 'secret', secret },
      issuer: undefined,
      audience: undefined,
      entityKeyPepper: `${secret}!`,
      rateLimits: { events: 60, recompute: 20, scorecard: 30, decisions: 10, reads: 120 },
      batchEventsPerMinute: 3_000,
      redisUrl: undefined,
      trustProxy: undefined,
      apiDocs: false,
      signIn: undefined,
    });
    t.match(readSettings({}), { HOST: '127.0.0.1', PORT: 3000, DATA_DIR: '.data', LOG_LEVEL: 'info' });
  },
);

t.test('settings reach the service', async (t) => {
  const config = configOf({
    ...complete,
    JWT_ISSUER: 'https://issuer',
    JWT_AUDIENCE: 'pilot',
    RATE_LIMIT_EVENTS: '0',
    DB_POOL_MAX: '500',
    STATEMENT_TIMEOUT_MS: '100',
    DB_PREPARED_STATEMENTS: 'false',
    API_DOCS: 'true',
  });
  t.match(config, {
    issuer: 'https://issuer',
    audience: 'pilot',
    rateLimits: { events: 0 },
    poolMax: 500,
    statementTimeoutMs: 100,
    preparedStatements: false,
    apiDocs: true,
  });
});

t.test('traces are made only where a collector is set, of all requests unless a share is', async (t) => {
  const configured = (variables: NodeJS.ProcessEnv) => tracingConfig(readSettings(variables));
  t.equal(configured({ OTEL_TRACES_SAMPLER_ARG: '0.5', OTEL_EXPORTER_OTLP_HEADERS: 'x=y' }), undefined);
  const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://collector:4318';
  t.same(configured({ OTEL_EXPORTER_OTLP_ENDPOINT }), {
    endpoint: OTEL_EXPORTER_OTLP_ENDPOINT,
    headers: {},
    share: 1,
  });
  t.same(
    configured({
      OTEL_EXPORTER_OTLP_ENDPOINT,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20YTpi, x-scope = pilot',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
    }),
    {
      endpoint: OTEL_EXPORTER_OTLP_ENDPOINT,
      headers: { authorization: 'Basic YTpi', 'x-scope': 'pilot' },
      share: 0.25,
    },
  );
});

t.test('exactly one kind of token key is taken', async (t) => {
  const { JWT_SECRET, ...rest } = complete;
  const keys = { JWT_SECRET, JWT_PUBLIC_KEY: ed25519, JWT_JWKS_URL: 'https://issuer.example/keys' };
  t.same(configOf({ ...rest, JWT_JWKS_URL: keys.JWT_JWKS_URL }).tokenKey, {
    kind: 'jwks',
    url: keys.JWT_JWKS_URL,
  });
  for (const [algorithm, pem] of Object.entries(publicKeys)) {
    const expected = { kind: 'public-key', pem, algorithm };
    t.same(configOf({ ...rest, JWT_PUBLIC_KEY: pem }).tokenKey, expected);
    t.same(
      configOf({ ...rest, JWT_PUBLIC_KEY: pem.replaceAll('\n', '\\n') }).tokenKey,
      expected,
      'on one line',
    );
  }
  const names = 'JWT_SECRET, JWT_PUBLIC_KEY and JWT_JWKS_URL';
  t.same(
    complaints(() => configOf(rest)),
    [`One of ${names} must be set.`],
  );
  for (const left of Object.keys(keys)) {
    const pair = Object.fromEntries(Object.entries(keys).filter(([name]) => name !== left));
    for (const defaults of [undefined, embedded]) {
      t.same(
        complaints(() => configOf({ ...rest, ...pair }, defaults)),
        [`Only one of ${names} may be set.`],
      );
    }
  }
});

t.test('people sign in where both settings say so, and only where the tokens can be verified', async (t) => {
  const { JWT_SECRET, ...rest } = complete;
  const verified = { ...rest, JWT_JWKS_URL: 'https://id.example.org/keys' };
  const [OIDC_ISSUER, OIDC_CLIENT_ID] = ['https://id.example.org/realms/pilot', 'dashboard'];
  const signIn = { issuer: OIDC_ISSUER, clientId: OIDC_CLIENT_ID, scope: 'openid' };
  t.same(configOf({ ...verified, OIDC_ISSUER, OIDC_CLIENT_ID }).signIn, signIn);
  const OIDC_SCOPE = 'pilot openid';
  t.same(configOf({ ...verified, OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_SCOPE }).signIn, {
    ...signIn,
    scope: OIDC_SCOPE,
  });
  for (const local of ['http://localhost:8080/realms/pilot', 'http://127.0.0.1:1', 'http://[::1]'])
    t.equal(configOf({ ...verified, OIDC_ISSUER: local, OIDC_CLIENT_ID }).signIn?.issuer, local);
  for (const half of [{ OIDC_ISSUER }, { OIDC_CLIENT_ID }]) {
    t.same(
      complaints(() => configOf({ ...verified, ...half })),
      ['OIDC_ISSUER and OIDC_CLIENT_ID must be set together.'],
    );
  }
  const withSecret = { OIDC_ISSUER, OIDC_CLIENT_ID };
  for (const variables of [{ ...complete, ...withSecret }, withSecret]) {
    t.match(
      complaints(() => configOf(variables, embedded)),
      [/^With OIDC_ISSUER, JWT_JWKS_URL or JWT_PUBLIC_KEY must be set/],
    );
  }
});

t.test('without an embedded database, its URL and the pepper have to be set', async (t) => {
  t.same(
    complaints(() => configOf({ JWT_SECRET: secret })),
    ['DATABASE_URL must be set.', 'ENTITY_KEY_PEPPER must be set when DATABASE_URL is.'],
  );
});

t.test(
  'the embedded database brings its secrets along, which settings win over, and switches the docs on',
  async (t) => {
    t.match(configOf({}, embedded), {
      databaseUrl: embedded.appUrl,
      tokenKey: { kind: 'secret', secret: 'made' },
      entityKeyPepper: 'kept',
      apiDocs: true,
    });
    const { DATABASE_URL, ...own } = complete;
    t.match(configOf({ ...own, API_DOCS: 'false' }, embedded), {
      tokenKey: { secret },
      entityKeyPepper: `${secret}!`,
      apiDocs: false,
    });
  },
);

t.test('REDIS_URL names one server, and perhaps its database, in either spelling', async (t) => {
  const forms: Record<string, string> = {
    'redis://localhost': 'redis://localhost',
    'rediss://user:p%40ss@redis.example:6380/3': 'rediss://user:p%40ss@redis.example:6380/3',
    'redis://:%C3%A9@[::1]:6379/': 'redis://:%C3%A9@[::1]:6379/',
    'valkey://valkey.example': 'redis://valkey.example',
    'valkeys://:pw@valkey.example/0': 'rediss://:pw@valkey.example/0',
  };
  for (const [value, url] of Object.entries(forms))
    t.equal(configOf({ ...complete, REDIS_URL: value }).redisUrl, url);
});

t.test('TRUST_PROXY is a list of addresses and ranges', async (t) => {
  const forms: Record<string, string[]> = {
    '10.0.0.1': ['10.0.0.1'],
    '10.0.0.0/8': ['10.0.0.0/8'],
    '::1': ['::1'],
    'fd00::/8,10.0.0.1 , 192.168.0.0/16': ['fd00::/8', '10.0.0.1', '192.168.0.0/16'],
    '::/1': ['::/1'],
  };
  for (const [value, list] of Object.entries(forms))
    t.same(configOf({ ...complete, TRUST_PROXY: value }).trustProxy, list);
});

t.test('TRUST_PROXY cannot mean everybody', async (t) => {
  for (const value of ['0.0.0.0/0', '::/0', 'true', '*']) {
    t.throws(() => configOf({ ...complete, TRUST_PROXY: value }), /TRUST_PROXY must be/, value);
  }
});
