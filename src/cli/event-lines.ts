import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

export interface EventLine {
  /** From 1. */
  number: number;
  /** Undefined when the line is too long to be kept. */
  text: Buffer | undefined;
  /** Where it ends in the file, without its line break. */
  end: number;
}

const lineBreak = 0x0a;

/** Reads a file line by line, whatever its size, and knows the digest of what it has read. */
export class EventLines {
  readonly #file: string;
  readonly #longest: number;
  readonly #hash = createHash('sha256');

  constructor(file: string, longest: number) {
    this.#file = file;
    this.#longest = longest;
  }

  /** SHA-256 of the file up to the end of the line that was read last. */
  get digest(): string {
    return this.#hash.copy().digest('hex');
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<EventLine> {
    let [number, end, length] = [1, 0, 0];
    let pieces: Buffer[] = [];
    const line = (): EventLine => ({
      number,
      text: length > this.#longest ? undefined : Buffer.concat(pieces),
      end,
    });
    const take = (piece: Buffer) => {
      this.#hash.update(piece);
      end += piece.length;
      length += piece.length;
      pieces = length > this.#longest ? [] : [...pieces, piece];
    };
    const chunks: AsyncIterable<Buffer> = createReadStream(this.#file);
    for await (const chunk of chunks) {
      let from = 0;
      for (let at = chunk.indexOf(lineBreak); at >= 0; at = chunk.indexOf(lineBreak, from)) {
        take(chunk.subarray(from, at));
        yield line();
        this.#hash.update(chunk.subarray(at, at + 1));
        [number, end, length, pieces] = [number + 1, end + 1, 0, []];
        from = at + 1;
      }
      take(chunk.subarray(from));
    }
    if (length > 0) yield line();
  }
}
