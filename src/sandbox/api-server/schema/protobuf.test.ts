import { describe, expect, it } from 'vitest'
import { openEnvelope, readMessage } from './protobuf.ts'
import { builtInType } from './tables.ts'

const varint = (value: number): Buffer => {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return Buffer.from(bytes)
}
const number = (field: number, value: number): Buffer => Buffer.concat([varint(field << 3), varint(value)])
const message = (field: number, ...parts: (Buffer | string)[]): Buffer => {
  const body = Buffer.concat(parts.map(part => Buffer.from(part)))
  return Buffer.concat([varint((field << 3) | 2), varint(body.length), body])
}
const envelope = (apiVersion: string, kind: string, ...object: Buffer[]): Buffer =>
  Buffer.concat([Buffer.from('k8s\0'), message(1, message(1, apiVersion), message(2, kind)), message(2, ...object)])

describe('protobuf as Kubernetes clients send it', () => {
  it('opens the envelope, and knows what is none', () => {
    expect(openEnvelope(envelope('v1', 'ConfigMap'))).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', object: Buffer.alloc(0) })
    expect(openEnvelope(Buffer.from('{"kind":"ConfigMap"}'))).toBeUndefined()
  })

  it('reads texts, maps, bytes and times', () => {
    const bytes = Buffer.concat([
      message(1, message(1, 'a'), message(8, number(1, 1_767_225_600)), message(11, message(1, 'k'), message(2, 'v'))),
      message(2, message(1, 'x'), message(2, 'secret')),
      message(3, 'Opaque'),
    ])
    expect(readMessage(builtInType('Secret'), bytes)).toEqual({
      metadata: { name: 'a', creationTimestamp: '2026-01-01T00:00:00.000Z', labels: { k: 'v' } },
      data: { x: Buffer.from('secret').toString('base64') },
      type: 'Opaque',
    })
  })

  it('reads lists, numbers below zero, inlined messages, quantities and what is a number or a text', () => {
    const volume = message(1, message(1, 'v'), message(2, message(19, message(1, message(1, 'c')))))
    const resources = message(8, message(1, message(1, 'cpu'), message(2, message(1, '500m'))))
    const container = message(2, message(1, 'app'), message(3, 'run'), message(3, '-v'), resources)
    expect(readMessage(builtInType('PodSpec'), Buffer.concat([volume, container, number(25, -5)]))).toEqual({
      volumes: [{ name: 'v', configMap: { name: 'c' } }],
      containers: [{ name: 'app', command: ['run', '-v'], resources: { limits: { cpu: '500m' } } }],
      priority: -5,
    })
    const rolling = Buffer.concat([message(1, number(1, 0), number(2, 2)), message(2, number(1, 1), message(3, '25%'))])
    expect(readMessage(builtInType('RollingUpdateDeployment'), rolling)).toEqual({ maxUnavailable: 2, maxSurge: '25%' })
  })

  it('refuses a message that is cut off', () => {
    const whole = message(1, message(1, 'name'))
    expect(() => readMessage(builtInType('ConfigMap'), whole.subarray(0, whole.length - 2))).toThrow('cut off')
  })
})
