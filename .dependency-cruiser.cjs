/** Who may import whom. Every package has one entry, `src/index.ts`; the ports of `application` have one of their own. */
const entry = '^libs/[^/]+/src/index[.]ts$|^libs/application/src/ports/index[.]ts$';

/** The topics of the domain, each above those that it may know. The events of all of them, `events.ts`, are known to all. */
const topics = [
  'kernel',
  'core',
  'zones',
  'pricing',
  'terms',
  'balance',
  'budgets',
  'packs',
  'holds',
  'corrections',
  'orders',
  'payments',
  'billing',
  'warnings',
  'account',
  'aggregate',
];

const topicsInOrder = topics.slice(0, -1).map((topic, place) => ({
  name: `${topic} knows no topic above it`,
  severity: 'error',
  from: { path: `^libs/domain/src/${topic}/` },
  to: { path: `^libs/domain/src/(${topics.slice(place + 1).join('|')})/`, pathNot: '/events[.]ts$' },
}));

/** The folders of the auditor, each above those that it may know. */
const auditorFolders = ['source', 'bundle', 'verify', 'reports', 'export', 'reconcile', 'repair', 'cli'];

const auditorInOrder = auditorFolders.slice(0, -1).map((folder, place) => ({
  name: `${folder} of the auditor knows no folder above it`,
  severity: 'error',
  from: { path: `^apps/auditor/src/${folder}/` },
  to: { path: `^apps/auditor/src/(${auditorFolders.slice(place + 1).join('|')})/` },
}));

/** What decides, folds or holds the state of an account: an audit knows none of it. */
const believed = [
  'evolve[^/]*',
  '[^/]*state',
  'snapshot',
  'events?-definitions?',
  'commands?',
  'command-definitions?',
  'decision',
  'decide',
  'apply[^/]*',
  'sweep',
  'reactions',
  // The files that are named by their commands.
  'open|change-status|change|acquire|refund|issue|freeze|settle|settle-late|fail-and-release',
];

module.exports = {
  forbidden: [
    ...topicsInOrder,
    ...auditorInOrder,
    {
      name: 'the audit believes nothing',
      severity: 'error',
      from: { path: '^libs/domain/src/[^/]+/audit[^/]*[.]ts$' },
      to: { path: `^libs/domain/src/[^/]+/(${believed.join('|')})[.]ts$` },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'the domain model is pure',
      severity: 'error',
      from: { path: '^libs/domain/src' },
      to: { pathNot: '^libs/domain/src|node_modules/(decimal[.]js|@js-temporal/polyfill)/|^(node:)?(assert|crypto)' },
    },
    {
      name: 'decimal.js lives in one file',
      severity: 'error',
      from: { path: '^libs/[^/]+/src', pathNot: '^libs/domain/src/kernel/money[.]ts$' },
      to: { path: 'node_modules/decimal[.]js/' },
    },
    {
      name: 'the application rests on the domain model and Nest',
      severity: 'error',
      from: { path: '^libs/application/src' },
      to: { path: '^libs/', pathNot: '^libs/(application|domain)/src' },
    },
    {
      name: 'adapters rest on the ports and the domain model',
      severity: 'error',
      from: { path: '^libs/(event-store|read-models|leases|alarms|channels|proofs)/src' },
      to: {
        path: '^libs/',
        pathNot: '^libs/$1/src|^libs/application/src/ports/index[.]ts$|^libs/(domain|files)/src/index[.]ts$',
      },
    },
    {
      name: 'webhooks rest on the application and the domain model',
      severity: 'error',
      from: { path: '^libs/webhooks/src' },
      to: { path: '^libs/', pathNot: '^libs/(webhooks|application|domain)/src' },
    },
    {
      name: 'Redis is known to leases and alarms only',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: '^libs/(leases|alarms)/src' },
      to: { path: 'node_modules/(ioredis|bullmq)/' },
    },
    {
      name: 'contract, runtime, terminal and files rest on nothing of ours',
      severity: 'error',
      from: { path: '^libs/(contract|runtime|terminal|files)/src' },
      to: { path: '^(libs|apps)/', pathNot: '^libs/$1/src' },
    },
    {
      name: 'connections know nothing of what is asked over them',
      severity: 'error',
      from: { path: '^libs/http/src' },
      to: { path: '^(libs|apps)/', pathNot: '^libs/(http|runtime|contract)/src' },
    },
    {
      name: 'the engine knows nothing of the routes',
      severity: 'error',
      from: { path: '^libs/engine/src' },
      to: { path: '^libs/(contract|client|terminal)/' },
    },
    {
      name: 'the client rests on the contract',
      severity: 'error',
      from: { path: '^libs/client/src' },
      to: { path: '^(libs|apps)/', pathNot: '^libs/(client|contract)/src' },
    },
    {
      name: 'the gateway is a user like any other',
      severity: 'error',
      from: { path: '^apps/gateway/src' },
      to: { path: '^(libs|apps)/', pathNot: '^apps/gateway/src|^libs/(client|contract)/src/index[.]ts$' },
    },
    {
      name: 'the auditor serves nothing',
      severity: 'error',
      from: { path: '^apps/auditor/src' },
      to: { path: 'node_modules/(@nestjs/(core|platform-fastify|swagger)|fastify)/|^libs/(client|contract)/' },
    },
    {
      name: 'the transfer copies events and serves nothing',
      severity: 'error',
      from: { path: '^apps/transfer/src' },
      to: {
        path: 'node_modules/(@nestjs/|fastify/)|^libs/',
        pathNot: '^libs/(domain|event-store|terminal|runtime)/src/index[.]ts$|^libs/application/src/ports/index[.]ts$',
      },
    },
    {
      name: 'the backup copies files and serves nothing',
      severity: 'error',
      from: { path: '^apps/backup/src' },
      to: {
        path: 'node_modules/(@nestjs/|fastify/)|^libs/',
        pathNot:
          '^libs/(domain|event-store|proofs|files|terminal|runtime)/src/index[.]ts$|^libs/application/src/ports/index[.]ts$',
      },
    },
    {
      name: 'apps do not reach into each other, and nobody into apps',
      severity: 'error',
      from: { path: '^(apps/[^/]+|libs)/' },
      to: { path: '^apps/', pathNot: '^$1/' },
    },
    {
      name: 'packages are entered by their index',
      severity: 'error',
      from: { path: '^(libs|apps)/([^/]+)/' },
      to: { path: '^libs/', pathNot: `^$1/$2/|${entry}` },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)testing/|[.]spec[.]ts$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['source', 'import', 'node', 'default'], exportsFields: ['exports'] },
  },
};
