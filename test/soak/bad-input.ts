import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type BadInput, bytesOf } from '../bad-input/bad-input.ts';
import { catalogue } from '../bad-input/catalogue.ts';
import { sendCase } from '../bad-input/send-case.ts';
import { settle, useUpLimits, wordsOf } from '../bad-input/world.ts';
import { sendPipelined, sendRaw } from '../plugins/support/raw-http.ts';
import { startTestService } from '../support/service.ts';
import { storedState } from '../support/stored-state.ts';
import type { Scenario } from './scenario.ts';
import { withTestServices } from './support/in-process.ts';
import { type ServiceProcess, startServiceProcess } from './support/service-process.ts';

const longestMs = 50;
const mostConnections = 2_000;
const mostRequests = 10_000;

/** The catalogue of bad input against the real process, with the clock running; and the bounds of its connections. */
export const badInput: Scenario = {
  name: 'bad-input',
  run: ({ short }) =>
    withTestServices(async (t) => {
      // The service inside this process only makes the world in which the other two are asked.
      const world = await startTestService(t);
      const start = async (settings = {}) => {
        const service = await startServiceProcess(world.urls.app, settings);
        t.teardown(async () => {
          service.child.kill('SIGKILL');
          await service.exited;
        });
        return service;
      };
      const service = await start();
      const limited = await start({
        RATE_LIMIT_EVENTS: '1',
        RATE_LIMIT_RECOMPUTE: '1',
        RATE_LIMIT_SCORECARD: '1',
        RATE_LIMIT_DECISIONS: '1',
      });
      const words = wordsOf(world);
      await settle(world, words);
      const before = await world.asSuperuser(storedState);
      const times = new Map<BadInput, number[]>();
      const faults: string[] = [];
      for (let round = 0; round < (short ? 3 : 25); round += 1) {
        await useUpLimits(limited, words);
        for (const bad of catalogue) {
          const outcome = await sendCase(bad.limited ? limited : service, words, bad);
          faults.push(...outcome.faults.map((fault) => `${bad.section}: ${bad.name}: ${fault}`));
          times.set(bad, [...(times.get(bad) ?? []), outcome.ms]);
        }
      }
      const unchanged = JSON.stringify(await world.asSuperuser(storedState)) === JSON.stringify(before);
      const good = await sendRaw(service, bytesOf({}, words));
      const moved = service.lines.filter((line) => /"breaker_|"request_failed"/.test(line)).length;

      const medians = [...times].map(([bad, all]) => ({ bad, ms: median(all) })).sort((a, b) => b.ms - a.ms);
      const [slowest] = medians;
      const wrong = `${faults.length} wrong answers${faults.length > 0 ? ` (${[...new Set(faults)].join('; ')})` : ''}`;
      return [
        {
          promise: 'bad input is clean',
          figure: `${catalogue.length} cases, ${wrong}, ${unchanged ? 'nothing' : 'SOMETHING'} stored, ${moved} alarms, then ${good.status}`,
          pass: faults.length === 0 && unchanged && moved === 0 && good.status === 201,
        },
        {
          promise: `bad input is cheap: under ${longestMs} ms`,
          figure: `the slowest takes ${slowest?.ms.toFixed(1)} ms (${slowest?.bad.name}), half of them less than ${median(medians.map(({ ms }) => ms)).toFixed(1)} ms`,
          pass: slowest !== undefined && slowest.ms < longestMs,
        },
        await boundsOf(service),
      ];
    }),
};

/** The middle one, because one of many may have met the garbage collector. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Asks for one connection and for one request too many. */
async function boundsOf(service: ServiceProcess) {
  const knocks = 'GET /healthz HTTP/1.1\r\n\r\n'.repeat(mostRequests);
  const last = 'GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n';
  const answers = await sendPipelined(service, knocks + last);
  const answered = answers.filter(({ status }) => status === 200).length;

  const surplus = 50;
  const turnedAway = await silentlyClosed(service, mostConnections + surplus);
  return {
    promise: 'connections, and requests on one of them, are bounded',
    figure: `${answered} of ${mostRequests + 1} requests answered, ${turnedAway} of ${mostConnections + surplus} connections turned away`,
    pass: answered === mostRequests && turnedAway === surplus,
  };
}

/** Opens connections that say nothing. @returns how many of them were closed without an answer, not even "too slow" */
async function silentlyClosed({ url }: ServiceProcess, count: number): Promise<number> {
  const { hostname, port } = new URL(url);
  const closings: Promise<boolean>[] = [];
  while (closings.length < count) {
    // No more at a time than the kernel lets wait.
    const some = Array.from({ length: Math.min(50, count - closings.length) }, () =>
      connect(Number(port), hostname),
    );
    closings.push(...some.map(closedWithoutAnswer));
    await Promise.all(some.map((socket) => once(socket, 'connect')));
  }
  return (await Promise.all(closings)).filter((silently) => silently).length;
}

async function closedWithoutAnswer(socket: Socket): Promise<boolean> {
  let answered = false;
  socket.on('data', () => {
    answered = true;
  });
  await new Promise((closed) => socket.once('close', closed));
  return !answered;
}
