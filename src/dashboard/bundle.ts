import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';

const page = new URL('page/', import.meta.url);

/** Browsers of the last two years or so. */
const target = ['chrome123', 'firefox125', 'safari17.5'];

const mediaTypes: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

export const contentEncodings = ['br', 'gzip'] as const;

/** One file of the page, as it is and compressed. */
export interface Asset {
  mediaType: string;
  plain: Buffer;
  br: Buffer;
  gzip: Buffer;
}

/** The page, and its code, styles and icon by file names that carry a hash of what is in them. */
export interface Bundle {
  /** The page itself, with names in braces for what is to be filled in. */
  template: string;
  assets: ReadonlyMap<string, Asset>;
  main: string;
  styles: string;
  icon: string;
  /** What `main` cannot run without. */
  chunks: readonly string[];
}

let bundle: Promise<Bundle> | undefined;

/** The bundle of this process: made in memory by the first who asks, and again by the next when that failed. */
export function dashboardBundle(): Promise<Bundle> {
  bundle ??= makeBundle().catch((error: unknown) => {
    bundle = undefined;
    throw error;
  });
  return bundle;
}

async function makeBundle(): Promise<Bundle> {
  // Most processes never need it: commands, and replicas that only take events.
  const { build, stop } = await import('esbuild');
  try {
    const { outputFiles, metafile } = await build({
      absWorkingDir: fileURLToPath(page),
      entryPoints: ['main.ts', 'styles.css', 'icon.svg'],
      entryNames: '[name]-[hash]',
      chunkNames: '[name]-[hash]',
      outdir: '.',
      bundle: true,
      splitting: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      target,
      loader: { '.svg': 'copy' },
      // The project's tsconfig.json is for checking, and not part of an image.
      tsconfigRaw: {},
      write: false,
      metafile: true,
      logLevel: 'silent',
    });
    const outputs = Object.entries(metafile.outputs);
    const madeFrom = (entry: string) => {
      const found = outputs.find(([, { entryPoint, inputs }]) =>
        [entryPoint, ...Object.keys(inputs)].includes(entry),
      );
      if (!found) throw new Error(`The bundle has no ${entry}.`);
      return found[0];
    };
    const main = madeFrom('main.ts');
    const assets = await Promise.all(
      outputFiles.map(
        async ({ path, contents }): Promise<[string, Asset]> => [
          path.slice(fileURLToPath(page).length),
          await compressed(path, Buffer.from(contents)),
        ],
      ),
    );
    return {
      template: await readFile(new URL('page.html', page), 'utf8'),
      assets: new Map(assets),
      main,
      styles: madeFrom('styles.css'),
      icon: madeFrom('icon.svg'),
      chunks: (metafile.outputs[main]?.imports ?? [])
        .filter(({ kind }) => kind === 'import-statement')
        .map(({ path }) => path),
    };
  } finally {
    // It is a process of its own, which would stay.
    await stop();
  }
}

async function compressed(path: string, plain: Buffer): Promise<Asset> {
  const mediaType = mediaTypes[path.split('.').at(-1) ?? ''];
  if (mediaType === undefined) throw new Error('The bundle has a file of a kind without a media type.');
  const [br, zipped] = await Promise.all([
    promisify(brotliCompress)(plain),
    promisify(gzip)(plain, { level: 9 }),
  ]);
  return { mediaType, plain, br, gzip: zipped };
}
