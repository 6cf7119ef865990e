export interface DemoClient {
  /** Sends one request and returns its JSON. @throws Error when the status is not the expected one (default: any 2xx) */
  send(method: string, path: string, token: string, body?: unknown, expected?: number): Promise<unknown>;
}

/** A client as an organisation's system would have it: plain HTTP with a bearer token. */
export function demoClient(url: string): DemoClient {
  return {
    async send(method, path, token, body, expected) {
      const response = await fetch(`${url}/api/v1/pilot${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const answer: unknown = await response.json();
      if (expected === undefined ? !response.ok : response.status !== expected) {
        throw new Error(
          `${method} ${path.split('?')[0]} answered ${response.status}: ${JSON.stringify(answer)}`,
        );
      }
      return answer;
    },
  };
}
