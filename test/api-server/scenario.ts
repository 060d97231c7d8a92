import { existsSync, readFileSync } from 'node:fs'
import { casesFolder } from '../cases.ts'

/** One step of a recording: the format is told in cases/api-server/README.md. */
export interface Step {
  readonly request: StepRequest
  readonly expect: Expectation
}

export interface StepRequest {
  readonly method?: string
  readonly path?: string
  readonly contentType?: string
  readonly accept?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly wait?: string
  readonly until?: Readonly<Record<string, unknown>>
  readonly code?: number
  readonly watch?: string
  readonly as?: string
  readonly events?: string
  readonly count?: number
  readonly bound?: string
  readonly atLeast?: number
  readonly sum?: string
  readonly distinct?: boolean
  readonly sleep?: number
  readonly kubectl?: readonly string[]
  readonly stdin?: string
  readonly statusOnly?: boolean
  readonly pick?: readonly string[]
  readonly omit?: readonly string[]
  readonly pickEach?: readonly string[]
  readonly sortAt?: readonly string[]
  readonly loose?: boolean
  readonly lastLine?: boolean
  readonly cutAt?: string
  readonly sortLines?: boolean
}

export interface Expectation {
  readonly status?: number
  readonly contentType?: string
  readonly warning?: string
  readonly body?: unknown
  readonly events?: readonly { readonly type: string; readonly object: unknown }[]
  readonly exitCode?: number
  readonly stdout?: string
  readonly stderr?: string
  readonly [key: string]: unknown
}

export interface Scenario {
  readonly name: string
  readonly shows: string
  readonly steps: readonly Step[]
}

/** The scenarios of a theme; undefined where the recordings are not there. */
export function scenariosOf(theme: string): readonly Scenario[] | undefined {
  const path = `${casesFolder}/api-server/${theme}.json`
  if (!existsSync(path)) return undefined
  return (JSON.parse(readFileSync(path, 'utf8')) as { readonly scenarios: readonly Scenario[] }).scenarios
}
