import { readSettings, SettingsError } from './config.ts';
import type { EmbeddedServer } from './database/embedded-server.ts';
import { withClient } from './database/owner-connection.ts';
import { addMember, createCycle, createOrganization, listOrganizations } from './database/provisioning.ts';
import { createLogger, describeError, logEvent } from './plugins/logging.ts';
import { type RunningService, startService } from './service.ts';
import { makeToken } from './token.ts';

const hardStopMs = 12_000;
const demoCycle = 'demo-cycle';
const demoOrganization = 'Demo organisation';
const tokenSeconds = 12 * 60 * 60;

/** Runs the service as a process: starts it, and stops it on a signal within a hard deadline. */
async function main(): Promise<void> {
  const failures = createLogger('info');
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    // Node would print the error, and its message may quote what a caller sent.
    process.on(event, (error) => {
      logEvent(failures, 'error', 'service_failed', describeError(error));
      process.exit(1);
    });
  }
  const service = await startService(readSettings());
  if (service.embedded && service.config.tokenKey.kind === 'secret') {
    await greet(service, service.embedded, service.config.tokenKey.secret);
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      setTimeout(() => process.exit(1), hardStopMs).unref();
      service.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

/** On the embedded database: makes sure that there is something to try, and says how. */
async function greet(
  { url, config }: RunningService,
  embedded: EmbeddedServer,
  secret: string,
): Promise<void> {
  const userId = embedded.secrets.demoUserId;
  const orgId = await withClient(embedded.ownerUrl, async (client) => {
    await createCycle(client, demoCycle);
    const existing = (await listOrganizations(client)).find(({ name }) => name === demoOrganization);
    const org = existing?.org_id ?? (await createOrganization(client, demoOrganization, 'America/Toronto'));
    await addMember(client, org, userId, 'owner');
    return org;
  });
  const token = await makeToken(secret, userId, tokenSeconds, config);
  process.stderr.write(`
Pilot Evidence is listening on ${url} with its embedded database.
The API reference is at ${url}/docs. A token for the next 12 hours, as owner of organisation ${orgId}:

${token}

curl -X POST ${url}/api/v1/pilot/metrics/recompute -H 'authorization: Bearer '$TOKEN -H 'content-type: application/json' \\
  -d '{"pilot_cycle_id":"${demoCycle}","org_id":"${orgId}"}'
`);
}

main().catch((error: unknown) => {
  const lines =
    error instanceof SettingsError ? error.lines : [error instanceof Error ? error.message : 'It failed.'];
  for (const line of lines) process.stderr.write(`The service does not start: ${line}\n`);
  process.exit(1);
});
