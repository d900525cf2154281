/**
 * The layers of the house, held by `npm run layers`.
 *
 * One table says who may import whom, one says which file alone may touch a library that reaches the
 * outer world, and the rest are general: no cycles (type-only imports count), nothing unresolvable,
 * nothing undeclared. `test/system/house/layers.test.ts` shows that each rule really refuses.
 */
const LAYERS = [
  'domain',
  'firmware-bridge',
  'hardware',
  'edge',
  'cloud-sync',
  'central',
  'flows',
  'web',
  'cli',
  'test',
  'bench',
]

/** The only two files of the agent that know a driver by name: they put the agent together. */
const EDGE_COMPOSITION = '^edge/(?:main|drivers)\\.ts$'

const CONTRACT = '^cloud-sync/contract/'

/** name of the rule, whom it binds, what of our own code it may import besides its own folder */
const ALLOWED = [
  { layer: 'domain', may: [], why: 'The laws of the pharmacy are pure: edge and centre run the same code.' },
  { layer: 'firmware-bridge', may: [], why: 'Lines and boards know nothing of drugs.' },
  { layer: 'hardware', may: ['^firmware-bridge/', '^domain/'], why: 'Drivers stand on the bridge.' },
  { layer: 'cloud-sync', may: ['^domain/'], why: 'Both sides of the wire share it; it belongs to neither.' },
  {
    layer: 'edge',
    may: ['^domain/', '^hardware/(?:ports|plan)\\.ts$', '^cloud-sync/'],
    except: EDGE_COMPOSITION,
    why: 'The agent speaks to ports; drivers only in edge/main.ts and edge/drivers.ts; never to central.',
  },
  {
    layer: 'edge',
    rule: 'edge-composition-imports',
    only: EDGE_COMPOSITION,
    may: ['^domain/', '^hardware/', '^cloud-sync/'],
    why: 'Composition may name drivers, still neither the bridge, the centre nor the flows.',
  },
  { layer: 'central', may: ['^domain/', '^cloud-sync/'], why: 'The centre never imports the agent.' },
  { layer: 'flows', may: [CONTRACT, '^domain/'], why: 'Guests speak MQTT and HTTP; they share only shapes.' },
  { layer: 'web', may: [CONTRACT, '^domain/'], why: 'A page shares shapes and laws, not servers.' },
]

/** library → the only place that may import it. One seam to each piece of the outer world. */
const SEAMS = [
  {
    library: 'serialport',
    packages: ['serialport', '@serialport/[^/]+'],
    only: '^firmware-bridge/link/serial\\.ts$',
  },
  { library: 'onoff', packages: ['onoff', 'epoll'], only: '^hardware/gpio/onoff-lines\\.ts$' },
  { library: 'modbus', packages: ['modbus-serial'], only: '^firmware-bridge/' },
  {
    library: 'aedes',
    packages: ['aedes', 'aedes-[^/]+'],
    only: ['^edge/broker/', '^central/.*broker'],
  },
  { library: 'nodemailer', packages: ['nodemailer', '@types/nodemailer'], only: '^edge/alarms/mail\\.ts$' },
  {
    library: 'pdfmake',
    packages: ['pdfmake', '@types/pdfmake', '@embedpdf/[^/]+'],
    only: '^edge/records/',
  },
  { library: 'uplot', packages: ['uplot'], only: '^web/shared/chart/' },
  { library: 'influx', packages: ['influx'], only: '^cloud-sync/history/influx\\.ts$' },
  { library: 'node-red', packages: ['node-red', '@node-red/[^/]+'], only: '^flows/runtime/' },
  { library: 'postgres', packages: ['pg', '@types/pg', '@electric-sql/pglite'], only: '^central/db/' },
]

/** What of Node and of others' packages is pure enough for the domain: no I/O, no clock, no timers. */
const DOMAIN_CORE = '^(?:node:)?(?:assert|buffer|crypto|util|zlib)(?:/|$)'
const DOMAIN_PACKAGES = '(?:^|/)node_modules/(?:typebox|jose|cborg|pinyin-pro)/'

const packagePath = names => names.flatMap(name => [`(?:^|/)node_modules/${name}/`, `^${name}$`])

const layerRule = ({ layer, rule, only, except, may, why }) => ({
  name: rule ?? `${layer}-imports`,
  comment: why,
  severity: 'error',
  from: { path: only ?? `^${layer}/`, ...(except ? { pathNot: except } : {}) },
  to: { path: `^(?:${LAYERS.join('|')})/`, pathNot: [`^${layer}/`, ...may] },
})

const seamRule = ({ library, packages, only }) => ({
  name: `seam-${library}`,
  comment: `Only ${[only].flat().join(' or ')} touches ${packages[0]}; everyone else uses the port in front of it.`,
  severity: 'error',
  from: { pathNot: [only, '(?:^|/)node_modules/'].flat() },
  to: { path: packagePath(packages) },
})

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...ALLOWED.map(layerRule),
    ...SEAMS.map(seamRule),
    {
      name: 'cli-is-imported-by-no-one',
      comment: 'The composition root is the top; only tests may reach into it.',
      severity: 'error',
      from: { pathNot: '^(?:cli|test)/' },
      to: { path: '^cli/' },
    },
    {
      name: 'production-never-imports-tests',
      comment: 'Helpers of the tests stay with the tests.',
      severity: 'error',
      from: { pathNot: '^(?:test|bench)/' },
      to: { path: '^(?:test|bench)/' },
    },
    {
      name: 'domain-core-modules',
      comment: 'The domain has no I/O and no clock: of Node it may use only what computes.',
      severity: 'error',
      from: { path: '^domain/' },
      to: { dependencyTypes: ['core'], pathNot: DOMAIN_CORE },
    },
    {
      name: 'domain-packages',
      comment: 'The same for packages: schemas, signatures, CBOR and pinyin compute; nothing else is needed.',
      severity: 'error',
      from: { path: '^domain/' },
      to: { path: '(?:^|/)node_modules/', pathNot: DOMAIN_PACKAGES },
    },
    {
      name: 'web-has-no-node',
      comment: 'Pages run in a browser; only their build configuration runs in Node.',
      severity: 'error',
      from: { path: '^web/', pathNot: '^web/vite\\.config\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-cycles',
      comment: 'A cycle, of types too, means two files are one thing or the arrow points the wrong way.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that leads nowhere fails at run time only.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-undeclared-package',
      comment: 'A package that is here only because another one brought it vanishes with that other one.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-dev-package-in-production',
      comment: 'An installation without devDependencies must run; web/ is built beforehand, so it is exempt.',
      severity: 'error',
      from: { pathNot: '^(?:web|test|bench)/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: '(?:^|/)node_modules/' },
    // Anchored: most packages keep their code in a dist/ of their own, and those must stay in sight.
    exclude: { path: '^(?:artifacts|dist|web/dist)/' },
    // With 'tsc' imports are read before types are stripped, so type-only imports and JSDoc ones are seen.
    parser: 'tsc',
    tsPreCompilationDeps: true,
    detectJSDocImports: true,
    detectProcessBuiltinModuleCalls: true,
    // flows/nodes/ is a package of its own inside the repository.
    combinedDependencies: true,
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'require', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.vue', '.json', '.d.ts'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
