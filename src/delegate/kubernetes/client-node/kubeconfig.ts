import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { failures } from '../failures.ts'

/** What decides which kubeconfig and context are used; see ClusterRef. */
export interface KubeconfigChoice {
  readonly kubeconfig?: string | undefined
  readonly context?: string | undefined
}

/** The parts of the process' environment that count. */
export type Environment = Readonly<Record<string, string | undefined>>

type Entry = Readonly<Record<string, unknown>>

/** A kubeconfig, all files merged, all paths absolute; entries as they stand in the file. */
export interface Kubeconfig {
  /** For people: the file, or the list of files. */
  readonly file: string
  readonly context: string
  readonly cluster: Entry & { readonly server: string }
  readonly user: Entry
}

interface Document {
  readonly 'current-context'?: string
  readonly contexts?: readonly { readonly name: string; readonly context?: { readonly cluster?: string; readonly user?: string } }[]
  readonly clusters?: readonly { readonly name: string; readonly cluster?: Entry }[]
  readonly users?: readonly { readonly name: string; readonly user?: Entry }[]
}

/**
 * Reads the kubeconfig as kubectl does: the list that is named, else the one in KUBECONFIG (missing ones are passed over, the first to say
 * something wins), else ~/.kube/config. Undefined when none is named and there is none.
 */
export function readKubeconfig(choice: KubeconfigChoice, environment: Environment): Kubeconfig | undefined {
  const files = filesOf(choice, environment)
  const present = files.names.filter(name => existsSync(name))
  const file = files.names.join(path.delimiter)
  if (present.length === 0) {
    if (files.named) throw failures.KUBECONFIG_MISSING({ file })
    return undefined
  }
  return pick(merge(present.map(readDocument)), choice.context, file)
}

/**
 * The files that would be read, absolute and as one list: what another process is told, so that it reads the same. Undefined where none is
 * named and there is none.
 */
export function kubeconfigFiles(choice: KubeconfigChoice, environment: Environment): string | undefined {
  const { names, named } = filesOf(choice, environment)
  return named || names.some(name => existsSync(name)) ? names.map(name => path.resolve(name)).join(path.delimiter) : undefined
}

function filesOf(
  { kubeconfig }: KubeconfigChoice,
  environment: Environment,
): { readonly names: readonly string[]; readonly named: boolean } {
  const listed = (kubeconfig || environment['KUBECONFIG'] || '').split(path.delimiter).filter(name => name !== '')
  if (listed.length > 0) return { names: listed, named: true }
  return { names: [path.join(environment['HOME'] ?? environment['USERPROFILE'] ?? '.', '.kube', 'config')], named: false }
}

function readDocument(file: string): Document {
  const invalid = (reason: string, cause?: unknown): Error => failures.KUBECONFIG_INVALID({ file, reason }, cause)
  let document: unknown
  try {
    document = parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw invalid(`it cannot be read: ${(error as Error).message.split('\n')[0]}`, error)
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) throw invalid('it is not a kubeconfig')
  return absolute(document, path.dirname(path.resolve(file)))
}

function merge(documents: readonly Document[]): Document {
  const current = documents.map(document => document['current-context']).find(name => name)
  return {
    ...(current && { 'current-context': current }),
    contexts: documents.flatMap(document => document.contexts ?? []),
    clusters: documents.flatMap(document => document.clusters ?? []),
    users: documents.flatMap(document => document.users ?? []),
  }
}

function pick(document: Document, wanted: string | undefined, file: string): Kubeconfig {
  const invalid = (reason: string): Error => failures.KUBECONFIG_INVALID({ file, reason })
  const name = wanted ?? document['current-context']
  if (!name) throw invalid('it has no current-context, and no context is named')
  const context = named(document.contexts, name)?.context
  if (!context) {
    const known = (document.contexts ?? []).map(entry => entry.name).join(', ')
    throw failures.CONTEXT_MISSING({ file, context: name, known })
  }
  const cluster = named(document.clusters, context.cluster)?.cluster
  if (!hasServer(cluster)) throw invalid(`context "${name}": cluster "${String(context.cluster)}" has no server`)
  const user = named(document.users, context.user)?.user
  if (context.user && !user) throw invalid(`context "${name}": there is no user "${context.user}"`)
  return { file, context: name, cluster: { ...cluster, server: cluster.server.replace(/\/+$/, '') }, user: user ?? {} }
}

function hasServer(cluster: Entry | undefined): cluster is Kubeconfig['cluster'] {
  return typeof cluster?.['server'] === 'string'
}

function named<T extends { readonly name: string }>(entries: readonly T[] | undefined, name: string | undefined): T | undefined {
  return entries?.find(entry => entry.name === name)
}

/** Paths in a kubeconfig are relative to the file. */
function absolute(document: Document, folder: string): Document {
  const resolve = (entry: Entry = {}, ...keys: readonly string[]): Entry => {
    const paths = keys.flatMap(key =>
      typeof entry[key] === 'string' && entry[key] !== '' ? [[key, path.resolve(folder, entry[key])]] : [],
    )
    return { ...entry, ...Object.fromEntries(paths) }
  }
  return {
    ...document,
    clusters: (document.clusters ?? []).map(({ name, cluster }) => ({ name, cluster: resolve(cluster, 'certificate-authority') })),
    users: (document.users ?? []).map(({ name, user }) => ({
      name,
      user: withCommand(resolve(user, 'client-certificate', 'client-key', 'tokenFile'), folder),
    })),
  }
}

/** A credential plugin's command is looked for on the PATH, unless it is a path itself. */
function withCommand(user: Entry, folder: string): Entry {
  const exec = user['exec'] as { readonly command?: string } | undefined
  if (!exec?.command?.includes('/') || path.isAbsolute(exec.command)) return user
  return { ...user, exec: { ...exec, command: path.resolve(folder, exec.command) } }
}
