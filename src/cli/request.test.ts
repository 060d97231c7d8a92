import path from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { prepareRun } from '#model/application/index.ts'
import { exampleApplication } from '#model/workflow/index.ts'
import { requestOf } from './request.ts'

afterEach(() => vi.unstubAllEnvs())

const clusterAsked = async (from: string, to: string) => {
  const files = exampleApplication({ name: 'cart', image: 'ghcr.io/acme/cart' }).map(file => ({
    ...file,
    text: file.text.replace(from, to),
  }))
  const { workflow } = requestOf(await prepareRun(files, 'canary', { tag: '1' }))
  return workflow.releases[0]?.cluster
}

it('names the kubeconfig of the command, for the host may have begun under another one', async () => {
  vi.stubEnv('KUBECONFIG', ['eu.yaml', '/clusters/us.yaml'].join(path.delimiter))
  expect(await clusterAsked('cluster: {}', 'cluster: { context: eu }')).toEqual({
    context: 'eu',
    kubeconfig: [path.resolve('eu.yaml'), '/clusters/us.yaml'].join(path.delimiter),
  })
  expect(await clusterAsked('cluster: {}', 'cluster: { kubeconfig: clusters/own.yaml }')).toEqual({
    kubeconfig: path.resolve('clusters/own.yaml'),
  })
})

it('leaves a cluster alone that this process does not reach by a kubeconfig of its own', async () => {
  vi.stubEnv('KUBECONFIG', '/clusters/us.yaml')
  expect(await clusterAsked('cluster: {}', 'cluster: { inCluster: true }')).toEqual({ inCluster: true })
  expect(await clusterAsked('cluster: {}', 'cluster: { context: eu }\n  delegates: [eu]')).toEqual({ context: 'eu' })
})
