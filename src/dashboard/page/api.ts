import type { ProblemBody } from '../../plugins/problem-details.ts';
import type { Reads, Writes } from './answers.ts';
import type { Session } from './session.ts';

/** Parameters of a request; what is null is left out. */
type Query = Readonly<Record<string, string | null | undefined>>;

/** Requests with the caller's token. They reject with an ApiProblem. */
export interface Api {
  get<Path extends keyof Reads>(path: Path, query?: Query): Promise<Reads[Path]>;
  /** The same, of what seldom changes: an answer of a moment ago will do. */
  getKept<Path extends keyof Reads>(path: Path, query?: Query): Promise<Reads[Path]>;
  post<Path extends keyof Writes>(path: Path, body: unknown): Promise<Writes[Path]>;
}

/** What the page itself does with the API besides. */
export interface PageApi extends Api {
  /** Lets everything be asked for again. */
  forget(): void;
}

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

/** For `catch`: null where the service refuses for this reason, or for whatever reason. */
export const nullWhenRefused =
  (type?: string) =>
  (problem: unknown): null => {
    if (problem instanceof ApiProblem && (type === undefined || problem.type === type)) return null;
    throw problem;
  };

/** For so long what seldom changes is not asked for again, such as when people go from view to view. */
const keptForMs = 60_000;

/** The API with the token of the session. `onExpired` hears of every request without one, or with one that is not good. */
export function createApi(session: Session, onExpired: () => void): PageApi {
  const kept = new Map<string, { since: number; response: Promise<Response> }>();

  const send = async (method: string, url: string, body?: unknown): Promise<Response> => {
    const sentWith = session.token;
    if (sentWith === undefined) {
      onExpired();
      throw new ApiProblem({ status: 401, type: 'unauthenticated', detail: 'Nobody is signed in.' });
    }
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
    if (response.ok) return response;
    // An answer to an earlier token says nothing about the present one.
    if (response.status === 401 && sentWith === session.token) onExpired();
    throw await problemOf(response);
  };

  const sendOnce = async (url: string): Promise<Response> => {
    const found = kept.get(url);
    const { since, response } =
      found && performance.now() - found.since < keptForMs
        ? found
        : { since: performance.now(), response: send('GET', url) };
    kept.set(url, { since, response });
    try {
      return (await response).clone();
    } catch (problem) {
      // Whoever asks next may be luckier.
      kept.delete(url);
      throw problem;
    }
  };

  return {
    get: async (path, query = {}) => answerIn(await send('GET', path + queryString(query))),
    getKept: async (path, query = {}) => answerIn(await sendOnce(path + queryString(query))),
    post: async (path, body) => {
      const response = await send('POST', path, body);
      // What was kept is of before.
      kept.clear();
      return answerIn(response);
    },
    forget: () => kept.clear(),
  };
}

function answerIn<Answer>(response: Response): Promise<Answer> {
  return response.json().catch(unreachable);
}

function queryString(query: Query): string {
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
  const body = await answerIn<ProblemBody>(response);
  return new ApiProblem(body, response.headers.get('retry-after'));
}
