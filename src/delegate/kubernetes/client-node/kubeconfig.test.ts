import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { kubeconfigFiles, readKubeconfig } from './kubeconfig.ts'
import { proxyOf } from './proxy.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-kubeconfig-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const file = (name: string, text: string): string => {
  const full = path.join(folder, name)
  writeFileSync(full, text)
  return full
}
const context = (name: string, server: string, user = '{}') => `
current-context: ${name}
contexts: [{ name: ${name}, context: { cluster: ${name}, user: ${name} } }]
clusters: [{ name: ${name}, cluster: { server: "${server}" } }]
users: [{ name: ${name}, user: ${user} }]
`

describe('reading a kubeconfig', () => {
  it('takes the file that is named before KUBECONFIG, and KUBECONFIG before the home folder', () => {
    const named = file('named', context('a', 'https://a'))
    const listed = file('listed', context('b', 'https://b'))
    expect(readKubeconfig({ kubeconfig: named }, { KUBECONFIG: listed })?.context).toBe('a')
    expect(readKubeconfig({}, { KUBECONFIG: listed, HOME: folder })?.context).toBe('b')
    expect(readKubeconfig({}, { HOME: folder })).toBeUndefined()
  })

  it('merges the files of KUBECONFIG: the first to say something wins, missing ones are passed over', () => {
    const one = file('one', context('a', 'https://first'))
    const two = file('two', `${context('a', 'https://second')}\n`)
    const three = file('three', context('c', 'https://c'))
    const KUBECONFIG = ['/no/such/file', one, two, three].join(path.delimiter)
    expect(readKubeconfig({}, { KUBECONFIG })).toMatchObject({ context: 'a', cluster: { server: 'https://first' } })
    expect(readKubeconfig({ context: 'c' }, { KUBECONFIG })).toMatchObject({ context: 'c', cluster: { server: 'https://c' } })
  })

  it('tells another process which files to read: all of them, from whatever folder', () => {
    const one = file('one', context('a', 'https://a'))
    const two = file('two', context('b', 'https://b'))
    const KUBECONFIG = [path.relative(process.cwd(), one), two].join(path.delimiter)
    const files = kubeconfigFiles({}, { KUBECONFIG })
    expect(files).toBe([one, two].join(path.delimiter))
    expect(readKubeconfig({ kubeconfig: files, context: 'b' }, { KUBECONFIG: '/no/such/file' })?.cluster.server).toBe('https://b')
    expect(kubeconfigFiles({ kubeconfig: two }, { KUBECONFIG })).toBe(two)
    expect(kubeconfigFiles({}, { HOME: path.join(folder, 'nobody') })).toBeUndefined()
  })

  it('resolves paths against the folder of the file', () => {
    const user = '{ client-certificate: pki/a.crt, client-key: /abs/a.key, tokenFile: token, exec: { command: ./plugin } }'
    const read = readKubeconfig({ kubeconfig: file('config', context('a', 'https://a', user)) }, {})
    expect(read?.user).toMatchObject({
      'client-certificate': path.join(folder, 'pki/a.crt'),
      'client-key': '/abs/a.key',
      tokenFile: path.join(folder, 'token'),
      exec: { command: path.join(folder, 'plugin') },
    })
  })

  it.each([
    ['contexts: [', 'it cannot be read'],
    ['- a', 'it is not a kubeconfig'],
    ['contexts: []', 'it has no current-context, and no context is named'],
    [context('a', 'https://a').replace('cluster: a,', 'cluster: x,'), 'context "a": cluster "x" has no server'],
    [context('a', 'https://a').replace('user: a }', 'user: x }'), 'context "a": there is no user "x"'],
  ])('tells what is wrong with %j', (text, reason) => {
    expect(() => readKubeconfig({ kubeconfig: file('config', text) }, {})).toThrow(reason)
  })
})

describe('proxies of the environment', () => {
  const environment = { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'internal.example.com, .corp:6443,10.0.0.0/8' }
  it.each([
    ['https://api.example.com', 'http://proxy:3128'],
    ['http://api.example.com', undefined],
    ['https://internal.example.com', undefined],
    ['https://x.internal.example.com:6443', undefined],
    ['https://a.corp:6443', undefined],
    ['https://a.corp:443', 'http://proxy:3128'],
    ['https://10.1.2.3:6443', undefined],
    ['https://11.1.2.3:6443', 'http://proxy:3128'],
    ['https://127.0.0.1:6443', undefined],
  ])('%s goes through %s', (server, proxy) => {
    expect(proxyOf(server, environment)).toBe(proxy)
  })

  it('reads lower case names too', () => {
    expect(proxyOf('https://a.example.com', { https_proxy: 'http://p' })).toBe('http://p')
  })
})
