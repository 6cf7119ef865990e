import type { FastifyRequest, onRequestAsyncHookHandler, onSendAsyncHookHandler } from 'fastify';
import plugin from 'fastify-plugin';
import { z } from 'zod';
import { loadStatement } from '../database/statement.ts';
import type { Transaction } from '../database/tenant-transaction.ts';
import { Problem } from '../errors.ts';
import type { Bucket } from './rate-limits.ts';
import { missingGuard, neverStored } from './route-guard.ts';

export const role = z.enum(['owner', 'admin', 'editor', 'viewer']);

type Role = z.infer<typeof role>;

/** Who may do what (spec 2.2). App admins may do all of it, in organisations that exist; what belongs to no organisation too. */
const permissions = {
  canCreateServices: ['owner', 'admin', 'editor'],
  canViewAnalytics: ['owner', 'admin', 'editor', 'viewer'],
  canViewGovernance: ['owner', 'admin', 'editor', 'viewer'],
  canGovern: [],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof permissions;

/** The permissions that are held in an organisation. */
export const organizationPermission = z.enum(['canCreateServices', 'canViewAnalytics']);

type OrganizationPermission = z.infer<typeof organizationPermission>;

function holds(permission: Permission, role: Role | null, isAppAdmin: boolean): boolean {
  const roles: readonly Role[] = permissions[permission];
  return isAppAdmin || (role !== null && roles.includes(role));
}

/** What a caller with this role, or none, may do in an organisation that exists. */
export function permissionsOf(role: Role | null, isAppAdmin: boolean): OrganizationPermission[] {
  return organizationPermission.options.filter((permission) => holds(permission, role, isAppAdmin));
}

const accessRow = z.object({
  org_id: z.string().nullable(),
  exists_for_caller: z.boolean(),
  role: role.nullable(),
  is_app_admin: z.boolean(),
});
const readAccess = loadStatement(import.meta.url, 'read-access.sql', accessRow);

const readParticipation = loadStatement(
  import.meta.url,
  'read-participation.sql',
  z.object({ is_participant: z.boolean() }),
);

/** Tables that deciding a permission reads; part of what every capability needs. */
export const authorisationTables = ['organizations', 'organization_members', 'app_admins'] as const;

/** What the caller is in each of some organisations. */
export type Access = ReadonlyMap<string | null, z.infer<typeof accessRow>>;

/**
 * Reads what the caller is in these organisations, in the transaction of the work that it permits, so that a role taken
 * away counts at once.
 */
export async function readAccessTo(
  transaction: Transaction,
  orgIds: readonly (string | null)[],
): Promise<Access> {
  const rows = await transaction.run(readAccess, [[...new Set(orgIds)]]);
  return new Map(rows.map((row) => [row.org_id, row]));
}

/**
 * The refusal of a caller who does not hold the route's permission in this organisation; without an organisation, of one who
 * is no app admin. An organisation that does not exist answers like one that is not the caller's (spec 2.1).
 */
export function refusalOf(
  access: Access,
  request: FastifyRequest,
  orgId: string | null,
): Problem | undefined {
  const { permission } = request.routeOptions.config;
  if (!permission) throw new Error('This route declares no permission.');
  const found = access.get(orgId);
  const exists = orgId === null || found?.exists_for_caller;
  if (exists && found && holds(permission, found.role, found.is_app_admin)) return undefined;
  return new Problem(
    'forbidden',
    orgId === null
      ? 'Only app admins may do this.'
      : 'You may not do this in this organisation. Ask one of its owners for the role you need.',
  );
}

/**
 * Refuses whoever is neither a member of some organisation nor an app admin, for what the whole pilot may read.
 * @throws Problem `forbidden`
 */
export async function assertParticipant(transaction: Transaction): Promise<void> {
  const { is_participant } = await transaction.one(readParticipation);
  if (!is_participant) throw new Problem('forbidden', 'Only members of an organisation may read this.');
}

/** Refuses unless the caller holds the route's permission in this organisation. @throws Problem `forbidden` */
export async function assertPermitted(
  transaction: Transaction,
  request: FastifyRequest,
  orgId: string | null,
): Promise<void> {
  const refusal = refusalOf(await readAccessTo(transaction, [orgId]), request, orgId);
  if (refusal) throw refusal;
}

/** What every route but the open ones declares: the rate limit it counts in, the permission it takes, and its storage. */
export interface RouteGuard {
  bucket: Bucket;
  permission: Permission;
  /** What the handler works on: a request that it has no room for is turned away before its token is verified. */
  storage: { assertRoom: onRequestAsyncHookHandler };
}

/**
 * Guarded routes are limited, then authenticated, never stored, and declare their answers. A route without any one of these
 * cannot be registered, so that a forgotten guard stops the start and not an attacker.
 */
export default plugin(
  async (app) => {
    app.decorate('guard', ({ bucket, permission, storage }: RouteGuard) => ({
      onRequest: [app.rateLimits[bucket], storage.assertRoom, app.authenticate],
      onSend: neverStored,
      config: { permission },
    }));
    app.addHook('onRoute', (route) => {
      const missing = missingGuard(route, app);
      if (missing) throw new Error(`The route ${route.url} has no ${missing}; see app.guard().`);
    });
  },
  { name: 'authorisation', dependencies: ['rate-limits', 'authentication'] },
);

declare module 'fastify' {
  interface FastifyContextConfig {
    permission?: Permission;
  }
  interface FastifyInstance {
    /** The options that every guarded route spreads into its own. */
    guard(guard: RouteGuard): {
      onRequest: onRequestAsyncHookHandler[];
      onSend: onSendAsyncHookHandler;
      config: { permission: Permission };
    };
  }
}
