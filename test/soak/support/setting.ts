import { contactAttemptBody } from '../../support/events.ts';
import { type Cluster, withCluster } from './cluster.ts';
import { provision, type ServiceProcess, startServiceProcess } from './service-process.ts';
import { type Outcome, type Sending, send } from './traffic.ts';

/** A real service on a real PostgreSQL, both of the scenario's own, and somebody who may send events. */
export interface Setting {
  cluster: Cluster;
  service: ServiceProcess;
  orgId: string;
  token: string;
  /** Sends a contact attempt with an id of the server's making. */
  post(options?: Sending): Promise<Outcome>;
  get(path: string): Promise<Outcome>;
}

/** Makes the setting, runs `work` in it, and removes it, whatever happened. */
export async function inSetting<Result>(
  work: (setting: Setting) => Promise<Result>,
  through: (appUrl: string) => string = (appUrl) => appUrl,
): Promise<Result> {
  return withCluster(async (cluster) => {
    const { orgId, token } = await provision(cluster.urls);
    const service = await startServiceProcess(through(cluster.urls.app));
    const path = `${service.url}/api/v1/pilot/events/contact-attempt`;
    const body = contactAttemptBody(orgId);
    try {
      return await work({
        cluster,
        service,
        orgId,
        token,
        post: (options) => send(path, { token, body, ...options }),
        get: (path) => send(service.url + path),
      });
    } finally {
      service.child.kill('SIGKILL');
      await service.exited;
    }
  });
}
