import assert from 'node:assert/strict';
import { inspect } from './docker.ts';

/** A container is without capabilities and new privileges, with a read-only root, limited, its log rotated. */
export async function assertHardened(name: string): Promise<void> {
  const { HostConfig } = await inspect(name);
  assert.deepEqual(HostConfig.CapDrop, ['ALL'], name);
  assert.equal(HostConfig.CapAdd, null, name);
  assert.ok(HostConfig.SecurityOpt?.includes('no-new-privileges:true'), name);
  assert.equal(HostConfig.ReadonlyRootfs, true, name);
  assert.equal(HostConfig.Privileged, false, name);
  assert.equal(HostConfig.Init, true, name);
  assert.ok(HostConfig.Memory > 0, name);
  assert.equal(HostConfig.RestartPolicy.Name, 'unless-stopped', name);
  assert.equal(HostConfig.LogConfig.Type, 'json-file', name);
  assert.ok(HostConfig.LogConfig.Config['max-size'] && HostConfig.LogConfig.Config['max-file'], name);
}
