import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { v5 as uuidv5 } from 'uuid';
import { freshnessAnswer } from '../capabilities/freshness/schema.ts';
import { scorecardAnswer } from '../capabilities/metrics/schema.ts';
import { receipt } from '../capabilities/receipt.ts';
import { makeSpinner } from '../cli/progress.ts';
import { readSettings, type Settings } from '../config.ts';
import { withClient } from '../database/owner-connection.ts';
import {
  addAdmin,
  addMember,
  createCycle,
  createOrganization,
  listOrganizations,
} from '../database/provisioning.ts';
import { importDirectory } from '../directory/import-directory.ts';
import { readDirectory } from '../directory/read-directory.ts';
import { verdictAnswer } from '../gate-0/verdict/schema.ts';
import { type RunningService, startService } from '../service.ts';
import { makeToken } from '../token.ts';
import { type DemoClient, demoClient } from './client.ts';
import { recordBaselines, recordGovernance } from './gate-0.ts';
import { freshnessTable, gateTable, gateZeroTable, scorecardTable, weeksTable } from './report.ts';
import { type DirectoryEntry, type StoryRequest, tellStory } from './story.ts';
import { type DemoWindow, demoCycle, weeks, wholeWindow, windowEnd, windowStart } from './windows.ts';

const facts = new URL('kingston-services.facts.json', import.meta.url);
const organizations = ['Demo shelter', 'Demo housing navigators'];
const accounts = '6f1c1b52-0f4e-4c55-8f0a-3f9d1b8f6a77';
const governanceAccount = uuidv5('governance', accounts);
const tokenSeconds = 12 * 60 * 60;

const say = (text = '') => process.stdout.write(`${text}\n`);

interface Participant {
  name: string;
  orgId: string;
  /** A machine account that writes, and a dashboard's account that reads. */
  writer: string;
  reader: string;
  /** Whether this is their first run of the demo. */
  isNew: boolean;
}

interface Stage {
  participants: Participant[];
  /** The token of an app admin. */
  governance: string;
  services: readonly DirectoryEntry[];
}

/** Plays a four-week pilot of two organisations over HTTP, on the embedded database, and shows its scorecard and Gate 0. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { exit: { type: 'boolean', default: false } } });
  const service = await start();
  try {
    await perform(service, values.exit);
  } catch (error) {
    await service.stop();
    throw error;
  }
}

async function perform(service: RunningService, exit: boolean): Promise<void> {
  const stop = () => service.stop().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const api = demoClient(service.url);

  const stage = await provision(service);
  const { participants, governance, services } = stage;
  say(
    `The directory holds ${services.length} services of Kingston, Ontario: facts only, no contact details.`,
  );
  for (const participant of participants) await play(api, participant, services);
  await showPrivacyRefusal(api, participants);
  const unmeasured = participants.filter(({ isNew }) => isNew);
  await recordBaselines(
    service,
    unmeasured.map(({ orgId }) => orgId),
  );
  for (const participant of participants) await showScorecard(api, participant);
  await showWholeCycle(api, governance);
  await recordGovernance(api, governance, participants);
  await showGateZero(api, governance);
  if (exit) return stop();
  showHowToTry(service.url, stage);
}

/** The service as `npm start` runs it on its embedded database, without rate limits and with a quiet log. */
async function start(): Promise<RunningService> {
  const quick = {
    RATE_LIMIT_EVENTS: '0',
    RATE_LIMIT_RECOMPUTE: '0',
    RATE_LIMIT_SCORECARD: '0',
    RATE_LIMIT_DECISIONS: '0',
    RATE_LIMIT_READS: '0',
    LOG_LEVEL: 'warn',
  };
  const settings: Settings = {
    ...readSettings(undefined, quick),
    DATABASE_URL: undefined,
    MIGRATION_DATABASE_URL: undefined,
  };
  const spinner = makeSpinner().start('Starting PostgreSQL and the service');
  try {
    return await startService(settings).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
      return startService({ ...settings, PORT: 0 });
    });
  } finally {
    spinner.stop();
  }
}

/** What operators would do with the commands: the directory, a cycle, organisations, accounts and their tokens. */
async function provision({ embedded, config }: RunningService): Promise<Stage> {
  const { tokenKey } = config;
  if (!embedded || tokenKey.kind !== 'secret')
    throw new Error('The demo needs its own tokens; unset the JWT settings.');
  const directory = readDirectory(await readFile(facts, 'utf8'));
  const participants = await withClient(embedded.ownerUrl, async (client) => {
    await importDirectory(client, directory);
    await createCycle(client, demoCycle, '2026-03-02', '2026-03-30');
    const known = await listOrganizations(client);
    const made: Participant[] = [];
    for (const name of organizations) {
      const existing = known.find((organization) => organization.name === name);
      const orgId = existing?.org_id ?? (await createOrganization(client, name, 'America/Toronto'));
      const account = async (role: 'editor' | 'viewer') => {
        const userId = uuidv5(`${orgId}/${role}`, accounts);
        await addMember(client, orgId, userId, role);
        return makeToken(tokenKey.secret, userId, tokenSeconds, config);
      };
      const [writer, reader] = [await account('editor'), await account('viewer')];
      made.push({ name, orgId, writer, reader, isNew: !existing });
    }
    await addAdmin(client, governanceAccount);
    return made;
  });
  const governance = await makeToken(tokenKey.secret, governanceAccount, tokenSeconds, config);
  return { participants, governance, services: directory.services };
}

/** Sends an organisation's four weeks: what was online, its figures as the weeks pass, what an offline queue held back, and then all figures. */
async function play(
  api: DemoClient,
  { name, orgId, writer }: Participant,
  directory: readonly DirectoryEntry[],
): Promise<void> {
  const story = tellStory(name, orgId, directory);
  const spinner = makeSpinner().start(`${name}: sending ${story.length} requests`);
  const counts = { created: 0, updated: 0, replayed: 0 };
  const send = async ({ method, path, body, retried }: StoryRequest) => {
    for (let times = retried ? 2 : 1; times > 0; times--) {
      const { status } = receipt.parse(await api.send(method, path, writer, body));
      counts[status] += 1;
    }
  };
  // An anchor has to be there before what refers to it, and whoever refers to a late one is late too.
  const lateIds = new Set(story.filter(({ late }) => late).map(({ body }) => body.id));
  const isLate = ({ path, body, late }: StoryRequest) =>
    late || lateIds.has(body.contact_attempt_event_id) || lateIds.has(path.split('/').at(-1));
  const recompute = (windows: readonly DemoWindow[]) => recomputeAll(api, writer, { org_id: orgId }, windows);
  for (const request of story.filter((one) => !isLate(one))) await send(request);
  await recompute([wholeWindow, ...weeks.slice(0, -1)]);
  const late = story.filter(isLate);
  for (const request of late) await send(request);
  await recompute([wholeWindow, ...weeks]);
  spinner.succeed(
    `${name}: ${counts.created} created, ${counts.updated} updated, ${counts.replayed} repeats recognised; ${late.length} arrived late and were counted when they happened`,
  );
}

/** Computes these windows, of an organisation or, without one, of the whole cycle. */
async function recomputeAll(
  api: DemoClient,
  token: string,
  whose: { org_id?: string },
  windows: readonly DemoWindow[],
): Promise<void> {
  for (const window of windows) {
    await api.send('POST', '/metrics/recompute', token, { pilot_cycle_id: demoCycle, ...whose, ...window });
  }
}

async function readScorecard(api: DemoClient, token: string, whose: { org_id?: string }, window: DemoWindow) {
  const query = new URLSearchParams({ pilot_cycle_id: demoCycle, ...whose, ...window });
  return scorecardAnswer.parse(await api.send('GET', `/metrics/scorecard?${query}`, token));
}

async function showWeeks(
  api: DemoClient,
  token: string,
  name: string,
  whose: { org_id?: string },
): Promise<void> {
  const scorecards = [];
  for (const week of weeks) scorecards.push(await readScorecard(api, token, whose, week));
  say(`\n${name}, week by week`);
  say(weeksTable(scorecards));
}

/** What an app admin sees of all organisations together. */
async function showWholeCycle(api: DemoClient, token: string): Promise<void> {
  await recomputeAll(api, token, {}, [wholeWindow, ...weeks]);
  await showWeeks(api, token, 'All organisations', {});
}

/** One event with words about a person: it is refused, and the answer does not repeat them. */
async function showPrivacyRefusal(api: DemoClient, [participant]: Participant[]): Promise<void> {
  if (!participant) return;
  const body = { pilot_cycle_id: demoCycle, notes: 'words about a person' };
  const refusal = await api.send('POST', '/events/contact-attempt', participant.writer, body, 400);
  say('\nAn event with a field "notes" is refused, and nothing of it is kept:');
  say(JSON.stringify(refusal, null, 2));
}

async function showScorecard(api: DemoClient, { name, orgId, reader }: Participant): Promise<void> {
  const whole = await readScorecard(api, reader, { org_id: orgId }, wholeWindow);
  say(`\n${name}, ${windowStart.slice(0, 10)} to ${windowEnd.slice(0, 10)}`);
  say(scorecardTable(whole));
  say(gateTable(whole));
  await showWeeks(api, reader, name, { org_id: orgId });
  const query = new URLSearchParams({ pilot_cycle_id: demoCycle, org_id: orgId, as_of: windowEnd });
  say(freshnessTable(freshnessAnswer.parse(await api.send('GET', `/scope/freshness?${query}`, reader))));
}

/** Whether the pilot may start, and what is missing: computed from what was recorded. */
async function showGateZero(api: DemoClient, token: string): Promise<void> {
  const answer = await api.send('GET', `/gate-0?pilot_cycle_id=${demoCycle}`, token);
  say(`\nGate 0 of ${demoCycle}: may the pilot start?`);
  say(gateZeroTable(verdictAnswer.parse(answer)));
}

function showHowToTry(url: string, { participants, governance }: Stage): void {
  const [first] = participants;
  if (!first) return;
  say(`
The service stays up at ${url}, with its API reference at ${url}/docs. Press Ctrl-C to stop it.
Open the dashboard, signed in as "${first.name}":

${url}/dashboard#token=${first.writer}

or as an app admin, who sees every organisation and the whole cycle:

${url}/dashboard#token=${governance}&org=all

A token of "${first.name}" (organisation ${first.orgId}) for the next 12 hours:

TOKEN=${first.writer}

Try:

curl '${url}/api/v1/pilot/metrics/scorecard?pilot_cycle_id=${demoCycle}&org_id=${first.orgId}&window_start=${windowStart}&window_end=${windowEnd}' \\
  -H 'authorization: Bearer ${first.writer}'`);
}

main().catch((error: unknown) => {
  process.stderr.write(`The demo failed: ${error instanceof Error ? error.message : 'unknown reason'}\n`);
  process.exit(1);
});
