import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { renderManifests, versionNames } from './index.ts'

const config = (data: string, more = ''): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: env\n${more}data: {k: "${data}"}\n`
const secret = (name: string): string => `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}}\nstringData: {k: v}\n`
const pods = (spec: string, kind = 'Deployment'): string => {
  const path = { CronJob: '{jobTemplate: {spec: {template: {spec: SPEC}}}}', Pod: 'SPEC' }[kind] ?? '{template: {spec: SPEC}}'
  return `apiVersion: apps/v1\nkind: ${kind}\nmetadata: {name: cart}\nspec: ${path.replace('SPEC', () => spec)}\n`
}
const byEnvFrom = '{containers: [{name: c, envFrom: [{configMapRef: {name: env}}]}]}'

function version(...documents: string[]): {
  objects: readonly KubernetesObject[]
  names: string[]
  versioned: readonly number[]
  told: string[]
} {
  const { objects } = renderManifests({ templates: [{ path: 'a.yaml', text: documents.join('---\n') }], values: {}, namespace: 'shop' })
  const result = versionNames(objects)
  return {
    objects: result.objects.map(each => each.object),
    names: result.objects.map(each => each.object.metadata.name),
    versioned: result.versioned,
    told: result.problems.map(each => `${each.place?.line} ${each.severity} ${each.message}`),
  }
}

it('gives the content a name, and pods that name', () => {
  const { objects, versioned } = version(config('1'), pods(byEnvFrom))
  expect(versioned).toEqual([0])
  expect(objects[0]?.metadata.name).toMatch(/^env-[b-z2-9]{8}$/)
  expect(JSON.stringify(objects[1])).toContain(`"configMapRef":{"name":"${objects[0]?.metadata.name}"}`)
})

it('gives the same content the same name, and other content another', () => {
  const name = (data: string, more?: string): string | undefined => version(config(data, more), pods(byEnvFrom)).names[0]
  expect(name('1')).toBe(name('1', '  labels: {a: b}\n'))
  expect(name('1')).not.toBe(name('2'))
  // The name of a version is for ever: it is compared with what runs.
  expect(name('1')).toBe('env-8pmdx62p')
})

it('renames in every place where pods name them', () => {
  const spec =
    '{imagePullSecrets: [{name: key}], initContainers: [{name: i, env: [{name: A, valueFrom: {secretKeyRef: {name: key, key: k}}}]}], containers: [{name: c, env: [{name: A, valueFrom: {configMapKeyRef: {name: env, key: k}}}, {name: B, value: x}], envFrom: [{secretRef: {name: key}}, {configMapRef: {name: foreign}}]}], volumes: [{name: a, configMap: {name: env}}, {name: b, secret: {secretName: key}}, {name: p, projected: {sources: [{configMap: {name: env}}, {secret: {name: key}}, {serviceAccountToken: {path: t}}]}}, {name: e, emptyDir: {}}]}'
  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Pod']) {
    const { names, objects, told } = version(config('1'), secret('key'), pods(spec, kind))
    expect(told).toEqual([])
    const text = JSON.stringify(objects[2])
    const named = text.match(/"(?:env|key)(?:-\w+)?"(?!:)/g)?.toSorted()
    expect(named).toEqual([...Array(3).fill(`"${names[0]}"`), ...Array(5).fill(`"${names[1]}"`)])
    expect(text).toContain('"foreign"')
  }
})

describe('row 32: keeps the name', () => {
  it('of what no pod names, and of what asks for it', () => {
    expect(version(config('1')).versioned).toEqual([])
    expect(version(config('1', '  annotations: {harness.io/skip-versioning: "true"}\n'), pods(byEnvFrom)).versioned).toEqual([])
    expect(version(config('1', '  annotations: {sluice.dev/skip-versioning: "true"}\n'), pods(byEnvFrom)).versioned).toEqual([])
    expect(
      version(
        secret('key').replace('stringData', 'type: kubernetes.io/service-account-token\nstringData'),
        pods('{imagePullSecrets: [{name: key}]}'),
      ).versioned,
    ).toEqual([])
  })

  it.each([
    [
      'an Ingress',
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec: {tls: [{secretName: key}]}\n',
      'spec.tls.0.secretName',
    ],
    [
      'a Gateway',
      'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: g}\nspec: {servers: [{tls: {credentialName: key}}]}\n',
      'spec.servers.0.tls.credentialName',
    ],
    [
      'a Gateway of Gateway API',
      'apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: g}\nspec: {listeners: [{tls: {certificateRefs: [{kind: Secret, name: key}]}}]}\n',
      'spec.listeners.0.tls.certificateRefs.0.name',
    ],
    [
      'a right on one name',
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r}\nrules: [{apiGroups: [""], resources: [secrets], resourceNames: [key], verbs: [get]}]\n',
      'rules.0.resourceNames.0',
    ],
    [
      'a ServiceAccount',
      'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: s}\nimagePullSecrets: [{name: key}]\n',
      'imagePullSecrets.0.name',
    ],
    [
      'an autoscaler',
      'apiVersion: keda.sh/v1alpha1\nkind: TriggerAuthentication\nmetadata: {name: t}\nspec: {secretTargetRef: [{parameter: p, name: key, key: k}]}\n',
      'spec.secretTargetRef.0.name',
    ],
    ['code', pods('{containers: [{name: c, args: ["--secret=key"]}]}', 'StatefulSet'), 'spec.template.spec.containers.0.args.0'],
  ])('of what %s names, and says so', (_, other, field) => {
    const { versioned, told } = version(secret('key'), pods('{containers: [{name: c, envFrom: [{secretRef: {name: key}}]}]}'), other)
    expect(versioned).toEqual([])
    expect(told).toEqual([expect.stringContaining(`in ${field}, where a new name would not be noticed`)])
  })
})

it('does not take every text that looks like the name for a mention', () => {
  const everythingIsCart = `${secret('cart')}---\napiVersion: v1\nkind: Service\nmetadata: {name: cart}\nspec: {selector: {app: cart}}\n`
  const { versioned, told } = version(
    everythingIsCart,
    pods('{containers: [{name: cart, args: [--name=cart], envFrom: [{secretRef: {name: cart}}]}]}'),
  )
  expect([versioned, told]).toEqual([[0], []])
})

it('knows namespaces apart', () => {
  const { versioned } = version(config('1', '  namespace: other\n'), pods(byEnvFrom))
  expect(versioned).toEqual([])
})
