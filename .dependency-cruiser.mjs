// The import rules of ARCHITECTURE.md. Each `comment` says what to do instead.

/** Who may import whom. Read a line as: "delegate may import base, model, protocol". */
const areas = {
  base: [],
  model: ['base'],
  protocol: ['base', 'model'],
  'control-plane': ['base', 'model', 'protocol'],
  delegate: ['base', 'model', 'protocol'],
  sandbox: ['base', 'model'],
  host: ['base', 'model', 'protocol', 'control-plane', 'delegate', 'sandbox'],
  cli: ['base', 'model', 'protocol', 'delegate'],
}

/** The same, between the domains of one area. */
const domains = {
  model: {
    documents: [],
    expressions: [],
    json: [],
    workflow: ['documents', 'expressions', 'json'],
    manifests: ['documents', 'expressions'],
    traffic: [],
    release: ['traffic', 'manifests', 'json'],
    preflight: ['traffic', 'release'],
    application: ['documents', 'expressions', 'workflow', 'manifests', 'traffic', 'release'],
  },
  'control-plane': {
    engine: [],
    tasks: ['engine'],
    approvals: ['engine'],
    steps: ['engine', 'approvals'],
    executions: ['engine', 'tasks', 'approvals', 'steps'],
    store: ['engine', 'tasks', 'approvals'],
    http: ['engine', 'tasks', 'approvals', 'steps', 'executions'],
  },
  delegate: {
    kubernetes: [],
    settle: ['kubernetes'],
    verification: ['kubernetes', 'prometheus'],
    prometheus: ['kubernetes'],
    counting: ['kubernetes', 'verification', 'prometheus'],
    preflight: ['kubernetes', 'settle', 'prometheus'],
    release: ['kubernetes', 'settle', 'preflight', 'counting', 'prometheus'],
    agent: ['kubernetes', 'release', 'settle', 'verification'],
  },
  sandbox: {
    'api-server': [],
    controllers: ['api-server', 'pods'],
    'ingress-nginx': ['api-server', 'pods'],
    load: ['api-server', 'pods'],
    mesh: ['api-server', 'pods'],
    prometheus: ['api-server', 'pods'],
    pods: [],
  },
}

const production = { pathNot: '[.](test|contract)[.]ts$' }
const folder = '^src/(base|protocol|host|cli|(?:model|control-plane|delegate|sandbox)/[^/]+)/'

const areaRules = Object.entries(areas).map(([area, may]) => ({
  name: `${area}-imports`,
  severity: 'error',
  comment: `${area}/ may import ${may.join(', ') || 'nothing of ours'}. Pass the thing in, or move what both need to model/ or protocol/.`,
  from: { path: `^src/${area}/`, ...production },
  to: { path: '^src/', pathNot: [area, ...may].map(a => `^src/${a}/`) },
}))

const domainRules = Object.entries(domains).flatMap(([area, table]) =>
  Object.entries(table).map(([domain, may]) => ({
    name: `${area}/${domain}-imports`,
    severity: 'error',
    comment: `${area}/${domain} may import ${may.join(', ') || 'no sibling'}. Let ${area}/main.ts join the two.`,
    from: { path: `^src/${area}/${domain}/`, ...production },
    to: { path: `^src/${area}/[^/]+/`, pathNot: [domain, ...may].map(d => `^src/${area}/${d}/`) },
  })),
)

export default {
  forbidden: [
    ...areaRules,
    ...domainRules,
    {
      name: 'through-the-door',
      severity: 'error',
      comment: 'From outside a folder import its index.ts. If what you need is not there, decide whether it should be.',
      from: { path: folder },
      to: { path: folder, pathNot: ['^src/$1/', '/index[.]ts$', '[.]contract[.]ts$'] },
    },
    {
      name: 'main-through-the-doors',
      severity: 'error',
      comment: 'main.ts joins the domains; it uses their doors like everyone else.',
      from: { path: '^src/[^/]+/main[.]ts$' },
      to: { path: folder, pathNot: ['/index[.]ts$', '^src/(host|cli)/'] },
    },
    {
      name: 'hash-means-border',
      severity: 'error',
      comment: "Write '#area/domain/index.ts' when you leave the folder, './x.ts' when you do not: a reader sees the border in the import.",
      from: { path: folder },
      to: { path: folder, pathNot: '^src/$1/', dependencyTypesNot: ['aliased-subpath-import'] },
    },
    {
      name: 'not-your-own-door',
      severity: 'error',
      comment: 'Inside a folder import the file itself; index.ts is for the others, and using it here makes circles.',
      from: { path: folder, ...production },
      to: { path: '^src/$1/index[.]ts$' },
    },
    {
      name: 'model-is-pure',
      severity: 'error',
      comment: 'model/ computes. It does not read files, clocks or the network: take the text or the time as an argument.',
      from: { path: '^src/model/', ...production },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'only-the-store-knows-the-database',
      severity: 'error',
      comment: 'Ask for what you need through the interface in engine/, tasks/ or approvals/.',
      from: { pathNot: '^src/control-plane/store/' },
      to: { path: 'node_modules/(pg|@electric-sql)/' },
    },
    {
      name: 'only-kubernetes-knows-the-client',
      severity: 'error',
      comment: 'Use the Cluster port, apply or steadyState of delegate/kubernetes.',
      from: { path: '^src/', pathNot: '^src/delegate/kubernetes/' },
      to: { path: 'node_modules/@kubernetes/' },
    },
    { name: 'no-circles', severity: 'error', comment: 'Move what both need into a third file.', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'Nobody imports this file: delete it.',
      from: { orphan: true, path: '^src/', pathNot: '[.](test|d)[.]ts$|/(main|worker)[.]ts$' },
      to: {},
    },
    {
      name: 'tests-are-for-tests',
      severity: 'error',
      comment: 'Only tests import tests and contracts.',
      from: { path: '^src/', ...production },
      to: { path: '[.](test|contract)[.]ts$' },
    },
  ],
  options: { doNotFollow: { path: 'node_modules' }, tsPreCompilationDeps: true, tsConfig: { fileName: 'tsconfig.json' } },
}
