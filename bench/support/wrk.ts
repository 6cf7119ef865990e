import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface WrkResult {
  /** Acknowledged requests. */
  perSecond: number;
  /** Answers below 400 that arrived. */
  acknowledged: number;
  /** Answers from 400 on, and connections that broke or got no answer in time. */
  refused: number;
  /** Requests that may have been carried out without being acknowledged; at most one on each connection was under way at the end. */
  unacknowledged: number;
  p50Ms: number;
  p99Ms: number;
}

export interface WrkLoad {
  connections: number;
  seconds: number;
}

/** A request that wrk repeats; with several bodies it takes turns. */
export interface RepeatedRequest {
  url: string;
  token: string;
  bodies?: readonly object[];
}

/** Sends from every connection as soon as the answer before is there. */
export async function wrk(request: RepeatedRequest, { connections, seconds }: WrkLoad): Promise<WrkResult> {
  const directory = await mkdtemp(join(tmpdir(), 'pilot-evidence-bench-'));
  const script = join(directory, 'requests.lua');
  await writeFile(script, luaScript(request));
  const parameters = [
    '--threads=1',
    `--connections=${connections}`,
    `--duration=${seconds}s`,
    '--timeout=20s',
    `--script=${script}`,
  ];
  try {
    const { stdout } = await run('wrk', [...parameters, request.url]);
    const figures = /RESULT (.*)/.exec(stdout)?.[1];
    if (figures === undefined) throw new Error('wrk gave no result.');
    const [answers = 0, errors = 0, broken = 0, microseconds = 0, p50 = 0, p99 = 0] = figures
      .split(' ')
      .map(Number);
    return {
      perSecond: (answers - errors) / (microseconds / 1e6),
      acknowledged: answers - errors,
      refused: errors + broken,
      unacknowledged: errors + broken + connections,
      p50Ms: p50 / 1000,
      p99Ms: p99 / 1000,
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Requests are made once, before the load begins, and answers are counted by wrk itself: Lua costs the client time. */
function luaScript({ token, bodies }: RepeatedRequest): string {
  return `
wrk.method = "${bodies ? 'POST' : 'GET'}"
wrk.headers["authorization"] = "Bearer ${token}"
${bodies ? 'wrk.headers["content-type"] = "application/json"' : ''}
local requests, turn = {}, 0
function init()
  for _, body in ipairs({ ${bodies?.map((body) => `[[${JSON.stringify(body)}]]`).join(', ') ?? 'false'} }) do
    table.insert(requests, wrk.format(nil, nil, nil, body or nil))
  end
end
function request()
  turn = turn % #requests + 1
  return requests[turn]
end
function done(summary, latency)
  local e = summary.errors
  local broken = e.connect + e.read + e.write + e.timeout
  local p50, p99 = latency:percentile(50), latency:percentile(99)
  print(string.format("RESULT %d %d %d %d %d %d", summary.requests, e.status, broken, summary.duration, p50, p99))
end
`;
}
