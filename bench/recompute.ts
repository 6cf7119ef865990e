import { randomUUID } from 'node:crypto';
import { withClient } from '../src/database/owner-connection.ts';
import { addAdmin } from '../src/database/provisioning.ts';
import { makeToken } from '../src/token.ts';
import { jwtSecret } from '../test/support/service.ts';
import { type Benchmark, type BenchOptions, median, type Row, whole } from './benchmark.ts';
import { recompute } from './support/recompute.ts';
import { inSetting, type Setting } from './support/setting.ts';
import { barePass, loadEvents } from './support/stored-events.ts';

/** From this size on the time goes into reading events, and no longer into everything around it. */
const firstLarge = 1_000_000;

interface Measured {
  size: number;
  ratio: number;
  residentBytes: number;
  rows: Row[];
}

/** Computing the metrics, beside one sequential pass over the same rows; each size in a database of its own. */
export const recomputing: Benchmark = {
  name: 'recompute',
  async run(options) {
    const measured: Measured[] = [];
    for (const size of options.sizes)
      measured.push(await inSetting((setting) => measure(setting, size, options)));
    const large = measured.filter(({ size }) => size >= firstLarge).map(({ ratio }) => ratio);
    const rows = measured.flatMap(({ rows }) => rows);
    if (large.length > 1)
      rows.push({
        what: `the largest of these ratios from ${whole(firstLarge)} events on over the smallest`,
        figure: large.map((ratio) => ratio.toFixed(2)).join(', '),
        value: Math.max(...large) / Math.min(...large),
        target: { below: 1.3 },
      });
    const resident = measured.map(({ residentBytes }) => (residentBytes / 1e6).toFixed(0)).join(', ');
    rows.push({ what: 'resident memory of the service after these', figure: `${resident} MB` });
    return rows;
  },
};

async function measure(setting: Setting, size: number, { rounds }: BenchOptions): Promise<Measured> {
  const { cluster, member, service } = setting;
  await loadEvents(cluster.urls.superuser, member.orgId, size);
  const passes: number[] = [];
  const recomputes: number[] = [];
  const cycleWide: number[] = [];
  const everything = { orgId: null, token: await appAdminToken(setting) };
  await barePass(cluster.urls.superuser);
  await recompute(setting, member);
  await recompute(setting, everything);
  for (let round = 0; round < rounds; round++) {
    const { milliseconds, events } = await barePass(cluster.urls.superuser);
    if (events !== size) throw new Error(`${events} events are stored instead of ${size}.`);
    passes.push(milliseconds);
    recomputes.push(await recompute(setting, member));
    cycleWide.push(await recompute(setting, everything));
  }
  const [took, tookAll, pass] = [median(recomputes), median(cycleWide), median(passes)];
  return {
    size,
    ratio: took / pass,
    residentBytes: await service.residentBytes(),
    rows: [
      {
        what: `recompute of ${whole(size)} events over one bare pass`,
        figure: `${whole(took)} ms over ${whole(pass)} ms`,
        value: took / pass,
        ...(size >= firstLarge && { target: { below: 12 } }),
      },
      {
        what: 'the same over the whole cycle',
        figure: `${whole(tookAll)} ms over ${whole(pass)} ms`,
        value: tookAll / pass,
      },
    ],
  };
}

/** Somebody who may compute the whole cycle. */
async function appAdminToken({ cluster }: Setting): Promise<string> {
  const userId = randomUUID();
  await withClient(cluster.urls.owner, (client) => addAdmin(client, userId));
  return makeToken(jwtSecret, userId, 3_600);
}
