import type { Socket } from 'node:net';

/** One message of PostgreSQL's wire protocol, and its type: a letter, or '' for the first one of a client. */
export interface Frame {
  type: string;
  bytes: Buffer;
}

const lengthBytes = 4;

/** The messages that a socket sends, one by one. A client's first message has a length but no type. */
export async function* framesOf(socket: Socket, from: 'client' | 'server'): AsyncGenerator<Frame> {
  let typeBytes = from === 'client' ? 0 : 1;
  let pending = Buffer.alloc(0);
  for await (const chunk of socket) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (pending.length >= typeBytes + lengthBytes) {
      const end = typeBytes + pending.readUInt32BE(typeBytes);
      if (pending.length < end) break;
      yield { type: pending.toString('latin1', 0, typeBytes), bytes: pending.subarray(0, end) };
      pending = pending.subarray(end);
      typeBytes = 1;
    }
  }
}

/** The SQL that a message carries to the server, or undefined when it carries none. */
export function statementIn({ type, bytes }: Frame): string | undefined {
  if (type === 'Q') return bytes.toString('utf8', 5, bytes.length - 1);
  if (type !== 'P') return undefined;
  const text = bytes.indexOf(0, 5) + 1;
  return bytes.toString('utf8', text, bytes.indexOf(0, text));
}

/** The same message with another text in it; a parsed one keeps its name and loses its parameters' types. */
export function withStatement({ type, bytes }: Frame, text: string): Buffer {
  if (type === 'Q') return frame('Q', `${text}\0`);
  const name = bytes.toString('utf8', 5, bytes.indexOf(0, 5));
  return frame('P', `${name}\0${text}\0\0\0`);
}

/** What a server says before it hangs up: an error that ends the session. */
export function fatalError(sqlstate: string): Buffer {
  return frame('E', `SFATAL\0VFATAL\0C${sqlstate}\0Mended by the test\0\0`);
}

/** Whether a server says that a transaction has ended, in whatever way. */
export function endsTransaction({ type, bytes }: Frame): boolean {
  return (
    type === 'E' || (type === 'C' && /^(COMMIT|ROLLBACK)\0/.test(bytes.toString('latin1', 1 + lengthBytes)))
  );
}

/** The process that serves a connection, which the server tells once the client has logged in. */
export function backendIn({ type, bytes }: Frame): number | undefined {
  return type === 'K' ? bytes.readInt32BE(5) : undefined;
}

function frame(type: string, body: string): Buffer {
  const content = Buffer.from(body);
  const head = Buffer.alloc(1 + lengthBytes);
  head.write(type, 'latin1');
  head.writeUInt32BE(lengthBytes + content.length, 1);
  return Buffer.concat([head, content]);
}
