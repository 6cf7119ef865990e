import { createPublicKey } from 'node:crypto';
import { isIP } from 'node:net';
import { z } from 'zod';

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const whole = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d{1,7}$/)
    .transform(Number)
    .pipe(z.number().min(minimum).max(maximum));
const perMinute = whole(0, 1_000_000);
const text = z.string().min(1);
const postgresUrl = z.string().refine((value) => /^postgres(ql)?:\/\//.test(value) && URL.canParse(value));
const secret = z.string().refine((value) => Buffer.byteLength(value) >= 32);
// fetch refuses a URL with a user in it.
const httpUrl = z
  .string()
  .refine((value) => /^https?:\/\/[^/?#@]+([/?#]|$)/.test(value) && URL.canParse(value));
// A browser has no way to sign in safely over a network that is not encrypted.
const issuerUrl = z
  .string()
  .refine(
    (value) =>
      /^(https:\/\/[^/?#@]+|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)(\/[^?#]*)?$/.test(value) &&
      URL.canParse(value),
  );
const scopes = z
  .string()
  .refine((value) => /^[\x21\x23-\x5b\x5d-\x7e ]+$/.test(value) && value.split(' ').includes('openid'));
const publicKeyPem = z
  .string()
  .transform((value) => value.replaceAll('\\n', '\n'))
  .refine((value) => algorithmOf(value) !== undefined);
const redisUrl = z
  .string()
  .refine(isRedisUrl)
  .transform((value) => value.replace(/^valkey/, 'redis'));
const share = z
  .string()
  .regex(/^(0|1|0?\.\d{1,6}|1\.0)$/)
  .transform(Number);
/** As the OpenTelemetry specification has it: values may be percent-encoded. */
const headerList = z.string().transform((value, context) => {
  const headers = new Map<string, string>();
  for (const part of value.split(',')) {
    const [, name, text = ''] =
      /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*([\x21-\x7e][\x20-\x7e]*?)\s*$/.exec(part) ?? [];
    const decoded = percentDecoded(text);
    if (!name || decoded === undefined) {
      context.addIssue({ code: 'custom' });
      return z.NEVER;
    }
    headers.set(name, decoded);
  }
  return Object.fromEntries(headers);
});
const proxyList = z
  .string()
  .transform((value) => value.split(',').map((part) => part.trim()))
  .pipe(z.array(z.string().refine(isAddressOrRange)));

/** Every setting (spec 7). A description completes the sentence "NAME must be ...", and fills the table in the README. */
export const environment = z.object({
  HOST: text.default('127.0.0.1').describe('the address to listen on'),
  PORT: whole(0, 65_535).default(3000).describe('the port to listen on, from 0 (any) to 65535'),
  ADMIN_HOST: text.default('127.0.0.1').describe('the address on which operators find the metrics'),
  ADMIN_PORT: whole(0, 65_535)
    .optional()
    .describe('the port of the metrics, from 0 (any) to 65535; unset means none'),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl
    .optional()
    .describe('an http(s) URL of an OpenTelemetry collector, to which traces go'),
  OTEL_EXPORTER_OTLP_HEADERS: headerList
    .optional()
    .describe('a comma-separated list of name=value, sent to the collector as headers'),
  OTEL_TRACES_SAMPLER_ARG: share
    .default(1)
    .describe('the share of requests of which traces are made, from 0 to 1'),
  DATABASE_URL: postgresUrl
    .optional()
    .describe('a postgresql:// URL of the role pilot_app; unset means embedded'),
  MIGRATION_DATABASE_URL: postgresUrl.optional().describe('a postgresql:// URL of the role pilot_owner'),
  BOOTSTRAP_DATABASE_URL: postgresUrl
    .optional()
    .describe('a postgresql:// URL of a superuser, for the command "roles"'),
  BACKUP_DATABASE_URL: postgresUrl
    .optional()
    .describe('a postgresql:// URL of the role pilot_backup, for the command "roles" and for pg_dump'),
  DATA_DIR: text.default('.data').describe('the directory of the embedded database'),
  AUTO_MIGRATE: flag.optional().describe('true or false: migrate at start; true when embedded'),
  JWT_SECRET: secret.optional().describe('an HS256 secret of at least 32 bytes, for local use'),
  JWT_PUBLIC_KEY: publicKeyPem
    .optional()
    .describe('a PEM public key: RSA of at least 2048 bits, EC P-256 or Ed25519'),
  JWT_JWKS_URL: httpUrl.optional().describe("an http(s) URL of the identity provider's key set"),
  JWT_ISSUER: text.optional().describe('the "iss" that tokens have to carry'),
  JWT_AUDIENCE: text.optional().describe('the "aud" that tokens have to carry'),
  OIDC_ISSUER: issuerUrl
    .optional()
    .describe(
      'an https URL of the provider where people of the dashboard sign in; http only on this machine',
    ),
  OIDC_CLIENT_ID: text.optional().describe('the id that the provider has given to the dashboard'),
  OIDC_SCOPE: scopes
    .default('openid')
    .describe('the scopes that the dashboard asks for, separated by spaces, with openid among them'),
  ENTITY_KEY_PEPPER: secret
    .optional()
    .describe('a key of at least 32 bytes for stored entity hashes, which never changes'),
  RATE_LIMIT_EVENTS: perMinute
    .default(60)
    .describe('a number of event, scope and PATCH writes per minute and IP, or 0 for no limit'),
  RATE_LIMIT_RECOMPUTE: perMinute
    .default(20)
    .describe('a number of recomputes per minute and IP, or 0 for no limit'),
  RATE_LIMIT_SCORECARD: perMinute
    .default(30)
    .describe('a number of scorecard reads per minute and IP, or 0 for no limit'),
  RATE_LIMIT_DECISIONS: perMinute
    .default(10)
    .describe('a number of integration decisions per minute and IP, or 0 for no limit'),
  RATE_LIMIT_READS: perMinute
    .default(120)
    .describe('a number of all other reads per minute and IP, or 0 for no limit'),
  RATE_LIMIT_BATCH_EVENTS: perMinute
    .default(3_000)
    .describe('a number of events in batches per minute and IP, or 0 for no limit'),
  REDIS_URL: redisUrl
    .optional()
    .describe('a redis://, rediss://, valkey:// or valkeys:// URL where replicas share rate limits'),
  TRUST_PROXY: proxyList
    .optional()
    .describe('a comma-separated list of proxy addresses or CIDR ranges to believe'),
  API_DOCS: flag.optional().describe('true or false: serve /openapi.json and /docs; true when embedded'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('a pino level: fatal, error, warn, info, debug, trace or silent'),
  DB_POOL_MAX: whole(1, 500).default(10).describe('the most database connections, from 1 to 500'),
  STATEMENT_TIMEOUT_MS: whole(100, 600_000)
    .default(2_500)
    .describe('milliseconds a statement may take, 100 to 600000'),
  DB_PREPARED_STATEMENTS: flag
    .default(true)
    .describe('true or false; false behind a PgBouncer older than 1.21'),
  PILOT_TOKEN: text.optional().describe('the token that the command "events send" sends'),
});

export type Settings = z.infer<typeof environment>;

/** Settings that do not do. Each line names one setting and what it must be; no value is repeated, it may be a secret. */
export class SettingsError extends Error {
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'SettingsError';
    this.lines = lines;
  }
}

/**
 * Parses the environment; `defaults` stand in for what it does not set. An empty variable counts as unset.
 * @throws SettingsError
 */
export function readSettings(
  variables: NodeJS.ProcessEnv = process.env,
  defaults: Readonly<Record<string, string>> = {},
): Settings {
  const present = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse({ ...defaults, ...present });
  if (parsed.success) return parsed.data;
  const names = new Set(parsed.error.issues.map((issue) => String(issue.path[0])));
  const shapes: Readonly<Record<string, z.ZodType>> = environment.shape;
  throw new SettingsError([...names].map((name) => `${name} must be ${shapes[name]?.description}.`));
}

/** Where traces go, and of which share of the requests there are any. */
export interface TracingConfig {
  endpoint: string;
  headers: Readonly<Record<string, string>>;
  share: number;
}

/** Undefined when no collector is set: then nothing is traced. */
export function tracingConfig(settings: Settings): TracingConfig | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers = {} } = settings;
  return endpoint === undefined ? undefined : { endpoint, headers, share: settings.OTEL_TRACES_SAMPLER_ARG };
}

/** What tokens are verified with; the accepted algorithms follow from it and from nothing in a token (spec 2.2). */
export type TokenKey =
  | { kind: 'secret'; secret: string }
  | { kind: 'public-key'; pem: string; algorithm: 'RS256' | 'ES256' | 'EdDSA' }
  | { kind: 'jwks'; url: string };

/** Where people of the dashboard sign in by OpenID Connect. */
export interface SignInProvider {
  issuer: string;
  clientId: string;
  scope: string;
}

/** What the HTTP application needs to know; the same for every way of getting a database. */
export interface ServiceConfig {
  databaseUrl: string;
  poolMax: number;
  statementTimeoutMs: number;
  preparedStatements: boolean;
  tokenKey: TokenKey;
  issuer: string | undefined;
  audience: string | undefined;
  entityKeyPepper: string;
  rateLimits: { events: number; recompute: number; scorecard: number; decisions: number; reads: number };
  batchEventsPerMinute: number;
  redisUrl: string | undefined;
  trustProxy: readonly string[] | undefined;
  apiDocs: boolean;
  /** Without it people of the dashboard bring a token. */
  signIn: SignInProvider | undefined;
}

/** What an embedded server brings along; settings of the same purpose win over it. */
export interface EmbeddedDefaults {
  appUrl: string;
  secrets: { jwtSecret: string; entityKeyPepper: string };
}

/** Completes the settings to what the service runs with. @throws SettingsError when a required one is missing */
export function serviceConfig(settings: Settings, embedded?: EmbeddedDefaults): ServiceConfig {
  const lines: string[] = [];
  const tokenKey =
    tokenKeyOf(settings, lines) ?? (embedded && { kind: 'secret', secret: embedded.secrets.jwtSecret });
  const databaseUrl = embedded?.appUrl ?? settings.DATABASE_URL;
  const entityKeyPepper = settings.ENTITY_KEY_PEPPER ?? embedded?.secrets.entityKeyPepper;
  if (!tokenKey && lines.length === 0)
    lines.push('One of JWT_SECRET, JWT_PUBLIC_KEY and JWT_JWKS_URL must be set.');
  if (!databaseUrl) lines.push('DATABASE_URL must be set.');
  if (!entityKeyPepper) lines.push('ENTITY_KEY_PEPPER must be set when DATABASE_URL is.');
  const signIn = signInOf(settings, tokenKey, lines);
  if (!tokenKey || !databaseUrl || !entityKeyPepper || lines.length > 0) throw new SettingsError(lines);
  return {
    databaseUrl,
    poolMax: settings.DB_POOL_MAX,
    statementTimeoutMs: settings.STATEMENT_TIMEOUT_MS,
    preparedStatements: settings.DB_PREPARED_STATEMENTS,
    tokenKey,
    issuer: settings.JWT_ISSUER,
    audience: settings.JWT_AUDIENCE,
    entityKeyPepper,
    rateLimits: {
      events: settings.RATE_LIMIT_EVENTS,
      recompute: settings.RATE_LIMIT_RECOMPUTE,
      scorecard: settings.RATE_LIMIT_SCORECARD,
      decisions: settings.RATE_LIMIT_DECISIONS,
      reads: settings.RATE_LIMIT_READS,
    },
    batchEventsPerMinute: settings.RATE_LIMIT_BATCH_EVENTS,
    redisUrl: settings.REDIS_URL,
    trustProxy: settings.TRUST_PROXY,
    apiDocs: settings.API_DOCS ?? embedded !== undefined,
    signIn,
  };
}

function tokenKeyOf(settings: Settings, lines: string[]): TokenKey | undefined {
  const keys: TokenKey[] = [];
  const { JWT_SECRET, JWT_PUBLIC_KEY, JWT_JWKS_URL } = settings;
  if (JWT_SECRET) keys.push({ kind: 'secret', secret: JWT_SECRET });
  const algorithm = JWT_PUBLIC_KEY && algorithmOf(JWT_PUBLIC_KEY);
  if (JWT_PUBLIC_KEY && algorithm) keys.push({ kind: 'public-key', pem: JWT_PUBLIC_KEY, algorithm });
  if (JWT_JWKS_URL) keys.push({ kind: 'jwks', url: JWT_JWKS_URL });
  if (keys.length > 1) lines.push('Only one of JWT_SECRET, JWT_PUBLIC_KEY and JWT_JWKS_URL may be set.');
  return keys[0];
}

function signInOf(
  settings: Settings,
  tokenKey: TokenKey | undefined,
  lines: string[],
): SignInProvider | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_SCOPE: scope } = settings;
  if (!issuer && !clientId) return undefined;
  if (tokenKey?.kind === 'secret')
    lines.push(
      "With OIDC_ISSUER, JWT_JWKS_URL or JWT_PUBLIC_KEY must be set to verify the provider's tokens.",
    );
  if (issuer && clientId) return { issuer, clientId, scope };
  lines.push('OIDC_ISSUER and OIDC_CLIENT_ID must be set together.');
  return undefined;
}

function algorithmOf(pem: string): 'RS256' | 'ES256' | 'EdDSA' | undefined {
  try {
    if (!pem.includes('PUBLIC KEY')) return undefined;
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey(pem);
    if (asymmetricKeyType === 'rsa')
      return (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048 ? 'RS256' : undefined;
    if (asymmetricKeyType === 'ec')
      return asymmetricKeyDetails?.namedCurve === 'prime256v1' ? 'ES256' : undefined;
    return asymmetricKeyType === 'ed25519' ? 'EdDSA' : undefined;
  } catch {
    return undefined;
  }
}

function isAddressOrRange(value: string): boolean {
  const [address = '', prefix = '1', ...rest] = value.split('/');
  const family = isIP(address);
  return (
    family !== 0 &&
    rest.length === 0 &&
    /^[1-9]\d{0,2}$/.test(prefix) &&
    Number(prefix) <= (family === 6 ? 128 : 32)
  );
}

/** @returns undefined when it is not well-formed, or would break a header */
function percentDecoded(value: string): string | undefined {
  try {
    const decoded = decodeURIComponent(value);
    return /^[\x20-\x7e]+$/.test(decoded) ? decoded : undefined;
  } catch {
    return undefined;
  }
}

/** A server and at most the number of a database; options in a query would override those that keep an outage short. */
function isRedisUrl(value: string): boolean {
  if (!/^(redis|valkey)s?:\/\/[^/?#]+(\/\d{0,5})?$/.test(value)) return false;
  try {
    const { username, password } = new URL(value);
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}
