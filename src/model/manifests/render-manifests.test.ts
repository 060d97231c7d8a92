import { describe, expect, it } from 'vitest'
import { showProblem } from '#base/index.ts'
import { layerValues, renderManifests, type ManifestSource } from './index.ts'

/** The manifests of the seed document, word for word. */
const seed = {
  'destinationrule.yaml': `apiVersion: networking.istio.io/v1alpha3
kind: DestinationRule
metadata:
  annotations:
    harness.io/managed: "true"
  name: {{.Values.name}}-destinationrule
spec:
  host: {{.Values.name}}-svc
  trafficPolicy:
    loadBalancer:
      simple: RANDOM
`,
  'virtualservice.yaml': `apiVersion: networking.istio.io/v1alpha3
kind: VirtualService
metadata:
  annotations:
    harness.io/managed: "true"
  name: {{.Values.name}}-virtualservice
spec:
  gateways:
  - {{.Values.name}}-gateway
  hosts:
  - test.com
  http:
  - route:
    - destination:
        host: {{.Values.name}}-svc
`,
  'gateway.yaml': `apiVersion: networking.istio.io/v1alpha3
kind: Gateway
metadata:
  name: {{.Values.name}}-gateway
spec:
  selector:
    istio: ingressgateway
  servers:
  - port:
      number: 80
      name: http
      protocol: HTTP
    hosts:
    - "*"
`,
}

function render(files: Record<string, string>, more: Partial<ManifestSource> = {}) {
  const templates = Object.entries(files).map(([path, text]) => ({ path, text }))
  const { objects, skipped, problems } = renderManifests({ templates, values: { name: 'cart' }, namespace: 'shop', ...more })
  const told = problems.map(each => {
    const { file, line, column } = each.place ?? { file: '?', line: 0, column: 0 }
    return `${file}:${line}:${column} ${each.code.replace('SL-', '')}`
  })
  return { objects: objects.map(each => each.object), rendered: objects, skipped, problems, told }
}

const configMap = (name: string, more = ''): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}`

it('renders the manifests of the seed system unchanged', () => {
  const { objects, told } = render(seed)
  expect(told).toEqual([])
  expect(objects.map(each => `${each.kind} ${each.metadata.namespace}/${each.metadata.name}`)).toEqual([
    'DestinationRule shop/cart-destinationrule',
    'Gateway shop/cart-gateway',
    'VirtualService shop/cart-virtualservice',
  ])
  expect(objects[2]?.spec).toEqual({
    gateways: ['cart-gateway'],
    hosts: ['test.com'],
    http: [{ route: [{ destination: { host: 'cart-svc' } }] }],
  })
})

describe('files', () => {
  it('leaves out a file whose first line says so, and says which', () => {
    const { objects, skipped } = render({
      'a.yaml': `# harness.io/skip-file-for-deploy\n${configMap('a')}`,
      'b.yaml': `# sluice.dev/skip-file-for-deploy\n{{ broken`,
      'c.yaml': `\n# harness.io/skip-file-for-deploy\n${configMap('c')}`,
    })
    expect(skipped).toEqual(['a.yaml', 'b.yaml'])
    expect(objects.map(each => each.metadata.name)).toEqual(['c'])
  })

  it('takes definitions from helpers and notes, and objects from YAML only', () => {
    const { objects, told } = render({
      '_helpers.tpl': '{{ define "full" }}{{ .Values.name }}-full{{ end }}kind: Nonsense',
      'NOTES.txt': '{{ define "note" }}n{{ end }} Thank you for {{ .Values.nothing.here }}',
      'README.md': 'Write {{ anything you like',
      'a.yaml': configMap('{{ include "full" . }}-{{ include "note" . }}'),
    })
    expect(told).toEqual([])
    expect(objects.map(each => each.metadata.name)).toEqual(['cart-full-n'])
  })

  it('gives every file fresh values', () => {
    const { objects } = render({
      'a.yaml': `{{ $_ := set .Values "name" "changed" }}${configMap('{{ .Values.name }}')}`,
      'b.yaml': configMap('{{ .Values.name }}'),
    })
    expect(objects.map(each => each.metadata.name)).toEqual(['changed', 'cart'])
  })
})

describe('problems', () => {
  it('tells those of all files at once, each at its place in the template', () => {
    const { told } = render({
      'a.yaml': 'a: {{ .Values.name | nop }}\nb: {{ quot 1 }}\n',
      'b.yaml': `${configMap('b')}data:\n  x: {{ .Values.nothing.here }}\n`,
      'c.yaml': `${configMap('c')}data:\n{{- range list 1 2 }}\n  k{{ . }}: a: b\n{{- end }}\n`,
      'd.yaml': '{{ if true }}\n',
      '_e.tpl': '{{ define "e" }}',
      'f.yaml': `${configMap('{{ required "the name" .Values.nope }}')}`,
      'g.yaml': 'kind: X\n---\n- a\n',
    })
    expect(told.toSorted()).toEqual([
      '_e.tpl:1:4 TEMPLATE-SYNTAX',
      'a.yaml:1:22 TEMPLATE-FUNCTION-UNKNOWN',
      'a.yaml:2:7 TEMPLATE-FUNCTION-UNKNOWN',
      'b.yaml:6:9 TEMPLATE-EVALUATION',
      'c.yaml:7:13 DOCUMENTS-SYNTAX',
      'c.yaml:7:13 DOCUMENTS-SYNTAX',
      'd.yaml:1:4 TEMPLATE-SYNTAX',
      'f.yaml:4:12 TEMPLATE-REQUIRED',
      'g.yaml:1:1 MANIFESTS-FIELD-MISSING',
      'g.yaml:1:1 MANIFESTS-FIELD-MISSING',
      'g.yaml:3:1 MANIFESTS-NOT-AN-OBJECT',
    ])
  })

  it('shows line, caret, cause and near names', () => {
    const text = 'a: {{ .Values.name | upper | quot }}\n'
    const [problem] = render({ 'a.yaml': text }).problems
    expect(problem && showProblem(problem, text)).toBe(
      'a.yaml:1:30  error  SL-TEMPLATE-FUNCTION-UNKNOWN  Function quot: is not available yet; near are quote, not, squote\n' +
        '   1 | a: {{ .Values.name | upper | quot }}\n' +
        '     |                              ^ Correct the name, or write it with the functions that are there.',
    )
  })

  it('says where a template that fails was called', () => {
    const { problems } = render({ '_h.tpl': '{{ define "h" }}{{ fail "no" }}{{ end }}', 'a.yaml': '\nx: {{ include "h" . }}' })
    expect(problems.map(each => `${each.place?.file}:${each.place?.column} ${each.message}`)).toEqual([
      '_h.tpl:20 The template refuses: no (called from a.yaml:2)',
    ])
  })

  it("knows Helm's objects by name, and says that they are not there", () => {
    const { problems } = render({ 'a.yaml': 'a: {{ .Release.Name }}' })
    expect(problems.map(each => each.message)).toEqual(['.Release: is there in Helm charts only; manifests have .Values'])
  })

  it('shows the rendered line where YAML is broken by what a template wrote', () => {
    const { problems } = render(
      { 'a.yaml': `${configMap('{{ .Values.name }}')}data: {x: {{ .Values.v }}}\n` },
      { values: { name: 'a', v: '}: y' } },
    )
    expect(problems[0]?.message).toContain('(rendered: data: {x: }: y})')
    expect(problems[0]?.place?.line).toBe(5)
    expect(render({ 'a.yaml': 'a: b: c' }).problems[0]?.message).not.toContain('rendered')
  })

  it('finds an annotation that is no text, where the template has it', () => {
    const managed = (value: string): string => configMap('{{ .Values.name }}', `  annotations:\n    harness.io/managed: ${value}\n`)
    const told = (value: string): string[] => render({ 'a.yaml': managed(value) }, { values: { name: 'a', on: true } }).told
    expect(told('true')).toEqual(['a.yaml:6:25 MANIFESTS-MANAGED-UNQUOTED'])
    expect(told('{{ .Values.on }}')).toEqual(['a.yaml:6:25 MANIFESTS-MANAGED-UNQUOTED'])
    expect(told('"yes"')).toEqual(['a.yaml:6:25 MANIFESTS-MANAGED-INVALID'])
    expect(told('1')).toEqual(['a.yaml:6:25 MANIFESTS-MANAGED-INVALID'])
    expect(told('"false"')).toEqual([])
    expect(told('{{ .Values.on | quote }}')).toEqual([])
    expect(render({ 'a.yaml': configMap('a', '  labels:\n    version: 1.2\n') }).told).toEqual(['a.yaml:6:14 MANIFESTS-TEXT-WANTED'])
  })

  it('finds the same object twice, whatever version of its group is written', () => {
    const ingress = (version: string): string => `apiVersion: networking.k8s.io/${version}\nkind: Ingress\nmetadata: {name: a}\n`
    const { problems } = render({
      'a.yaml': `${configMap('a')}---\n${ingress('v1')}`,
      'b.yaml': `${configMap('a', '  namespace: shop\n')}---\n${ingress('v1beta1')}`,
    })
    expect(problems.map(each => each.message)).toEqual([
      'ConfigMap shop/a: stands in the manifests a second time, first in a.yaml:1',
      'Ingress shop/a: stands in the manifests a second time, first in a.yaml:6',
    ])
  })

  it('row 24: refuses Helm hooks, which would be applied with everything else', () => {
    const { told } = render({ 'a.yaml': configMap('a', '  annotations:\n    helm.sh/hook: pre-install\n') })
    expect(told).toEqual(['a.yaml:6:19 MANIFESTS-HOOK'])
  })
})

describe('objects', () => {
  it('are put into the namespace where they have none, unless they live in none', () => {
    const { objects, told } = render({
      'a.yaml': `${configMap('a')}---\n${configMap('b', '  namespace: other\n')}---\napiVersion: v1\nkind: Namespace\nmetadata: {name: c}\n`,
    })
    expect(objects.map(each => each.metadata.namespace)).toEqual(['shop', 'other', undefined])
    expect(told).toEqual(['a.yaml:10:14 MANIFESTS-NAMESPACE'])
  })

  it('of a kind that the manifests define live where its definition says', () => {
    const crd =
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a}\nspec: {scope: Cluster, names: {kind: Wide}}\n'
    const { objects } = render({ 'a.yaml': 'apiVersion: x/v1\nkind: Wide\nmetadata: {name: w}\n', 'b.yaml': crd })
    expect(objects.map(each => each.metadata.namespace)).toEqual([undefined, undefined])
  })

  it('are taken out of lists, each with its place', () => {
    const { rendered } = render({
      'a.yaml':
        'apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: a}\n  - apiVersion: v1\n    kind: ConfigMap\n    metadata:\n      name: b\n',
    })
    expect(rendered.map(each => [each.object.metadata.name, each.source.line, each.place(['metadata', 'name']).line])).toEqual([
      ['a', 4, 6],
      ['b', 7, 10],
    ])
  })

  it('of a range are told at the line that wrote them', () => {
    const { rendered } = render({ 'a.yaml': `# head\n{{ range until 3 }}\n---\n${configMap('a{{ . }}')}\n{{ end }}` })
    expect(
      rendered.map(each => [
        each.object.metadata.name,
        each.source.line,
        each.place(['metadata', 'name']).line,
        each.place(['kind']).column,
      ]),
    ).toEqual([
      ['a0', 4, 7, 7],
      ['a1', 4, 7, 7],
      ['a2', 4, 7, 7],
    ])
  })
})

describe('the image of the run', () => {
  const deployment =
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n      initContainers: [{name: i, image: "r.io:5000/cart:1"}]\n      containers: [{name: c, image: "r.io:5000/cart"}, {name: o, image: "r.io:5000/cart-extra:1"}]\n'
  const images = (image: ManifestSource['image']): unknown =>
    JSON.stringify(render({ 'a.yaml': deployment }, image && { image }).objects[0]).match(/r\.io[^"]*/g)

  it('reaches every container of its repository, and no other', () => {
    expect(images({ repository: 'r.io:5000/cart', tag: '2' })).toEqual(['r.io:5000/cart:2', 'r.io:5000/cart:2', 'r.io:5000/cart-extra:1'])
    expect(images({ repository: 'r.io:5000/cart', digest: 'sha256:ab' })).toEqual([
      'r.io:5000/cart@sha256:ab',
      'r.io:5000/cart@sha256:ab',
      'r.io:5000/cart-extra:1',
    ])
    expect(images({ repository: 'r.io:5000/cart' })).toEqual(['r.io:5000/cart:1', 'r.io:5000/cart', 'r.io:5000/cart-extra:1'])
  })

  it('that no container has is told', () => {
    expect(render({ 'a.yaml': deployment }, { image: { repository: 'cart', tag: '2' } }).told).toEqual(['?:0:0 MANIFESTS-IMAGE-UNUSED'])
  })
})

describe('values', () => {
  it('of later files win key by key; null takes away what an earlier file set', () => {
    expect(
      layerValues([{ a: { x: 1, y: 2 }, l: [1, 2], gone: 1, kept: null }, null, { a: { y: 3, z: null }, l: [3], gone: null }]),
    ).toEqual({
      a: { x: 1, y: 3, z: null },
      l: [3],
      kept: null,
    })
  })

  it('are overridden as by helm --set', () => {
    const text = configMap('a', 'data:\n  x: {{ toJson .Values | quote }}\n  both: "{{ .Values.n }} {{ .Values.f }}"\n')
    const set = (...overrides: string[]): unknown =>
      (render({ 'a.yaml': text }, { values: { f: 1_000_000, a: { b: 1 }, l: [1, 2] }, overrides }).objects[0]?.['data'] as {
        x: string
        n: string
      }) ?? overrides
    expect(set('n=1000000,a.c=x,l[1].k=true')).toEqual({
      x: '{"a":{"b":1,"c":"x"},"f":1000000,"l":[1,{"k":true}],"n":1000000}',
      both: '1000000 1e+06',
    })
    expect(set('a=null', 'f=007', 'q={a,1,x}', 'e=', 's=a\\,b\\=c', 'd\\.e=1', 'o[2]=z')).toEqual({
      x: '{"d.e":1,"e":"","f":"007","l":[1,2],"o":[null,null,"z"],"q":["a",1,"x"],"s":"a,b=c"}',
      both: ' 007',
    })
    expect(render({ 'a.yaml': text }, { overrides: ['x', 'a[b]=1', 'q={a'] }).told).toEqual(
      Array.from({ length: 3 }, () => '?:0:0 MANIFESTS-OVERRIDE'),
    )
  })
})
