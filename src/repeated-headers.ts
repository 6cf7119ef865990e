import type { IncomingMessage } from 'node:http';

/**
 * Whether a header comes more than once: Node would take the first of them, and whoever stands before us perhaps the last.
 * @param name in lower case
 */
export function isRepeated({ rawHeaders }: IncomingMessage, name: string): boolean {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const sent = rawHeaders[index];
    if (sent?.length === name.length && sent.toLowerCase() === name) count += 1;
  }
  return count > 1;
}
