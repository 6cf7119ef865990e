import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { contactAttemptBody } from '../support/events.ts';
import type { Figure, Scenario } from './scenario.ts';
import { inSetting, type Setting } from './support/setting.ts';

const run = promisify(execFile);
const connections = 64;
const times = 10;
const mostResidentBytes = 700e6;

/** "Overload sheds": ten times as many clients as it takes to use the service to the full, none of which ever waits. */
export const overload: Scenario = {
  name: 'overload',
  run: ({ short }) => inSetting((setting) => measure(setting, short ? 8 : 60)),
};

interface Rates {
  good: number;
  shed: number;
  other: number;
}

async function measure(setting: Setting, seconds: number): Promise<Figure[]> {
  const { service, orgId, token, cluster } = setting;
  const script = join(dirname(cluster.logFile), 'post.lua');
  await writeFile(script, postForWrk(token, contactAttemptBody(orgId)));
  const load = async (count: number, duration: number): Promise<Rates> => {
    const parameters = ['--threads=1', `--connections=${count}`, `--duration=${duration}s`, '--timeout=20s'];
    const { stdout } = await run('wrk', [
      ...parameters,
      `--script=${script}`,
      `${service.url}/api/v1/pilot/events/contact-attempt`,
    ]);
    const [, good, shed, other] = /RATES (\d+) (\d+) (\d+)/.exec(stdout) ?? [];
    return { good: Number(good) / duration, shed: Number(shed) / duration, other: Number(other) };
  };
  await load(connections, 5);
  const sustainable = await load(connections, Math.min(seconds, 15));
  const resident: number[] = [];
  const watch = setInterval(() => service.residentBytes().then((bytes) => resident.push(bytes)), 500);
  const overloaded = await load(connections * times, seconds).finally(() => clearInterval(watch));
  const afterwards = await setting.post();
  const share = overloaded.good / sustainable.good;
  const most = Math.max(...resident);
  return [
    {
      promise: `${times} times the load: at least 80 % of the good answers flow on, the rest is 503 or 429`,
      figure: `${sustainable.good.toFixed(0)}/s with ${connections} clients; with ${connections * times} for ${seconds} s ${overloaded.good.toFixed(0)}/s (${(share * 100).toFixed(0)} %), ${overloaded.shed.toFixed(0)}/s shed, ${overloaded.other} otherwise`,
      pass: share >= 0.8 && overloaded.other === 0,
    },
    {
      promise: `${times} times the load: no crash, memory bounded`,
      figure: `at most ${(most / 1e6).toFixed(0)} MB; ${afterwards.status} afterwards`,
      pass: service.child.exitCode === null && afterwards.status === 201 && most < mostResidentBytes,
    },
  ];
}

/** wrk sends this from every connection as soon as the answer before is there. Errors of its sockets count as "other". */
function postForWrk(token: string, body: object): string {
  return `
wrk.method = "POST"
wrk.body = [[${JSON.stringify(body)}]]
wrk.headers["content-type"] = "application/json"
wrk.headers["authorization"] = "Bearer ${token}"
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init() good, shed, other = 0, 0, 0 end
function response(status)
  if status == 201 then good = good + 1 elseif status == 503 or status == 429 then shed = shed + 1 else other = other + 1 end
end
function done(summary)
  local e, thread = summary.errors, threads[1]
  local errors = e.connect + e.read + e.write + e.timeout
  print(string.format("RATES %d %d %d", thread:get("good"), thread:get("shed"), thread:get("other") + errors))
end
`;
}
