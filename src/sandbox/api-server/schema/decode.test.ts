import { describe, expect, it } from 'vitest'
import { decode, DecodeError } from './decode.ts'
import { builtInType } from './tables.ts'

const read = (kind: string, value: unknown) => {
  const unknown: string[] = []
  return { value: decode(builtInType(kind), value, { defaults: true, unknown }), unknown }
}

describe('decoding as the API server types do', () => {
  it('fills in what a container and its template get by default', () => {
    const { value } = read('PodTemplateSpec', { spec: { containers: [{ name: 'a', image: 'x', ports: [{ containerPort: 80 }] }] } })
    expect(value).toEqual({
      metadata: {},
      spec: {
        containers: [
          {
            name: 'a',
            image: 'x',
            ports: [{ containerPort: 80, protocol: 'TCP' }],
            resources: {},
            terminationMessagePath: '/dev/termination-log',
            terminationMessagePolicy: 'File',
          },
        ],
        restartPolicy: 'Always',
        terminationGracePeriodSeconds: 30,
        dnsPolicy: 'ClusterFirst',
        securityContext: {},
        schedulerName: 'default-scheduler',
      },
    })
  })

  it('drops what Go leaves out, keeps a zero behind a pointer and writes what Go always writes', () => {
    const { value } = read('Deployment', {
      metadata: { labels: {} },
      spec: { replicas: 0, paused: false, minReadySeconds: 0, selector: null },
    })
    expect(value).toMatchObject({ metadata: {}, spec: { replicas: 0, selector: null, strategy: { type: 'RollingUpdate' } }, status: {} })
    expect(value['spec']).not.toHaveProperty('paused')
    expect(value['spec']).not.toHaveProperty('minReadySeconds')
  })

  it('names unknown fields by their path', () => {
    expect(read('ConfigMap', { metadata: { nope: 1 }, data: {}, more: 1 }).unknown).toEqual(['metadata.nope', 'more'])
    expect(read('PodTemplateSpec', { spec: { containers: [{ name: 'a', imag: 'x' }] } }).unknown).toEqual(['spec.containers[0].imag'])
  })

  it('refuses a value of another type in the words of Go', () => {
    expect(() => read('ConfigMap', { data: { k: 1 } })).toThrow(DecodeError)
    expect(() => read('ConfigMap', { data: { k: 1 } })).toThrow(
      'json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
    )
    expect(() => read('Secret', { data: { a: '***' } })).toThrow('illegal base64 data at input byte 0')
  })

  it('writes quantities in their shortest form', () => {
    expect(read('ResourceRequirements', { limits: { memory: '0.5Gi', cpu: '1000m', disk: '1024Ki', gpu: 2 } }).value).toEqual({
      limits: { cpu: '1', disk: '1Mi', gpu: '2', memory: '512Mi' },
    })
  })
})
