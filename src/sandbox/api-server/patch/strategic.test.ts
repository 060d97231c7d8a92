import { describe, expect, it } from 'vitest'
import { builtInType } from '../schema/tables.ts'
import { strategicMergePatch } from './strategic.ts'

const spec = builtInType('PodSpec')
const patch = (target: object, with_: object) => strategicMergePatch(spec, target, with_ as Readonly<Record<string, unknown>>)
const names = (made: Readonly<Record<string, unknown>>) => (made['containers'] as { name: string }[]).map(({ name }) => name).join('')
const containers = (...list: string[]) => list.map(name => ({ name }))

describe('a strategic merge patch', () => {
  it('merges items by their key and puts new ones first', () => {
    const made = patch({ containers: [{ name: 'a', image: '1', tty: true }] }, { containers: [{ name: 'n' }, { name: 'a', image: '2' }] })
    expect(made).toEqual({ containers: [{ name: 'n' }, { name: 'a', image: '2', tty: true }] })
  })

  it('replaces a list that has no key', () => {
    expect(patch({ tolerations: [{ key: 'a' }] }, { tolerations: [{ key: 'b' }] })).toEqual({ tolerations: [{ key: 'b' }] })
  })

  it('deletes items, replaces lists and clears maps as directives say', () => {
    expect(names(patch({ containers: containers('a', 'b') }, { containers: [{ name: 'a', $patch: 'delete' }] }))).toBe('b')
    expect(names(patch({ containers: containers('a', 'b') }, { containers: [{ $patch: 'replace' }, { name: 'c' }] }))).toBe('c')
    expect(patch({ nodeSelector: { a: 'b' } }, { nodeSelector: { $patch: 'replace', c: 'd' } })).toEqual({ nodeSelector: { c: 'd' } })
    expect(patch({ nodeSelector: { a: 'b' } }, { nodeSelector: null })).toEqual({})
  })

  it('orders items by $setElementOrder, others near their old neighbours', () => {
    const order = (...list: string[]) => ({ '$setElementOrder/containers': containers(...list) })
    expect(names(patch({ containers: containers('a', 'b', 'c') }, order('c', 'a', 'b')))).toBe('cab')
    expect(names(patch({ containers: containers('c', 'a', 'b') }, { ...order('b', 'n', 'c'), containers: containers('n') }))).toBe('abnc')
    expect(() => patch({ containers: containers('a', 'b') }, { ...order('a'), containers: containers('b') })).toThrow(
      "The order in patch list:\n[map[name:b]]\n doesn't match $setElementOrder list:\n[map[name:a]]\n",
    )
  })

  it('keeps only what $retainKeys names, and wants all its keys named', () => {
    const volume = { volumes: [{ name: 'v', emptyDir: {} }] }
    const retain = { name: 'v', configMap: { name: 'c' }, $retainKeys: ['name', 'configMap'] }
    expect(patch(volume, { volumes: [retain] })).toEqual({ volumes: [{ name: 'v', configMap: { name: 'c' } }] })
    expect(() => patch(volume, { volumes: [{ ...retain, $retainKeys: ['name'] }] })).toThrow('invalid patch format of retainKeys')
  })

  it('says what it cannot do in the words of the API server', () => {
    expect(() => patch({ containers: containers('a') }, { containers: [{ image: 'x' }] })).toThrow(
      'map: map[image:x] does not contain declared merge key: name',
    )
    expect(() => patch({ containers: containers('a') }, { containers: [{ name: 'a', $patch: 'bad' }] })).toThrow(
      'unknown patch type: bad in map: map[$patch:bad name:a]',
    )
  })
})
