import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import plugin from 'fastify-plugin';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { Problem } from '../errors.ts';
import { serviceVersion } from '../version.ts';

/** Describes the API from the routes' Zod schemas; serves the description and a browsable reference when asked to. */
export default plugin(
  async (app, { serve }: { serve: boolean }) => {
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'Pilot Evidence',
          version: serviceVersion,
          description:
            'Measures a community-services pilot. All endpoints take a bearer token whose "sub" is a UUID. No request may carry words about people. Every event accepts a client-chosen id; sending the same event again under the same id is always safe.',
          license: { name: 'MIT', identifier: 'MIT' },
        },
        tags: [
          { name: 'Access', description: 'What the caller may see and do' },
          { name: 'Events', description: 'What happened; posted as it happens, or later' },
          { name: 'Scope', description: 'Which services an organisation follows' },
          { name: 'Metrics', description: 'The seven metrics, computed reproducibly' },
          { name: 'Governance', description: 'Decisions about the pilot as a whole' },
        ],
        security: [{ bearer: [] }],
        components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
      },
      transform: jsonSchemaTransform,
      transformObject: (parts) => withInputExamples(jsonSchemaTransformObject(parts)),
    });
    if (!serve) return;
    app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
    await app.register(async (docs) => {
      // One of its redirects repeats the query string, and it needs none.
      docs.addHook('onRequest', async ({ url }) => {
        if (url.includes('?')) throw new Problem('not-found', 'There is nothing at this address.');
      });
      await docs.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
    });
  },
  { name: 'openapi', dependencies: ['validation', 'problem-details'] },
);

type Description = ReturnType<typeof jsonSchemaTransformObject>;

/** zod leaves the examples of a schema that transforms to its output form; ours show what is sent. */
function withInputExamples(description: Description): Description {
  if (!('components' in description)) return description;
  const schemas: Record<string, object> = description.components?.schemas ?? {};
  for (const [name, schema] of Object.entries(schemas)) {
    const input = schemas[`${name}Input`];
    if (input && 'examples' in schema) Object.assign(input, { examples: schema.examples });
  }
  return description;
}
