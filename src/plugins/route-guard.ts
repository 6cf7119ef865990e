import type { FastifyInstance, onSendAsyncHookHandler, RouteOptions } from 'fastify';

/** The routes that answer without a token (spec 2), beside the description of the API, which is registered earlier. */
const openRoutes: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

/** The dashboard's page and its parts, which anybody may load: there is no data in them. */
const pageRoutes: ReadonlySet<string> = new Set(['/dashboard', '/dashboard/assets/:file']);

/** What the layers before a handler answer, and so every guarded route declares. */
export const answersOfEveryRoute = [400, 401, 403, 429, 500, 501, 503] as const;
const answersToEveryBody = [413, 415] as const;

/** The last word on whether an answer may be stored, whatever the handler said. */
export const neverStored: onSendAsyncHookHandler = async (_request, reply, payload) => {
  reply.header('cache-control', 'no-store');
  return payload;
};

/** What a route should have and has not, in words; nothing for an open route. */
export function missingGuard(route: RouteOptions, app: FastifyInstance): string | undefined {
  if (openRoutes.has(route.url)) return undefined;
  const onRequest = [route.onRequest ?? []].flat();
  const limits = new Set<unknown>(Object.values(app.rateLimits));
  if (pageRoutes.has(route.url)) return onRequest.some((hook) => limits.has(hook)) ? undefined : 'rate limit';
  const token = onRequest.indexOf(app.authenticate);
  if (!route.config?.permission || token < 0) return 'authorisation rule';
  if (!onRequest.slice(0, token).some((hook) => limits.has(hook))) return 'rate limit before the token';
  if (![route.onSend ?? []].flat().includes(neverStored)) return 'no-store';
  const declared = Object.keys(Object(route.schema?.response));
  const takesBody = [route.method].flat().some((method) => method !== 'GET');
  const undeclared = [...answersOfEveryRoute, ...(takesBody ? answersToEveryBody : [])].find(
    (status) => !declared.includes(String(status)),
  );
  if (undeclared) return `response schema for ${undeclared}`;
  return declared.some((status) => status.startsWith('2')) ? undefined : 'response schema for its success';
}
