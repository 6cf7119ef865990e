import { dirname, join } from 'node:path';
import { type Cluster, withCluster } from '../../test/soak/support/cluster.ts';
import { provision } from '../../test/soak/support/service-process.ts';
import { type MeasuredService, type MeasuredServiceOptions, startMeasuredService } from './service.ts';

/** Somebody who may write in an organisation of their own. */
export interface Member {
  orgId: string;
  userId: string;
  token: string;
}

/** The service and its PostgreSQL, both of the benchmark's own, with production settings. */
export interface Setting {
  cluster: Cluster;
  service: MeasuredService;
  member: Member;
  /** The address of a path of the API. */
  api(path: string): string;
}

export interface SettingOptions extends Omit<MeasuredServiceOptions, 'logFile'> {
  /** Another way to the database than the straight one, through a pooler. */
  databaseUrl?: string;
}

/** Makes the setting, runs `work` in it, and removes it, whatever happened. */
export async function inSetting<Result>(work: (setting: Setting) => Promise<Result>): Promise<Result> {
  return withCluster((cluster) => withService(cluster, work));
}

/** Starts the service on a cluster, for an organisation of its own, and stops it as a deploy does: what is under way is finished. */
export async function withService<Result>(
  cluster: Cluster,
  work: (setting: Setting) => Promise<Result>,
  { databaseUrl = cluster.urls.app, ...options }: SettingOptions = {},
): Promise<Result> {
  const member = await provision(cluster.urls);
  const logFile = join(dirname(cluster.logFile), 'service.log');
  const service = await startMeasuredService(databaseUrl, { logFile, ...options });
  try {
    return await work({ cluster, service, member, api: (path) => `${service.url}/api/v1/pilot${path}` });
  } finally {
    await service.stop();
  }
}
