import { spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { oracle } from '../../tools/oracles.mjs'
import { startStage, type Running } from './stage.ts'
import type { Stage } from './play.ts'

const { path: program, missing } = oracle('kubectl') as { readonly path?: string; readonly missing?: string }
if (!program) console.warn(`skipped: everyday kubectl against the sandbox: ${missing}`)

const deployment = (image: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: cart, labels: { team: shop } }
spec:
  replicas: 2
  selector: { matchLabels: { app: cart } }
  template:
    metadata: { labels: { app: cart } }
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{ name: app, image: "${image}", ports: [{ containerPort: 8080 }] }]
`
const service = `
apiVersion: v1
kind: Service
metadata: { name: cart }
spec: { selector: { app: cart }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
`
const route = (stable: number) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: cart }
spec:
  hosts: [cart]
  http:
  - route:
    - { destination: { host: cart, subset: stable }, weight: ${stable} }
    - { destination: { host: cart, subset: canary }, weight: ${100 - stable} }
`

describe.skipIf(!program)('everyday kubectl against the sandbox', () => {
  let running: Running
  let stage: Stage
  const kubectl = async (args: string, stdin = ''): Promise<string> => {
    const { exitCode, stdout, stderr } = (await stage.kubectl?.(['-n', 'shop', ...args.split(' ')], stdin)) ?? {
      exitCode: 1,
      stdout: '',
      stderr: '',
    }
    return exitCode === 0 ? stdout : `exit ${exitCode}: ${stderr}${stdout}`
  }

  beforeAll(async () => {
    running = await startStage({ controllers: true, ...(program ? { kubectl: program } : {}) })
    stage = running.stage('shop', 0)
    running.api.objects.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, { manager: 'test' })
  })
  afterAll(() => running.stop())

  it('applies on the client’s side: creates, changes, leaves alone, and diffs', async () => {
    expect(await kubectl('apply -f -', deployment('web:1'))).toBe('deployment.apps/cart created\n')
    expect(await kubectl('apply -f -', service)).toBe('service/cart created\n')
    expect(await kubectl('apply -f -', deployment('web:1'))).toBe('deployment.apps/cart unchanged\n')
    expect(await kubectl('apply -f -', deployment('web:2'))).toBe('deployment.apps/cart configured\n')
    expect(await kubectl('apply --dry-run=server -f -', deployment('web:3'))).toBe('deployment.apps/cart configured (server dry run)\n')
    expect(await kubectl('diff -f -', deployment('web:4'))).toContain('+      - image: web:4')
    expect(await kubectl('apply -f -', deployment('web:2').replace('replicas', 'replica'))).toContain(
      'strict decoding error: unknown field "spec.replica"',
    )
  })

  it('applies, checks and diffs lists', async () => {
    const config = (name: string, data: object): string => JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data })
    const list = (...items: readonly string[]): string => `{"apiVersion":"v1","kind":"List","items":[${items.join(',')}]}`
    const split = JSON.stringify({
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'listed' },
      spec: { hosts: ['listed'], http: [{ match: [{ headers: { a: { exact: 'b' } } }], route: [{ destination: { host: 'cart' } }] }] },
    })
    const daemon = JSON.stringify({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'listed' },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'listed' } } },
    })
    const all = list(config('first', { a: 'b' }), split, daemon)
    expect(await kubectl('apply -f -', all)).toBe(
      'configmap/first created\nvirtualservice.networking.istio.io/listed created\npoddisruptionbudget.policy/listed created\n',
    )
    expect(await kubectl('diff -f -', all)).toBe('')
    expect(await kubectl('create --validate=strict -f -', list(config('second', { a: 'b' })))).toBe('configmap/second created\n')
    expect(await kubectl('create --validate=strict -f -', list(config('third', { a: 'b' }).replace('"data"', '"date"')))).toMatch(
      /^exit 1: .*unknown field "date" in core\.v1\.ConfigMap/,
    )
    expect(await kubectl('get cm third')).toContain('not found')
    expect(await kubectl('delete -f -', all)).toContain('"listed" deleted')
  })

  it('applies on the server’s side, is told of conflicts, and forces', async () => {
    expect(await kubectl('apply --server-side -f -', route(90))).toBe('virtualservice.networking.istio.io/cart serverside-applied\n')
    expect(await kubectl('apply --server-side --field-manager=other -f -', route(50))).toContain('conflict with "kubectl": .spec.http')
    expect(await kubectl('apply --server-side --field-manager=other --force-conflicts -f -', route(50))).toContain('serverside-applied')
    expect(await kubectl('get vs cart -o jsonpath={.spec.http[0].route[*].weight}')).toBe('50 50')
    expect(await kubectl('apply --server-side -f -', deployment('web:2'))).toBe('deployment.apps/cart serverside-applied\n')
  })

  it('patches, labels, annotates and replaces', async () => {
    const weight = '[{"op":"replace","path":"/spec/http/0/route/0/weight","value":70}]'
    expect(await kubectl(`patch vs cart --type=json -p ${weight}`)).toBe('virtualservice.networking.istio.io/cart patched\n')
    expect(await kubectl('patch vs cart --type=merge -p {"metadata":{"labels":{"a":"b"}}}')).toContain('patched')
    expect(await kubectl('patch vs cart -p {"spec":{"hosts":["x"]}}')).toContain(
      'application/json-patch+json, application/merge-patch+json',
    )
    expect(await kubectl('patch deploy cart -p {"spec":{"minReadySeconds":0}}')).toBe('deployment.apps/cart patched (no change)\n')
    expect(await kubectl('label deploy cart x=y')).toBe('deployment.apps/cart labeled\n')
    expect(await kubectl('annotate vs cart x=y')).toBe('virtualservice.networking.istio.io/cart annotated\n')
    expect(await kubectl('replace -f -', route(60))).toBe('virtualservice.networking.istio.io/cart replaced\n')
  })

  it('scales, rolls out and waits', async () => {
    expect(await kubectl('rollout status deploy/cart --timeout=30s')).toContain('successfully rolled out')
    expect(await kubectl('scale deploy cart --replicas=3')).toBe('deployment.apps/cart scaled\n')
    expect(await kubectl('wait --for=condition=Available deploy/cart --timeout=20s')).toBe('deployment.apps/cart condition met\n')
    expect(await kubectl('set image deploy/cart app=web:3')).toBe('deployment.apps/cart image updated\n')
    expect(await kubectl('rollout status deploy/cart --timeout=30s')).toContain('successfully rolled out')
    expect(await kubectl('rollout restart deploy/cart')).toBe('deployment.apps/cart restarted\n')
  }, 60_000)

  it('shows tables, details, explanations and what there is', async () => {
    expect(await kubectl('get vs')).toMatch(/NAME +GATEWAYS +HOSTS +AGE\ncart +\["cart"\]/)
    expect(await kubectl('get svc,endpointslices -o wide')).toMatch(/service\/cart +ClusterIP +10\.96\.\d+\.\d+ +<none> +80\/TCP/)
    expect(await kubectl('get deploy cart --show-managed-fields -o yaml')).toContain('manager: kubectl')
    expect(await kubectl('describe deploy cart')).toMatch(/Replicas: +3 desired/)
    expect(await kubectl('describe vs cart')).toContain('Subset:  canary')
    expect(await kubectl('explain vs.spec.http.route')).toContain('weight')
    expect(await kubectl('explain deploy.spec.strategy')).toContain('rollingUpdate')
    expect(await kubectl('api-resources --api-group=networking.istio.io')).toMatch(
      /virtualservices +vs +networking.istio.io\/v1 +true +VirtualService/,
    )
    expect(await kubectl('version')).toContain('Server Version: v1.35.4')
  })

  it('creates what is typed, which comes as protobuf', async () => {
    expect(await kubectl('create configmap typed --from-literal=k=v')).toBe('configmap/typed created\n')
    expect(await kubectl('create secret generic typed --from-literal=k=v')).toBe('secret/typed created\n')
    expect(await kubectl('create deployment typed --image=web:1 --replicas=2 --port=80')).toBe('deployment.apps/typed created\n')
    expect(await kubectl('get deploy typed -o jsonpath={.spec.replicas},{.spec.template.spec.containers[0].ports[0].containerPort}')).toBe(
      '2,80',
    )
    expect(await kubectl('get secret typed -o jsonpath={.data.k}')).toBe('dg==')
    expect(await kubectl('auth can-i create deployments')).toBe('yes\n')
  })

  it('watches', async () => {
    await kubectl('apply -f -', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: before }\ndata: { a: b }\n')
    const seen = watching(['get', 'cm', '-w', '--no-headers'])
    // What kubectl lists first tells that its watch is about to open: from there on it misses nothing.
    await expect.poll(() => seen.text(), { timeout: 60_000 }).toMatch(/before +1 /)
    await kubectl('apply -f -', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: seen }\ndata: { a: b }\n')
    await kubectl('delete cm seen')
    await expect.poll(() => seen.text(), { timeout: 60_000 }).toMatch(/seen +1 +\d+s\nseen +1 +\d+s\n/)
    seen.stop()
  })

  it('deletes, waits for the end, and says what is not there', async () => {
    expect(await kubectl('delete vs cart')).toMatch(/virtualservice.networking.istio.io "cart" deleted/)
    expect(await kubectl('delete deploy cart --timeout=20s')).toMatch(/deployment.apps "cart" deleted/)
    expect(await kubectl('get deploy cart')).toBe('exit 1: Error from server (NotFound): deployments.apps "cart" not found\n')
    expect(await kubectl('wait --for=delete pod -l app=cart --timeout=20s')).not.toContain('exit')
    expect(await kubectl('delete ns shop --timeout=20s')).toMatch(/namespace "shop" deleted/)
  }, 60_000)

  function watching(args: readonly string[]) {
    const child = spawn(program ?? '', [...stage.where, '-n', 'shop', ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
    let text = ''
    child.stdout.on('data', chunk => (text += String(chunk)))
    return { text: () => text, stop: () => child.kill() }
  }
})
