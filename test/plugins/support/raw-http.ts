import { connect } from 'node:net';
import type { Answer, TestService } from '../../support/service.ts';

/** Sends bytes that no HTTP client would send, and gathers all that comes back until the service hangs up. */
export async function exchange(url: string, bytes: string | Buffer): Promise<Buffer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const received: Buffer[] = [];
  socket.on('data', (chunk) => received.push(chunk));
  // A service that refuses early hangs up on a caller who still sends; what came until then is the answer.
  socket.on('error', () => socket.destroy());
  socket.write(bytes);
  await new Promise((closed) => socket.once('close', closed));
  return Buffer.concat(received);
}

/** Every answer to what may be several requests, in order; a mere "100 Continue" is none. */
export async function sendPipelined(
  { url }: Pick<TestService, 'url'>,
  bytes: string | Buffer,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let rest = await exchange(url, bytes);
  while (rest.length > 0) {
    const { answer, length } = readAnswer(rest);
    if (answer.status >= 200) answers.push(answer);
    rest = rest.subarray(length);
  }
  return answers;
}

/** The first answer; its status is NaN when there was none. */
export async function sendRaw(service: Pick<TestService, 'url'>, bytes: string | Buffer): Promise<Answer> {
  const [first] = await sendPipelined(service, bytes);
  return first ?? readAnswer(Buffer.of()).answer;
}

function readAnswer(bytes: Buffer): { answer: Answer; length: number } {
  const end = bytes.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, Math.max(0, end)).split('\r\n');
  const headers = new Headers(
    lines.map((line): [string, string] => {
      const [name = '', value = ''] = line.split(/: (.*)/s);
      return [name, value];
    }),
  );
  const status = Number(statusLine.split(' ')[1]);
  const bodyLength = headers.get('content-length') ?? (status < 200 ? 0 : bytes.length);
  const length = end < 0 ? bytes.length : end + 4 + Number(bodyLength);
  const text = bytes.toString('utf8', end + 4, length);
  const isJson = /json/.test(headers.get('content-type') ?? '');
  return { answer: { status, headers, text, body: isJson && text ? JSON.parse(text) : undefined }, length };
}

/** The text of a request with these header lines, which asks to hang up afterwards. */
export function rawRequest(method: string, path: string, headers: readonly string[] = [], body = ''): string {
  return [`${method} ${path} HTTP/1.1`, 'host: localhost', 'connection: close', ...headers, '', body].join(
    '\r\n',
  );
}
