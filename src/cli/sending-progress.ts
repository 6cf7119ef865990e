import { appendFile, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { CommandFailure } from './failure.ts';
import { parseJson } from './json.ts';

const count = z.int().min(0);

/** How far the sending of a file has come. */
const sendingProgress = z.strictObject({
  /** Where the events go. */
  url: z.string(),
  /** The part of the file that was sent: its length, its lines and its SHA-256. */
  bytes: count,
  lines: count,
  sha256: z.string(),
  created: count,
  updated: count,
  replayed: count,
  rejected: count,
  /** How long the file of the rejected ones was then; what a broken-off run wrote behind it is written again. */
  rejected_bytes: count,
  is_complete: z.boolean(),
});

export type SendingProgress = z.infer<typeof sendingProgress>;

/** Keeps the progress beside the file, and the rejected lines beside that. What they hold the file holds, too. */
export class SendingJournal {
  readonly #progressFile: string;
  readonly rejectedFile: string;
  progress: SendingProgress;

  private constructor(file: string, progress: SendingProgress) {
    this.#progressFile = progressFileOf(file);
    this.rejectedFile = rejectedFileOf(file);
    this.progress = progress;
  }

  /** Goes on where an earlier run stopped, or begins anew. @throws CommandFailure */
  static async open(file: string, url: string, restarts: boolean): Promise<SendingJournal> {
    const earlier = restarts ? undefined : await readProgress(progressFileOf(file));
    if (earlier && earlier.url !== url) {
      throw new CommandFailure(
        'A part of the file was sent to another address; name that one with --url, or send the whole file with --restart.',
      );
    }
    const none = { created: 0, updated: 0, replayed: 0, rejected: 0, rejected_bytes: 0 };
    const journal = new SendingJournal(
      file,
      earlier ?? { url, bytes: 0, lines: 0, sha256: '', ...none, is_complete: false },
    );
    await journal.#openRejected(earlier);
    return journal;
  }

  /** Keeps the rejected lines first, and then that they were sent: a crash in between sends them again. */
  async advance(progress: Omit<SendingProgress, 'rejected_bytes'>, rejectedLines: Buffer): Promise<void> {
    if (rejectedLines.length > 0)
      await appendFile(this.rejectedFile, rejectedLines, { flush: true, mode: 0o600 });
    this.progress = {
      ...progress,
      rejected_bytes: this.progress.rejected_bytes + rejectedLines.length,
    };
    const written = `${this.#progressFile}.new`;
    await writeFile(written, `${JSON.stringify(this.progress)}\n`, { flush: true });
    await rename(written, this.#progressFile);
  }

  async #openRejected(earlier: SendingProgress | undefined): Promise<void> {
    if (!earlier) return rm(this.rejectedFile, { force: true });
    const { size } = await stat(this.rejectedFile).catch(ifMissing({ size: 0 }));
    const kept = earlier.is_complete ? size : Math.min(size, earlier.rejected_bytes);
    if (kept < size) await truncate(this.rejectedFile, kept);
    this.progress = { ...earlier, rejected_bytes: kept };
  }
}

const progressFileOf = (file: string) => `${file}.progress`;
const rejectedFileOf = (file: string) => `${file}.rejected.ndjson`;

async function readProgress(file: string): Promise<SendingProgress | undefined> {
  const text = await readFile(file, 'utf8').catch(ifMissing(undefined));
  if (text === undefined) return undefined;
  const parsed = sendingProgress.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new CommandFailure(
    'The file that says how far the sending has come cannot be read; send the whole file with --restart.',
  );
}

function ifMissing<Value>(value: Value): (error: NodeJS.ErrnoException) => Value {
  return (error) => {
    if (error.code === 'ENOENT') return value;
    throw error;
  };
}
