import type { ProblemBody } from '../../plugins/problem-details.ts';
import type { Session } from './session.ts';
import type { Api } from './view.ts';

const base = '/api/v1/pilot';

/** A refusal of the service, or status 0 when it could not be reached. */
export class ApiProblem extends Error {
  readonly status: number;
  /** As in docs/errors.md, without the path; "unreachable" when there was no answer. */
  readonly type: string;
  readonly detail: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    { status, type, detail }: Pick<ProblemBody, 'status' | 'type' | 'detail'>,
    retryAfter?: string | null,
  ) {
    super(detail);
    this.name = 'ApiProblem';
    this.status = status;
    this.type = type.replace('/problems/', '');
    this.detail = detail;
    this.retryAfterSeconds = retryAfter ? Number(retryAfter) : undefined;
  }
}

/** The API with the token of the session. `onExpired` hears of every answer that the token is not good (any more). */
export function createApi(session: Session, onExpired: () => void): Api {
  const request = async <Answer>(method: string, url: string, body?: unknown): Promise<Answer> => {
    const sentWith = session.token;
    const response = await fetch(base + url, {
      method,
      cache: 'no-store',
      credentials: 'omit',
      headers: {
        authorization: `Bearer ${sentWith}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch(unreachable);
    if (response.ok) return response.json().catch(unreachable);
    // An answer to an earlier token says nothing about the present one.
    if (response.status === 401 && sentWith === session.token) onExpired();
    throw await problemOf(response);
  };
  return {
    get: (path, query = {}) => request('GET', path + queryString(query)),
    post: (path, body) => request('POST', path, body),
  };
}

function queryString(query: Record<string, string | null | undefined>): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value == null ? [] : [[name, value]]));
  return given.length > 0 ? `?${new URLSearchParams(given)}` : '';
}

function unreachable(): never {
  throw new ApiProblem({ status: 0, type: 'unreachable', detail: 'The service cannot be reached.' });
}

async function problemOf(response: Response): Promise<ApiProblem> {
  // Something in between, such as a proxy, may answer in its own words.
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) {
    const type = response.status >= 500 ? 'unavailable' : 'unexpected';
    return new ApiProblem({ status: response.status, type, detail: response.statusText });
  }
  const body: ProblemBody = await response.json();
  return new ApiProblem(body, response.headers.get('retry-after'));
}
