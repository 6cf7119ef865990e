import { randomBytes } from 'node:crypto';
import { migrate } from '../../src/database/migrations.ts';
import { withClient } from '../../src/database/owner-connection.ts';
import { applyRoles } from '../../src/database/roles.ts';

/** Connection URLs of one database, by role. */
export interface DatabaseUrls {
  superuser: string;
  owner: string;
  app: string;
}

/** Makes a migrated database to clone from. Passwords that are not given are made, and set on the two roles. */
export async function makeTemplate(
  superuserUrl: string,
  passwords: { owner: string | undefined; app: string | undefined },
): Promise<{ urls: DatabaseUrls; drop: () => Promise<void> }> {
  const name = `pilot_template_${randomBytes(4).toString('hex')}`;
  const owner = passwords.owner ?? randomBytes(16).toString('hex');
  const app = passwords.app ?? randomBytes(16).toString('hex');
  await withClient(superuserUrl, (client) => client.query(`CREATE DATABASE ${name}`));
  const urls = {
    superuser: urlFor(superuserUrl, name),
    owner: urlFor(superuserUrl, name, 'pilot_owner', owner),
    app: urlFor(superuserUrl, name, 'pilot_app', app),
  };
  await withClient(urls.superuser, (client) => applyRoles(client, owner, app));
  await withClient(urls.owner, (client) => migrate(client));
  return { urls, drop: () => dropDatabase(superuserUrl, name) };
}

/** Clones the template of this run. `migrated: false` gives an empty database with the two roles and nothing else. */
export async function cloneDatabase(options: { migrated?: boolean } = {}): Promise<{
  urls: DatabaseUrls;
  drop: () => Promise<void>;
}> {
  const template: DatabaseUrls = JSON.parse(process.env.TEST_TEMPLATE ?? '{}');
  const name = `pilot_test_${randomBytes(6).toString('hex')}`;
  const admin = urlFor(template.superuser, 'postgres');
  const source = options.migrated === false ? 'template1' : new URL(template.superuser).pathname.slice(1);
  await withClient(admin, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${source}`));
  const urls = {
    superuser: urlFor(template.superuser, name),
    owner: urlFor(template.owner, name),
    app: urlFor(template.app, name),
  };
  return { urls, drop: () => dropDatabase(admin, name) };
}

async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  await withClient(adminUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
}

function urlFor(base: string, database: string, user?: string, password?: string): string {
  const url = new URL(base);
  url.pathname = `/${database}`;
  if (user) url.username = user;
  if (password) url.password = password;
  return url.href;
}
