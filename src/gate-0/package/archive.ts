import { createHash } from 'node:crypto';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { z } from 'zod';

/** The evidence package as a file: a ZIP archive whose manifest has the SHA-256 of every other file (spec 5). */

const manifestPath = 'manifest.json';
const verdictPath = 'gate-evaluation.json';

const format = 'pilot-evidence/gate-0-package/1';

const manifest = z.strictObject({
  format: z.literal(format),
  pilot_cycle_id: z.string(),
  as_of: z.string(),
  files: z.array(z.strictObject({ path: z.string(), bytes: z.int(), sha256: z.string() })),
});

/** Texts by their paths. */
export type PackageFiles = ReadonlyMap<string, string>;

/** The first moment that a ZIP archive can name: the same for all packages. */
const noTime = new Date(1980, 0, 1);

/** Packs the files with their manifest. The same files give the same bytes: sorted, uncompressed, without times of their own. */
export function pack(about: { pilot_cycle_id: string; as_of: string }, files: PackageFiles): Uint8Array {
  const paths = [...files.keys()].sort();
  const contents = paths.map((path) => [path, strToU8(files.get(path) ?? '')] as const);
  const listed = contents.map(([path, bytes]) => ({ path, bytes: bytes.length, sha256: digestOf(bytes) }));
  const contentsOfManifest = { format, ...about, files: listed };
  return zip([[manifestPath, strToU8(`${JSON.stringify(contentsOfManifest, null, 2)}\n`)], ...contents]);
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export interface Verified {
  /** What is wrong, in sentences; nothing when the package is whole. */
  faults: string[];
  files: number;
}

/**
 * Whether a package is as it was made: every file has the digest that the manifest names, none is missing and none was added, and
 * packing the files again makes the same archive, its manifest included.
 */
export function verify(archive: Uint8Array): Verified {
  const contents = unzip(archive);
  const listed = manifest.safeParse(parse(contents.get(manifestPath)));
  if (!listed.success)
    return { faults: ['This is no evidence package: it has no manifest of ours.'], files: 0 };
  const { files } = listed.data;
  const faults: string[] = [];
  for (const { path, sha256 } of files) {
    const bytes = contents.get(path);
    if (!bytes) faults.push(`${path} is missing.`);
    else if (digestOf(bytes) !== sha256) faults.push(`${path} was changed.`);
  }
  const known = new Set([manifestPath, ...files.map(({ path }) => path)]);
  const added = [...contents.keys()].filter((path) => !known.has(path)).length;
  if (added > 0) faults.push(`${added} ${added === 1 ? 'file is' : 'files are'} not in the manifest.`);
  if (faults.length === 0 && !isSame(archive, packedAgain(contents))) {
    faults.push('The manifest or the archive is not what packing these files makes.');
  }
  return { faults, files: files.length };
}

const about = z.object({ pilot_cycle_id: z.string(), as_of: z.string() });

/** The package that these files make: whose it is stands in the verdict, and all else follows. */
function packedAgain(contents: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const files = [...contents].filter(([path]) => path !== manifestPath);
  const { data } = about.safeParse(parse(contents.get(verdictPath)));
  const texts = files.map(([path, bytes]) => [path, strFromU8(bytes)] as const);
  return data ? pack(data, new Map(texts)) : new Uint8Array();
}

function zip(contents: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  return zipSync(Object.fromEntries(contents), { level: 0, mtime: noTime });
}

function unzip(archive: Uint8Array): ReadonlyMap<string, Uint8Array> {
  try {
    return new Map(Object.entries(unzipSync(archive)));
  } catch {
    return new Map();
  }
}

function parse(bytes: Uint8Array | undefined): unknown {
  try {
    return bytes && JSON.parse(strFromU8(bytes));
  } catch {
    return undefined;
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
