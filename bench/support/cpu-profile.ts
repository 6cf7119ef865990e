import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What `node --cpu-prof` writes: a tree of functions, and which of them ran at each sample. Times are microseconds. */
const cpuProfile = z.object({
  startTime: z.number(),
  nodes: z.array(
    z.object({ id: z.number(), callFrame: z.object({ functionName: z.string(), url: z.string() }) }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

export type CpuProfile = z.infer<typeof cpuProfile>;

/** A span of the machine's monotonic clock, in microseconds. */
export interface Span {
  from: number;
  to: number;
}

/** Where a function comes from: a package, a file of ours, Node, or V8 itself. */
export interface Place {
  source: string;
  name: string;
}

export interface SelfTime extends Place {
  microseconds: number;
}

/** Reads the one profile in this directory. */
export async function readCpuProfile(directory: string): Promise<CpuProfile> {
  const [file] = (await readdir(directory)).filter((name) => name.endsWith('.cpuprofile'));
  if (file === undefined) throw new Error('The service left no profile.');
  return cpuProfile.parse(JSON.parse(await readFile(join(directory, file), 'utf8')));
}

/** How long each function ran itself, what it called left out, within a span; the longest first. */
export function selfTimes(
  { startTime, nodes, samples, timeDeltas }: CpuProfile,
  { from, to }: Span,
): SelfTime[] {
  const places = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  const times = new Map<string, SelfTime>();
  let at = startTime;
  samples.forEach((id, index) => {
    const microseconds = timeDeltas[index] ?? 0;
    at += microseconds;
    const place = places.get(id);
    if (!place || at < from || at > to) return;
    const key = `${place.source} ${place.name}`;
    const time = times.get(key) ?? { ...place, microseconds: 0 };
    time.microseconds += microseconds;
    times.set(key, time);
  });
  return longestFirst(times);
}

/** The same, added up by where the functions come from. */
export function bySource(times: readonly SelfTime[]): SelfTime[] {
  const sources = new Map<string, SelfTime>();
  for (const { source, microseconds } of times) {
    const sum = sources.get(source) ?? { source, name: '', microseconds: 0 };
    sum.microseconds += microseconds;
    sources.set(source, sum);
  }
  return longestFirst(sources);
}

function longestFirst(times: ReadonlyMap<string, SelfTime>): SelfTime[] {
  return [...times.values()].sort((one, other) => other.microseconds - one.microseconds);
}

const root = new URL('../../', import.meta.url).href;

function placeOf({ functionName, url }: { functionName: string; url: string }): Place {
  const name = functionName || '(anonymous)';
  const [, dependency] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (dependency !== undefined) return { source: dependency, name };
  if (url.startsWith(root)) return { source: url.slice(root.length), name };
  if (url.startsWith('node:')) return { source: 'node', name: `${name} ${url}` };
  return { source: /^\(.*\)$/.test(functionName) ? functionName : 'native code', name };
}
