import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { cycle, service, type TestService } from '../../support/service.ts';

const json = z.record(z.string(), z.unknown());

type Json = z.infer<typeof json>;

const description = z.object({
  components: z.object({
    schemas: z.record(
      z.string(),
      z.object({ properties: json.default({}), examples: z.array(json).default([]) }),
    ),
  }),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        parameters: z.array(z.object({ in: z.enum(['path', 'query']), name: z.string() })).default([]),
        requestBody: z
          .object({
            content: z.object({ 'application/json': z.object({ schema: z.object({ $ref: z.string() }) }) }),
          })
          .optional(),
      }),
    ),
  ),
});
const committed = readFileSync(new URL('../../../openapi/openapi.json', import.meta.url), 'utf8');
const { components, paths } = description.parse(JSON.parse(committed));

/** One operation of the API as it is described, with its example made valid for the data of a test service. */
export interface Operation {
  name: string;
  method: string;
  /** With an id in it where one belongs, and without its query. */
  path: string;
  token: string;
  /** Every parameter of the query string, and every field of the body. */
  queryNames: readonly string[];
  fields: readonly string[];
  query: Json;
  body: Json | undefined;
}

/** Every operation of the committed description. Sent in this order, each of them succeeds. */
export function operationsFor({ orgA, owner, appAdmin }: TestService): Operation[] {
  const known = {
    pilot_cycle_id: cycle,
    service_id: service,
    target_service_id: service,
    org_id: orgA,
    source_org_id: orgA,
    recorded_by_org_id: orgA,
  };
  const asMeasured = { ...exampleOf('RecomputeInput'), ...known };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters, requestBody }]) => {
      const name = requestBody?.content['application/json'].schema.$ref.split('/').at(-1);
      const fields = Object.keys(components.schemas[name ?? '']?.properties ?? {});
      const queryNames = parameters.flatMap((parameter) =>
        parameter.in === 'query' ? [parameter.name] : [],
      );
      return {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path: path.replace('{id}', idIn(path)),
        token: (/\/(integration-feasibility|gate-0|organizations)\b/.test(path) ? appAdmin : owner).token,
        queryNames,
        fields,
        query: pick(asMeasured, queryNames),
        body: name === undefined ? undefined : withKnown(exampleOf(name), known),
      };
    }),
  );
}

/** An id that the path takes. */
export function idIn(path: string): string {
  if (path.includes('/approvals/')) return 'D4';
  return path.includes('/controls/') ? 'C1' : String(exampleOf('ReferralInput').id);
}

/** What an operation answers where single requests have this status: in a batch it stands in the result of the event. */
export function statusOf({ body }: Operation, status: number): number {
  return Array.isArray(body?.events) && status !== 503 ? 200 : status;
}

function exampleOf(schema: string): Json {
  return components.schemas[schema]?.examples[0] ?? {};
}

/** An example with known values in the place of its own, also in the events of a batch. */
function withKnown(example: Json, known: Json): Json {
  const own = { ...example, ...pick(known, Object.keys(example)) };
  const events = z.array(json).safeParse(example.events).data;
  return events ? { ...own, events: events.map((event) => withKnown(event, known)) } : own;
}

function pick(values: Json, names: readonly string[]): Json {
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
}
