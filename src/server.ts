import { readSettings, SettingsError } from './config.ts';
import type { EmbeddedServer } from './database/embedded-server.ts';
import { withClient } from './database/owner-connection.ts';
import { addMember, createCycle, createOrganization, listOrganizations } from './database/provisioning.ts';
import { createLogger, describeError, logEvent } from './plugins/logging.ts';
import { type RunningService, startService } from './service.ts';
import { makeToken } from './token.ts';

const hardStopMs = 12_000;
/** How long a balancer may take to see that this replica is not ready. A person at the keyboard need not wait for it. */
const drainMs: Partial<Record<NodeJS.Signals, number>> = { SIGTERM: 3_000 };
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
  const starting = startService(readSettings());
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => process.exit(1), hardStopMs).unref();
    starting
      .then((service) => service.stop(drainMs[signal]))
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);

  const service = await starting;
  if (!service.embedded || service.config.tokenKey.kind !== 'secret') return;
  await greet(service, service.embedded, service.config.tokenKey.secret).catch(async (error: unknown) => {
    await service.stop();
    throw error;
  });
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
See the dashboard at ${url}/dashboard#token=${token}
The API reference is at ${url}/docs. A token for the next 12 hours, as owner of organisation ${orgId}:

TOKEN=${token}

curl -X POST ${url}/api/v1/pilot/metrics/recompute -H 'authorization: Bearer '$TOKEN -H 'content-type: application/json' \\
  -d '{"pilot_cycle_id":"${demoCycle}","org_id":"${orgId}"}'
`);
}

/** Our own sentences, and codes of the system; other messages may quote what is secret. */
function reasonsOf(error: unknown): readonly string[] {
  if (error instanceof SettingsError) return error.lines;
  if (error instanceof Error && 'code' in error) {
    return [error.code === 'EADDRINUSE' ? 'The port is in use.' : `The system answered ${error.code}.`];
  }
  return [
    error instanceof Error && error.constructor === Error ? error.message : 'It failed because of a defect.',
  ];
}

main().catch((error: unknown) => {
  for (const reason of reasonsOf(error)) process.stderr.write(`The service does not start: ${reason}\n`);
  process.exit(1);
});
