import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { layerValues, renderManifests } from '#model/manifests/index.ts'
import { withOracle } from './helm.ts'

const text =
  'kind: A\napiVersion: v1\nmetadata: {name: a}\ntold: |\n  {{ toJson .Values }} {{ range $k, $v := .Values }}{{ $k }}={{ $v }} {{ end }}\n'
const layers = [
  { a: { b: 1, c: [1, 2], gone: 1 }, away: { x: 1 }, f: 1_000_000, l: [1, { k: 'v' }], t: 'x' },
  { a: { b: 2, d: 3, gone: null }, l: [9], away: null },
]

const cases: readonly (readonly string[])[] = [
  [],
  ['n=1000000,a.b=x,l[1].k=true,f=2.5'],
  ['s=007', 'e=', 'q={a,1,x}', 'z={}', 'm=1.5', 'neg=-3', 'zero=0', 'big=9223372036854775808', 'T=True', 'F=FALSE'],
  ['s=a\\,b\\=c', 'd\\.e=1', 'o[2]=z', 'p[0][1]=w', 'u=a=b', 'sp=a b'],
  ['a=null', 'f=null', 't={x}', 'l[0]=q', 'plus=+5', 'w={a\\,b,c}'],
  ['l={x,y},l[3]=z', 'r.s.t.u=1,r.s.v=2', 'em={,}', 'tail=1,'],
]

withOracle('helm', 'layers of values and overrides are what helm makes of --values and --set', helm => {
  const chart = mkdtempSync(join(tmpdir(), 'sluice-oracle-'))
  try {
    mkdirSync(join(chart, 'templates'))
    writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: oracle\nversion: 0.1.0\n')
    writeFileSync(join(chart, 'templates', 'a.yaml'), text)
    // The first layer is what a chart brings itself: a null takes away what that sets.
    const files = layers.map((_, index) => join(chart, index === 0 ? 'values.yaml' : `values-${index}.json`))
    for (const [index, file] of files.entries()) writeFileSync(file, JSON.stringify(layers[index]))
    const given = files.slice(1).flatMap(file => ['--values', file])
    for (const overrides of cases) {
      const printed = execFileSync(helm, ['template', chart, ...given, ...overrides.flatMap(each => ['--set', each])], { encoding: 'utf8' })
      const theirs = printed.slice(printed.indexOf('told: |\n') + 10).trimEnd()
      const ours = renderManifests({ templates: [{ path: 'a.yaml', text }], values: layerValues(layers), overrides, namespace: 'x' })
      expect(ours.problems).toEqual([])
      expect(String(ours.objects[0]?.object['told']).trimEnd()).toBe(theirs)
    }
  } finally {
    rmSync(chart, { recursive: true, force: true })
  }
})
