import { withCluster } from '../test/soak/support/cluster.ts';
import { provision } from '../test/soak/support/service-process.ts';
import { again, type Benchmark, type BenchOptions, median, type Row, rate, whole } from './benchmark.ts';
import { type Intake, withIntake } from './support/intake.ts';
import { recompute } from './support/recompute.ts';
import { loadEvents } from './support/stored-events.ts';

const connections = 64;
const events = 1_000_000;

/** Whether intake keeps its speed while another organisation has its metrics computed again and again. */
export const intakeWhileRecomputing: Benchmark = {
  name: 'intake-while-recomputing',
  run: (options) => withCluster((cluster) => withIntake(cluster, (intake) => measure(intake, options))),
};

async function measure(intake: Intake, { seconds, rounds }: BenchOptions): Promise<Row[]> {
  const { urls } = intake.cluster;
  const other = await provision(urls);
  await loadEvents(urls.superuser, other.orgId, events);
  await recompute(intake, other);
  const load = { connections, seconds };
  await intake.send(load);
  const alone: number[] = [];
  const beside: number[] = [];
  let recomputes = 0;
  for (let round = 0; round < rounds; round++) {
    alone.push((await intake.send(load)).perSecond);
    const enough = new AbortController();
    const recomputing = again(() => recompute(intake, other), enough.signal);
    const sending = intake.send(load).finally(() => enough.abort());
    const [sent, times] = await Promise.all([sending, recomputing]);
    beside.push(sent.perSecond);
    recomputes += times;
  }
  return [
    {
      what: `intake while ${whole(events)} events are recomputed over intake alone`,
      figure: `${rate(median(beside))} over ${rate(median(alone))}; ${recomputes} recomputes`,
      value: median(beside) / median(alone),
      target: { atLeast: 0.5 },
    },
  ];
}
