import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Answer, TestService } from '../../support/service.ts';

/** Sends bytes that no HTTP client would send, and reads the first answer until the service hangs up. */
export async function sendRaw({ url }: Pick<TestService, 'url'>, bytes: string | Buffer): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write(bytes);
  const [head = '', body = ''] = (await text(socket)).split(/\r\n\r\n(.*)/s);
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Headers(
    lines.map((line): [string, string] => {
      const [name = '', value = ''] = line.split(/: (.*)/s);
      return [name, value];
    }),
  );
  const isJson = /json/.test(headers.get('content-type') ?? '');
  return {
    status: Number(statusLine.split(' ')[1]),
    headers,
    text: body,
    body: isJson && body ? JSON.parse(body) : undefined,
  };
}

/** The text of a request with these header lines, which asks to hang up afterwards. */
export function rawRequest(method: string, path: string, headers: readonly string[] = [], body = ''): string {
  return [`${method} ${path} HTTP/1.1`, 'host: localhost', 'connection: close', ...headers, '', body].join(
    '\r\n',
  );
}
