import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { rmSync } from 'node:fs'
import type { Clock, Random } from '#base/index.ts'
import { openEngine, type EngineStore } from '#control-plane/engine/index.ts'
import { programName, workflowProgram } from '#control-plane/executions/index.ts'
import { createApi } from '#control-plane/http/index.ts'
import { openTaskSource } from '#control-plane/tasks/index.ts'
import { openDelegate, type DelegateOptions } from '#delegate/main.ts'
import type { HostView } from '#protocol/http/index.ts'
import { openIdle, type Idle } from './idle.ts'
import { listenOn } from './socket.ts'
import { openTrouble, type Trouble } from './trouble.ts'

/** Where the host writes what happens: constant messages, facts as fields. */
export interface Log {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

export interface HostOptions {
  /** Opened, and its data folder locked, by the caller; closed by the host. */
  readonly store: EngineStore & { close(): Promise<void> }
  readonly clock: Clock
  readonly random: Random
  /** The cluster that a reference names. */
  readonly cluster: DelegateOptions['cluster']
  readonly socket: string
  /** Milliseconds without anything to do, after which it ends. */
  readonly idle: number
  readonly log: Log
  readonly about: Pick<HostView, 'version' | 'pid' | 'folder' | 'store' | 'log'>
}

/** A host that answers. */
export interface Host {
  /** Begins the end; what is under way goes on with the next host. */
  stop(reason: string): void
  /** Resolves when everything is closed. */
  readonly ended: Promise<void>
}

/** Joins the control plane, one delegate and the API on a socket over one store. Resolves when it answers. */
export async function openHost(options: HostOptions): Promise<Host> {
  const { store, clock, random, log, socket, about } = options
  const startedAt = new Date(clock.now()).toISOString()
  let stop = (_reason: string): void => {}
  const stopping = new Promise<string>(resolve => (stop = resolve))
  const unfinished = async (): Promise<number> => (await store.journal.list({ unfinished: true })).length
  const idle = openIdle({ clock, after: options.idle, busy: async () => (await unfinished()) > 0, end: () => stop('idle') })
  const trouble = openTrouble(clock)
  const endHints = followWrites(store, idle, trouble)
  const engine = openEngine({
    store,
    clock,
    programs: { [programName]: workflowProgram(store.content) },
    onTrouble: ({ error, ...facts }) => log.warn({ ...facts, err: trouble.noted(error) }, 'engine in trouble'),
  })
  const source = openTaskSource({ store, clock, lease: 'process' })
  const delegate = openDelegate({
    name: 'embedded',
    selectors: 'every',
    source,
    clock,
    random,
    cluster: options.cluster,
    onTrouble: error => log.warn({ err: trouble.noted(error) }, 'delegate in trouble'),
  })
  const view = async (): Promise<HostView> => {
    const running = await unfinished()
    const ends = running === 0 ? idle.endsAt() : undefined
    const more = { ...trouble.told(), ...(ends && { idleEndsAt: new Date(ends).toISOString() }) }
    return { ...about, startedAt, running, ...more }
  }
  const api = createApi({
    store,
    engine,
    clock,
    host: { view, stop: who => stop(`asked by ${who}`) },
    onRequest: () => idle.begin(),
    onTrouble: ({ request, error }) => log.error({ request, err: error }, 'request failed'),
  })
  const server = createAdaptorServer({ fetch: api.fetch }) as Server

  const close = async (reason: string): Promise<void> => {
    log.info({ reason }, 'host ends')
    idle.close()
    endHints()
    await delegate.close()
    source.close()
    await engine.close()
    await closeServer(server)
    rmSync(socket, { force: true })
    await store.close()
  }
  const ended = stopping.then(close)
  await listenOn(server, socket).catch(async (error: unknown) => {
    stop('no socket')
    await ended
    throw error
  })
  log.info({ socket, running: await unfinished() }, 'host answers')
  return { stop, ended }
}

/** Whatever is written down ends trouble with writing; what executions do keeps the host from being idle. */
function followWrites(store: HostOptions['store'], idle: Idle, trouble: Trouble): () => void {
  return store.subscribe(hint => {
    trouble.over()
    if (hint.is === 'journal') idle.touch()
  })
}

/** Answers that are nearly out may finish; live streams are cut, their readers come back to the next host. */
const lastAnswers = 200

function closeServer(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), lastAnswers).unref()
  })
}
