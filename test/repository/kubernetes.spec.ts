import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type Route, routes } from '#contract';
import { SigningKey } from '#proofs';
import {
  configError,
  dockerfile,
  entryPoint,
  knownVariables,
  ourImage,
  readDocuments,
  readLimit,
  sharedByAll,
  stopMaxSeconds,
} from './containers.ts';
import { filesBelow, root } from './repo.ts';

type Labels = Readonly<Record<string, string>>;

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly periodSeconds: number;
  readonly failureThreshold: number;
}

interface Container {
  readonly image: string;
  readonly command: readonly string[];
  readonly envFrom: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly resources: object;
  readonly securityContext: object;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Volume {
  readonly name: string;
  readonly secret?: { readonly secretName: string };
  readonly emptyDir?: object;
}

interface Pod {
  readonly terminationGracePeriodSeconds: number;
  readonly enableServiceLinks: boolean;
  readonly automountServiceAccountToken: boolean;
  readonly securityContext: { readonly runAsUser: number };
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
}

interface Workload {
  readonly serviceName?: string;
  readonly selector: { readonly matchLabels: Labels };
  readonly template: { readonly metadata: { readonly labels: Labels }; readonly spec: Pod };
  readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
}

interface Service {
  readonly clusterIP?: string;
  readonly selector: Labels;
  readonly ports: readonly { readonly name: string; readonly port: number; readonly targetPort: string }[];
}

interface Ingress {
  readonly rules: readonly { readonly host: string; readonly http: { readonly paths: readonly IngressPath[] } }[];
}

interface IngressPath {
  readonly path: string;
  readonly backend: { readonly service: { readonly name: string; readonly port: { readonly name: string } } };
}

interface Thing<Spec> {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations?: Labels };
  readonly spec: Spec;
}

interface Kustomization {
  readonly resources: readonly string[];
  readonly configMapGenerator: readonly { readonly name: string; readonly literals: readonly string[] }[];
  readonly images: readonly { readonly name: string; readonly newTag: string }[];
}

const folder = 'docker/kubernetes';
const [kustomization] = readDocuments<Kustomization>(`${folder}/kustomization.yaml`);
const [secret] = readDocuments<{ readonly metadata: { readonly name: string }; readonly stringData: Labels }>(
  `${folder}/secret.example.yaml`,
);
const resources = kustomization?.resources ?? [];
const [maps] = kustomization?.configMapGenerator ?? [];
const settings = Object.fromEntries((maps?.literals ?? []).map((line) => line.split(/=(.*)/s).slice(0, 2))) as Labels;
const things = resources.flatMap((file) => readDocuments<Thing<unknown>>(`${folder}/${file}`));

function ofKind<Spec>(...kinds: string[]): Thing<Spec>[] {
  return things.filter(({ kind }) => kinds.includes(kind)) as Thing<Spec>[];
}

const workloads = ofKind<Workload>('StatefulSet', 'Deployment');
const services = ofKind<Service>('Service');
const ingresses = ofKind<Ingress>('Ingress');
const containers = workloads.flatMap(({ spec }) =>
  spec.template.spec.containers.map((container) => ({ spec, container })),
);

/** All variables of a container. */
function readEnvironment({ env }: Container): Labels {
  return { ...settings, ...Object.fromEntries(env.map(({ name, value }) => [name, value])) };
}

function findPods(selector: Labels): Workload[] {
  return workloads
    .map(({ spec }) => spec)
    .filter(({ template: { metadata } }) =>
      Object.entries(selector).every(([name, value]) => metadata.labels[name] === value),
    );
}

const apiRoutes: readonly Route[] = Object.values(routes);

/** The path of an ingress that a request takes: regular expressions, the longest first, whatever the letters' case. */
function pathTaken(path: string): { readonly service: string; readonly account: string | undefined } | undefined {
  const all = ingresses.flatMap(({ spec }) => spec.rules.flatMap((rule) => rule.http.paths));
  for (const { path: pattern, backend } of all.toSorted((left, right) => right.path.length - left.path.length)) {
    const match = new RegExp(`^${pattern}`, 'i').exec(path);
    if (match !== null) return { service: backend.service.name, account: match.groups?.['account'] };
  }
  return undefined;
}

describe('the Kubernetes manifests', () => {
  it('are all in the kustomization, except for the example of a secret', () => {
    const files = filesBelow(folder).map((file) => file.slice(folder.length + 1));
    expect(new Set([...resources, 'kustomization.yaml', 'secret.example.yaml'])).toEqual(new Set(files));
    expect(things.filter(({ metadata }) => metadata.namespace !== undefined)).toEqual([]);
  });

  it('run the image of the repo, by its version', () => {
    const [name, version] = ourImage.split(':');
    expect(kustomization?.images).toEqual([expect.objectContaining({ name, newTag: version })]);
    expect(new Set(containers.map(({ container }) => container.image))).toEqual(new Set([name]));
    expect(containers.length).toBe(2);
    for (const { container } of containers) {
      expect(container.command[0]).toBe('node');
      expect(container.command[1]).toMatch(entryPoint);
    }
  });

  it('give the programs variables that they understand', () => {
    for (const { container } of containers) {
      expect(container.envFrom.map(({ configMapRef }) => configMapRef.name)).toEqual([maps?.name]);
      const environment = readEnvironment(container);
      expect(Object.keys(environment).filter((name) => !knownVariables.has(name))).toEqual([]);
      expect(configError(environment)).toBeUndefined();
    }
  });

  it('give every variable that is a file a key of the secret', () => {
    for (const { spec, container } of containers) {
      const volume = spec.template.spec.volumes.find((one) => one.secret !== undefined);
      expect(volume?.secret?.secretName).toBe(secret?.metadata.name);
      const place = container.volumeMounts.find(({ name }) => name === volume?.name)?.mountPath ?? '';
      const files = container.env.filter(({ name }) => name.endsWith('_FILE')).map(({ value }) => value);
      const keys = Object.keys(secret?.stringData ?? {}).map((key) => `${place}/${key}`);
      expect(files.toSorted()).toEqual(keys.toSorted());
    }
  });

  it('give all programs the same engines, names in them, and keys', () => {
    const shared = containers.map(({ container }) => {
      const environment = readEnvironment(container);
      return sharedByAll.map((name) => environment[name] ?? environment[`${name}_FILE`]);
    });
    expect(new Set(shared.map(String)).size).toBe(1);
    expect(shared.flat()).not.toContain(undefined);
  });

  it('show an example of a secret of which the programs take the addresses, and no key as it stands', () => {
    const values = secret?.stringData ?? {};
    const addresses = { KURRENTDB_URL: values['kurrentdb-url'] ?? '', REDIS_URL: values['redis-url'] ?? '' };
    expect(configError(addresses)).toBeUndefined();
    for (const [name, key] of [
      ['HOLDFAST_ADMIN_KEY', 'admin-key'],
      ['HOLDFAST_WEBHOOK_KEY', 'webhook-key'],
    ] as const) {
      expect(configError({ [name]: values[key] ?? '' })).toContain(`${name} is a placeholder`);
    }
    expect(() => new SigningKey(values['signing-key'] ?? '')).toThrow('no private key');
  });

  it('mount every volume that there is, /data and /tmp among them, and no other', () => {
    for (const { spec, container } of containers) {
      const claims = (spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name);
      const volumes = [...spec.template.spec.volumes.map(({ name }) => name), ...claims];
      expect(container.volumeMounts.map(({ name }) => name).toSorted()).toEqual(volumes.toSorted());
      const places = container.volumeMounts.map(({ mountPath }) => mountPath);
      expect(places).toEqual(expect.arrayContaining(['/data', '/tmp']));
    }
  });

  it('keep data in a directory that the programs make, because the kubelet opens a volume to its group', () => {
    for (const { container } of containers) {
      expect(readEnvironment(container)['HOLDFAST_DATA_DIR']).toMatch(/^\/data\/[a-z]+$/);
    }
  });

  it('listen on the port that is named, and are asked there', () => {
    for (const { container } of containers) {
      expect(container.ports).toEqual([
        { name: 'http', containerPort: Number(readEnvironment(container)['HOLDFAST_PORT']) },
      ]);
      const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
      expect(probes.map(({ httpGet }) => httpGet)).toEqual([
        { path: '/health/live', port: 'http' },
        { path: '/health/live', port: 'http' },
        { path: '/health/ready', port: 'http' },
      ]);
    }
  });

  it('leave time to start, and notice that one is about to stop while it still serves', () => {
    const startMinSeconds = 300;
    for (const { container } of containers) {
      const { startupProbe, readinessProbe } = container;
      expect(startupProbe.periodSeconds * startupProbe.failureThreshold).toBeGreaterThanOrEqual(startMinSeconds);
      const noticedSeconds = readinessProbe.periodSeconds * readinessProbe.failureThreshold;
      const ledger = container.command[1]?.includes('/ledger/') === true;
      const delaySeconds = Number(settings['HOLDFAST_STOP_DELAY_SECONDS']);
      expect(!ledger || noticedSeconds < delaySeconds).toBe(true);
    }
  });

  it('wait longer for a stop than a program gives itself', () => {
    for (const { spec, container } of containers) {
      const { terminationGracePeriodSeconds } = spec.template.spec;
      expect(terminationGracePeriodSeconds).toBeGreaterThan(stopMaxSeconds(readEnvironment(container)));
    }
    expect(Number(settings['HOLDFAST_STOP_DELAY_SECONDS'])).toBeGreaterThan(0);
  });

  it('let nothing be root, gain rights or write where it need not', () => {
    const user = Number(/^USER (\d+):/m.exec(dockerfile)?.[1]);
    for (const { spec, container } of containers) {
      expect(spec.template.spec).toMatchObject({
        automountServiceAccountToken: false,
        // A service named holdfast would set HOLDFAST_PORT.
        enableServiceLinks: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: user,
          fsGroup: user,
          seccompProfile: { type: 'RuntimeDefault' },
        },
      });
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.resources).toHaveProperty('limits.memory');
    }
  });

  it('select pods that are there, and lead to ports that they name', () => {
    for (const { spec } of workloads) expect(findPods(spec.selector.matchLabels)).toEqual([spec]);
    for (const { spec } of services) {
      const [pods, ...more] = findPods(spec.selector);
      expect(more).toEqual([]);
      const ports = pods?.template.spec.containers.flatMap(({ ports: named }) => named.map(({ name }) => name));
      expect(spec.ports.filter(({ targetPort }) => ports?.includes(targetPort) !== true)).toEqual([]);
    }
    const budgets = ofKind<{ readonly selector: { readonly matchLabels: Labels } }>('PodDisruptionBudget');
    expect(budgets.map(({ spec }) => findPods(spec.selector.matchLabels).length)).toEqual([1]);
    for (const { spec } of workloads.filter(({ kind }) => kind === 'StatefulSet')) {
      const named = services.find(({ metadata }) => metadata.name === spec.serviceName);
      expect(named?.spec).toMatchObject({ clusterIP: 'None', selector: spec.selector.matchLabels });
    }
  });

  it('lead from outside to the ledgers only', () => {
    const backends = ingresses
      .flatMap(({ spec }) => spec.rules.flatMap(({ http }) => http.paths))
      .map(({ backend }) => backend);
    for (const { service } of backends) {
      const target = services.find(({ metadata }) => metadata.name === service.name)?.spec;
      expect(target?.ports.map(({ name }) => name)).toContain(service.port.name);
      const [pods] = findPods(target?.selector ?? {});
      expect(pods?.template.spec.containers[0]?.command[1]).toBe('dist/apps/api/src/main.js');
    }
    const hosts = ingresses.flatMap(({ spec }) => spec.rules.map(({ host }) => host));
    expect(new Set(hosts)).toEqual(new Set([new URL(settings['HOLDFAST_PUBLIC_URL'] ?? '').hostname]));
  });

  it('spread the paths of accounts by the id of the account, and let nothing in but the routes', () => {
    const hashed = ingresses.filter(({ metadata: { annotations = {} } }) =>
      Object.entries(annotations).some(([name, value]) => name.endsWith('/upstream-hash-by') && value === '$account'),
    );
    const [target] = hashed.flatMap(({ spec }) => spec.rules.flatMap(({ http }) => http.paths));
    for (const route of apiRoutes) {
      const onAccount = route.path.includes('{accountId}');
      const taken = pathTaken(route.path.replace('{accountId}', 'acme.Example_1~-').replaceAll(/[{}]/g, ''));
      expect([route.path, taken?.account]).toEqual([route.path, onAccount ? 'acme.Example_1~-' : undefined]);
      expect(taken?.service === target?.backend.service.name).toBe(onAccount);
    }
    expect(pathTaken('/openapi.json')).toBeDefined();
    const inside = ['/', '/metrics', '/health/live', '/health/ready', '/board', '/docs', '/openapi.json/more'];
    expect(inside.filter((path) => pathTaken(path) !== undefined)).toEqual([]);
  });

  it('take no smaller body than a route does, and never send a new key twice', () => {
    const annotations = Object.fromEntries(
      ingresses.map(({ metadata }) => [metadata.name, metadata.annotations ?? {}]),
    );
    const prefix = 'nginx.ingress.kubernetes.io';
    const [batches, accounts] = [routes.batch.path, '/v1/accounts/acme/holds'].map(
      (path) => annotations[pathTaken(path)?.service ?? '']?.[`${prefix}/proxy-body-size`],
    );
    const server = ['apps/api/src/server.ts'];
    expect(batches).toBe(`${String(readLimit('batchBodyBytesMax', server) / 1_024 / 1_024)}m`);
    expect(Number.parseInt(accounts ?? '') * 1_024).toBeGreaterThanOrEqual(readLimit('bodyBytesMax', server));
    const keys = annotations[pathTaken(routes.createKey.path)?.service ?? ''];
    expect(keys?.[`${prefix}/proxy-next-upstream`]).not.toContain('non_idempotent');
  });

  it('start programs that are there', () => {
    const programs = containers.map(({ container }) => `${entryPoint.exec(container.command[1] ?? '')?.[1] ?? ''}.ts`);
    expect(programs.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});
