import { describe, expect, it } from 'vitest'
import { messageOf, testServer } from '../server-in-tests.ts'

const pods = '/api/v1/namespaces/default/pods'
const quotas = '/api/v1/namespaces/default/resourcequotas'
const pod = (name: string, cpu?: string) => ({
  metadata: { name },
  spec: { containers: [{ name: 'app', image: 'web:1', ...(cpu ? { resources: { requests: { cpu } } } : {}) }] },
})

describe('a ResourceQuota', () => {
  it('lets as many objects in as it says', () => {
    const { create, send } = testServer()
    create(quotas, { metadata: { name: 'q' }, spec: { hard: { pods: '1', 'count/configmaps': '0' } } })
    create(pods, pod('a'))
    const refused = send('POST', pods, pod('b'))
    expect(refused.status).toBe(403)
    expect(messageOf(refused)).toBe('pods "b" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1')
    expect(send('POST', '/api/v1/namespaces/default/configmaps', { metadata: { name: 'c' } }).status).toBe(403)
    expect(send('POST', '/api/v1/namespaces/kube-system/pods', pod('d')).status).toBe(201)
  })

  it('adds up what pods ask for, and wants them to ask', () => {
    const { create, send } = testServer()
    create(quotas, { metadata: { name: 'q' }, spec: { hard: { 'requests.cpu': '1' } } })
    create(pods, pod('a', '600m'))
    expect(messageOf(send('POST', pods, pod('b', '500m')))).toBe(
      'pods "b" is forbidden: exceeded quota: q, requested: requests.cpu=500m, used: requests.cpu=600m, limited: requests.cpu=1',
    )
    expect(send('POST', pods, pod('c', '400m')).status).toBe(201)
    expect(messageOf(send('POST', pods, pod('d')))).toContain('failed quota: q: must specify requests.cpu for: app')
  })
})
