import { subscribe } from 'node:diagnostics_channel';
import { IncomingMessage } from 'node:http';
import { z } from 'zod';

/**
 * Loaded into the process before the service: defects, each for requests whose header `x-defect` names it, that put what
 * was sent into every part of what they throw.
 */
const defects: Readonly<Record<string, (sent: string) => void>> = {
  exception(sent) {
    throw errorWith(sent);
  },
  rejection(sent) {
    void Promise.reject(errorWith(sent));
  },
  'exception-without-error'(sent) {
    throw { name: sent, message: sent, stack: `    at ${sent}`, toString: () => sent };
  },
  'rejection-without-error'(sent) {
    void Promise.reject(sent);
  },
  'message-like-frames'(sent) {
    throw new Error(`failed\n    at ${sent} (${sent}:1:1)\n    at ${sent}`);
  },
  'changed-message'(sent) {
    const error = new Error(`failed\n    at ${sent} (${sent}:1:1)`);
    const { stack = '' } = error;
    throw Object.assign(error, { message: 'failed', stack });
  },
};

function errorWith(sent: string): Error {
  const error = new TypeError(`cannot use ${sent}`, { cause: new Error(sent) });
  return Object.assign(error, { name: sent, code: sent, detail: sent, [sent]: sent });
}

const started = z.object({ request: z.instanceof(IncomingMessage) });

subscribe('http.server.request.start', (message) => {
  const { url, headers } = started.parse(message).request;
  const defect = defects[String(headers['x-defect'])];
  // Later, when nobody is there to catch it.
  if (defect) setImmediate(() => defect(`${url} ${JSON.stringify(headers)}`));
});
