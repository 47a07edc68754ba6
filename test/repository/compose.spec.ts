import { existsSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  configError,
  dockerfile,
  entryPoint,
  knownVariables,
  ourImage,
  readDocuments,
  sharedByAll,
  stopMaxSeconds,
} from './containers.ts';
import { findAll, readArguments, readNginx } from './nginx.ts';
import { readText, root } from './repo.ts';

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly pull_policy?: string;
  readonly user?: string;
  readonly init?: boolean;
  readonly read_only?: boolean;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly restart?: string;
  readonly stop_grace_period?: string;
  readonly healthcheck?: { readonly test: readonly string[]; readonly timeout: string };
  readonly security_opt?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly mem_limit?: string;
}

interface Compose {
  readonly name: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly networks?: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly volumes: Readonly<Record<string, null>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const names = ['docker/compose.yaml', 'docker/compose.embedded.yaml'] as const;

function read(file: string): Compose {
  const [document] = readDocuments<Compose>(file);
  if (document === undefined) throw new Error(`${file} is empty`);
  return document;
}

function services(compose: Compose): (Service & { readonly name: string })[] {
  return Object.entries(compose.services).map(([name, service]) => ({ ...service, name }));
}

const ours = (compose: Compose): (Service & { readonly name: string })[] =>
  services(compose).filter(({ image }) => image === ourImage);

const isNamed = (volume: string): boolean => !volume.startsWith('.') && !volume.startsWith('/');

function seconds(duration: string | undefined): number {
  return Number(/^(\d+)s$/.exec(duration ?? '')?.[1]);
}

describe.each(names)('%s', (file) => {
  const compose = read(file);

  it('names files that are there, except for the secrets, which git never sees', () => {
    const folder = dirname(file);
    const built = services(compose).flatMap(({ build }) => (build === undefined ? [] : [build]));
    expect(built).toEqual([{ context: '..', dockerfile: 'docker/Dockerfile' }]);
    const mounted = services(compose)
      .flatMap(({ volumes = [] }) => volumes)
      .filter((volume) => !isNamed(volume))
      .map((volume) => posix.join(folder, volume.split(':')[0] ?? ''));
    expect(mounted.filter((place) => !existsSync(join(root, place)))).toEqual([]);
    const secret = Object.values(compose.secrets).map(({ file: place }) => posix.join(folder, place));
    const ignored = readText('.gitignore').split('\n');
    expect(secret.filter((place) => !ignored.includes(`${dirname(place)}/`))).toEqual([]);
  });

  it('declares every volume, network and secret that it uses, and no other', () => {
    const all = services(compose);
    const volumes = all.flatMap((service) => service.volumes ?? []).filter(isNamed);
    expect(new Set(volumes.map((volume) => volume.split(':')[0]))).toEqual(new Set(Object.keys(compose.volumes)));
    expect(new Set(all.flatMap((service) => service.networks ?? []))).toEqual(
      new Set(Object.keys(compose.networks ?? {})),
    );
    expect(new Set(all.flatMap((service) => service.secrets ?? []))).toEqual(new Set(Object.keys(compose.secrets)));
  });

  it('pins every image, and calls ours by the version of the repo', () => {
    const loose = services(compose).filter(({ image }) => !/:\d+\.\d+\.\d+(-[a-z0-9.-]+)?$/.test(image));
    expect(loose).toEqual([]);
    expect(ours(compose).length).toBeGreaterThan(0);
    // Whoever does not build ours must not look for it in a registry.
    const fetched = ours(compose).filter(({ build, pull_policy }) => build === undefined && pull_policy !== 'never');
    expect(fetched).toEqual([]);
  });

  it('lets nothing be root, gain rights or write where it need not', () => {
    const rootly = services(compose).filter(
      ({ image, user = '' }) => image !== ourImage && !/^(?!0|root)\w/.test(user),
    );
    expect(rootly).toEqual([]);
    expect(dockerfile).toMatch(/^USER [1-9]/m);
    for (const service of services(compose)) {
      expect(service).toMatchObject({ cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    }
    const writable = services(compose).filter(({ read_only }) => read_only !== true);
    // What KurrentDB writes beside its volumes is not ours to know.
    expect(writable.map(({ name }) => name)).toEqual(file.includes('embedded') ? [] : ['kurrentdb']);
  });

  it('gives our programs a place for data, one for what is in between, and variables that they understand', () => {
    for (const { name, environment = {}, volumes = [], tmpfs = [], command } of ours(compose)) {
      expect(Object.keys(environment).filter((variable) => !knownVariables.has(variable))).toEqual([]);
      expect(`${name}: ${configError(environment) ?? 'no error'}`).toBe(`${name}: no error`);
      expect(volumes.map((volume) => volume.split(':')[1])).toEqual(['/data']);
      expect(tmpfs).toEqual([expect.stringMatching(/^\/tmp:size=/)]);
      expect(command === undefined || (command[0] === 'node' && entryPoint.test(command[1] ?? ''))).toBe(true);
    }
    const data = ours(compose).flatMap(({ volumes = [] }) => volumes);
    expect(new Set(data).size).toBe(data.length);
  });

  it('gives every variable that is a file the file of a secret', () => {
    for (const { environment = {}, secrets = [] } of services(compose)) {
      const read = Object.entries(environment).filter(([name]) => name.endsWith('_FILE'));
      expect(read.map(([, place]) => place).toSorted()).toEqual(
        secrets.map((name) => `/run/secrets/${name}`).toSorted(),
      );
    }
  });

  it('opens ports to this machine only, where something listens', () => {
    const opened = services(compose).flatMap((service) => (service.ports ?? []).map((port) => ({ service, port })));
    expect(opened.length).toBeGreaterThan(0);
    for (const { service, port } of opened) {
      const [address, , inner] = port.split(':');
      expect(address).toBe('127.0.0.1');
      expect(inner).toBe(service.environment?.['HOLDFAST_PORT'] ?? listens(service));
    }
    const taken = opened.map(({ port }) => port.split(':')[1]);
    expect(new Set(taken).size).toBe(taken.length);
  });

  it('says where callers reach it', () => {
    const published = services(compose).flatMap(({ ports = [] }) => ports.map((port) => port.split(':')[1]));
    const said = ours(compose).flatMap(({ environment }) => environment?.['HOLDFAST_PUBLIC_URL'] ?? []);
    expect(said.length).toBeGreaterThan(0);
    expect(said.filter((url) => !published.includes(new URL(url).port))).toEqual([]);
  });

  it('knows of everything whether it is well, and waits for what it needs', () => {
    for (const { name, healthcheck, restart, mem_limit, depends_on = {} } of services(compose)) {
      expect([name, healthcheck?.test[0]]).toEqual([name, expect.stringMatching(/^CMD(-SHELL)?$/)]);
      expect([name, restart, typeof mem_limit]).toEqual([name, 'unless-stopped', 'string']);
      for (const [other, { condition }] of Object.entries(depends_on)) {
        expect(compose.services).toHaveProperty([other, 'healthcheck']);
        expect(condition).toBe('service_healthy');
      }
    }
    for (const { healthcheck } of ours(compose)) {
      expect(healthcheck?.test).toEqual(['CMD', 'node', 'health.mjs', 'ready']);
      const answerMaxMs = Number(/answerMaxMs = ([\d_]+)/.exec(readText('docker/health.mjs'))?.[1]?.replace('_', ''));
      expect(answerMaxMs).toBeLessThan(seconds(healthcheck?.timeout) * 1_000);
    }
  });

  it('waits longer for a program to stop than the program gives itself', () => {
    for (const { environment = {}, stop_grace_period, init } of ours(compose)) {
      expect(seconds(stop_grace_period)).toBeGreaterThan(stopMaxSeconds(environment));
      expect(init).toBe(true);
    }
  });

  /** The port of a service that is not ours. */
  function listens({ name }: { readonly name: string }): string {
    expect(name).toBe('balancer');
    const [http] = findAll(readNginx('docker/nginx.conf'), 'http');
    const [server] = findAll(http?.block ?? [], 'server');
    return readArguments(server?.block ?? [], 'listen') ?? '';
  }
});

describe('docker/compose.yaml, of several machines', () => {
  const compose = read('docker/compose.yaml');

  it('has ledgers, a worker and one ledger behind another', () => {
    expect(ours(compose).map(({ name }) => name)).toEqual(['ledger-1', 'ledger-2', 'worker']);
  });

  it('leads our programs to engines that are there, over a network that leads nowhere', () => {
    expect(compose.networks?.['inside']).toEqual({ internal: true });
    for (const { environment = {}, networks = [], depends_on = {} } of ours(compose)) {
      const hosts = ['KURRENTDB_URL', 'REDIS_URL'].map((name) => new URL(environment[name] ?? '').hostname);
      expect(Object.keys(depends_on).toSorted()).toEqual(hosts.toSorted());
      for (const host of hosts) {
        expect(compose.services[host]).toMatchObject({ networks: ['inside'] });
        expect(compose.services[host]).not.toHaveProperty('ports');
      }
      expect(networks).toContain('inside');
    }
    expect(compose.services['balancer']?.networks).toEqual(['outside']);
  });

  it('gives all our programs the same engines, names in them, and keys', () => {
    const shared = ours(compose).map(({ environment = {} }) => sharedByAll.map((name) => environment[name]));
    expect(new Set(shared.map(String)).size).toBe(1);
    expect(shared.flat()).not.toContain(undefined);
  });

  it('keeps what the engines store', () => {
    expect(compose.services['kurrentdb']?.volumes).toContain('kurrentdb:/var/lib/kurrentdb');
    expect(compose.services['redis']?.volumes).toContain('redis:/data');
    const redis = compose.services['redis']?.command?.join(' ');
    expect(redis).toContain('--appendonly yes');
    expect(redis).toContain('--maxmemory-policy noeviction');
  });

  it('lets the balancer finish what it has begun', () => {
    const shutdown = seconds(readArguments(readNginx('docker/nginx.conf'), 'worker_shutdown_timeout'));
    expect(seconds(compose.services['balancer']?.stop_grace_period)).toBeGreaterThan(shutdown);
  });
});
