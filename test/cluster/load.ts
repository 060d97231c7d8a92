import type { KubernetesObject } from '#base/index.ts'
import type { Objects } from '#delegate/kubernetes/index.ts'
import { LOAD_PORT, RUNS, type LoadAnswer, type LoadPage } from '#sandbox/load/index.ts'
import { isReady } from '#model/release/index.ts'
import { hardened, POLL, programVolume, until } from './cluster-ways.ts'

/** The load generator of one story, asked through a port-forward. */
export interface Load {
  /** Resolves when requests are answered by pods of the application, several in a row. */
  reaches(signal: AbortSignal): Promise<void>
  start(): Promise<void>
  /** Sends no more; resolves when the last request is answered or given up. */
  stop(): Promise<void>
  /** Every answer, on the clock of this machine; `blur`: milliseconds by which that may be wrong. */
  answers(): Promise<{ readonly answers: readonly LoadAnswer[]; readonly blur: number }>
}

export interface LoadChoice {
  readonly namespace: string
  readonly image: string
  readonly url: string
  readonly host: string
  readonly perSecond: number
}

const name = 'load-generator'

/** Starts the pod, and resolves when it is ready. */
export async function openLoad(objects: Objects, choice: LoadChoice, signal: AbortSignal): Promise<Load> {
  await objects.create(podOf(choice), { fieldManager: 'sluice-cluster-test' }, signal)
  const ref = { apiVersion: 'v1', kind: 'Pod', namespace: choice.namespace, name }
  await until(`Pod ${choice.namespace}/${name} is ready`, signal, async () => {
    const pod = await objects.get(ref, signal)
    return pod !== undefined && isReady(pod)
  })
  const ask = async (method: string, path: string): Promise<string> => {
    const { status, body } = await objects.cluster.podHttp(ref, LOAD_PORT, { method, path }, signal)
    if (status !== 200) throw new Error(`Pod ${choice.namespace}/${name}: ${method} ${path} answered ${status}: ${body}`)
    return body
  }
  return {
    async reaches() {
      let inARow = 0
      await until(`${choice.host} is answered by pods of the application`, signal, async () => {
        const [, , , version] = JSON.parse(await ask('POST', '/probe')) as LoadAnswer
        inARow = version === null ? 0 : inARow + 1
        return inARow >= ENOUGH
      })
    },
    start: async () => void (await ask('POST', '/start')),
    stop: async () => void (await ask('POST', '/stop')),
    async answers() {
      const { ahead, blur } = await clockOf(ask)
      const answers: LoadAnswer[] = []
      for (;;) {
        const page = JSON.parse(await ask('GET', `/answers?from=${answers.length}`)) as LoadPage
        if (page.answers.length === 0) return { answers, blur }
        for (const [sent, answered, status, version] of page.answers) answers.push([sent - ahead, answered - ahead, status, version])
      }
    },
  }
}

/** Answers in a row after which the gateway counts as ready: a route reaches several proxies one after the other. */
const ENOUGH = 10

/** How far the generator's clock is ahead of ours: the quickest of some exchanges is the best witness, and wrong by half of its time at most. */
async function clockOf(ask: (method: string, path: string) => Promise<string>): Promise<{ readonly ahead: number; readonly blur: number }> {
  const seen: { ahead: number; blur: number }[] = []
  for (let i = 0; i < 5; i++) {
    const begun = Date.now()
    const { now } = JSON.parse(await ask('GET', '/answers?from=1000000000')) as LoadPage
    const ended = Date.now()
    seen.push({ ahead: now - (begun + ended) / 2, blur: (ended - begun) / 2 })
  }
  const best = seen.toSorted((a, b) => a.blur - b.blur)[0] ?? { ahead: 0, blur: 0 }
  // A watch brings a split half an exchange after it was written.
  return { ahead: best.ahead, blur: Math.max(LEAST_BLUR, 4 * best.blur) }
}

/** Milliseconds: timers and watches of two processes on one machine are not closer. */
const LEAST_BLUR = 2 * POLL

function podOf({ namespace, image, url, host, perSecond }: LoadChoice): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { app: name }, annotations: { [RUNS]: name } },
    spec: {
      ...hardened.pod,
      containers: [
        {
          name,
          image,
          command: ['node', '/program/load-generator.mjs'],
          env: Object.entries({ LOAD_URL: url, LOAD_HOST: host, LOAD_PER_SECOND: String(perSecond) }).map(([key, value]) => ({
            name: key,
            value,
          })),
          ports: [{ containerPort: LOAD_PORT }],
          readinessProbe: { httpGet: { path: '/ready', port: LOAD_PORT } },
          resources: { requests: { cpu: '20m', memory: '64Mi' } },
          securityContext: hardened.container,
          volumeMounts: [{ name: 'program', mountPath: '/program' }],
        },
      ],
      volumes: [programVolume],
    },
  }
}
