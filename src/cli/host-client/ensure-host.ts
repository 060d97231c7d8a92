import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, openSync, closeSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { Failure } from '#base/index.ts'
import { FailureRecord, hostAddress, type HostAddress } from '#protocol/http/index.ts'
import { hostClientAt, type HostClient } from './client.ts'
import { hostClient } from './failures.ts'

/** A first start writes a database of 40 MB; on a slow disk this takes seconds, never a minute. */
const startLimit = 60_000
/** How often a host that somebody else is starting or ending is looked at. Each look costs the start of a process. */
const lookAgain = 250

/** How a host is started: the program (`dist/host.mjs`) and what it gets to see. */
export interface HostProgram {
  readonly file: string
  readonly args?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

/** Where this person's host is found, by the environment of this process. */
export function localAddress(env: NodeJS.ProcessEnv = process.env): HostAddress {
  return hostAddress({ env, home: homedir(), cwd: process.cwd(), uid: process.getuid?.() ?? 0 })
}

/** The host of this data folder: the running one, else one that is started in the background and outlives this process. */
export async function ensureHost(address: HostAddress, program: HostProgram, signal?: AbortSignal): Promise<HostClient> {
  const client = hostClientAt(address.socket)
  for (let waited = 0; ; waited += lookAgain) {
    if (await answers(client, signal)) return client
    const started = await startHost(address, program)
    if (started === 'ready') return client
    // Somebody else's host is starting, or ending: it answers in a moment, or leaves the folder to the next attempt.
    if (waited > startLimit) throw started
    await pause(lookAgain, undefined, signal ? { signal } : {})
  }
}

/** The running host, if there is one. */
export async function findHost(address: HostAddress, signal?: AbortSignal): Promise<HostClient | undefined> {
  const client = hostClientAt(address.socket)
  return (await answers(client, signal)) ? client : undefined
}

async function answers(client: HostClient, signal?: AbortSignal): Promise<boolean> {
  try {
    await client.host(signal)
    return true
  } catch (error) {
    if (error instanceof Failure && (error.code === 'SL-HOST-NOT-RUNNING' || error.code === 'SL-HOST-GONE')) return false
    throw error
  }
}

/** Starts a host and waits for its one line on descriptor 3. Gives `ready`, or the refusal where another host has the folder. */
async function startHost(address: HostAddress, program: HostProgram): Promise<'ready' | Failure> {
  const log = join(address.folder, 'host.log')
  mkdirSync(address.folder, { recursive: true, mode: 0o700 })
  const output = openSync(log, 'a', 0o600)
  const child = spawn(process.execPath, [program.file, '--ready-fd', '3', ...(program.args ?? [])], {
    detached: true,
    stdio: ['ignore', output, output, 'pipe'],
    env: { ...process.env, ...program.env, SLUICE_HOME: address.folder },
  })
  closeSync(output)
  const said = await Promise.race([text(child.stdio[3] as Readable), failedToSpawn(child), afterLimit()])
  child.unref()
  if (said === 'ready\n') return 'ready'
  const failure = refusal(said)
  if (failure?.code === 'SL-STORE-LOCKED') return failure
  throw failure ?? hostClient.NOT_STARTED({ folder: address.folder, reason: said || 'it ended without a word', log })
}

const failedToSpawn = (child: ChildProcess): Promise<string> => new Promise(resolve => child.once('error', error => resolve(error.message)))
const afterLimit = (): Promise<string> => pause(startLimit, `it was not ready after ${startLimit / 1000} s`, { ref: false })

function refusal(said: string): Failure | undefined {
  try {
    return new Failure(FailureRecord.parse(JSON.parse(said)))
  } catch {
    return undefined
  }
}
