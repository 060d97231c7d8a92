import type { Command } from '#protocol/http/index.ts'
import { exit } from '../exit.ts'
import { follow } from '../follow.ts'
import { startedHost, whoAmI } from '../host.ts'
import type { Terminal } from '../terminal.ts'
import { whichExecution } from '../which.ts'

type Verb = 'approve' | 'reject' | 'pause' | 'resume' | 'retry' | 'skip' | 'abort'

interface TellOptions {
  readonly why?: string
  readonly answer?: string
  readonly step?: string
  readonly now?: boolean
  readonly detach?: boolean
}

/** What a person asks of a running execution: durable, with who and why. `abort` shows the way back until it ends. */
export function tell(verb: Verb): (names: readonly string[], options: TellOptions, terminal: Terminal) => Promise<number> {
  return async ([name], options, terminal) => {
    const host = await startedHost(terminal.err)
    const id = await whichExecution(name, host)
    const { says } = await host.command(id, commandOf(verb, options))
    if (terminal.json) terminal.out(JSON.stringify({ execution: id, says }))
    else terminal.err(`${id}: ${says}`)
    return verb === 'abort' && !options.detach ? follow(id, { waitForPeople: true }, terminal) : exit.done
  }
}

function commandOf(verb: Verb, { why, answer, step, now }: TellOptions): Command {
  const said = { who: whoAmI(), ...(why === undefined ? {} : { why }) }
  const meant = step === undefined ? {} : { step }
  if (verb === 'resume') return answer === undefined ? { do: 'resume', ...said } : { do: 'answer', answer, ...meant, ...said }
  if (verb === 'abort') return { do: 'abort', now: now === true, ...said }
  return verb === 'pause' ? { do: 'pause', ...said } : { do: verb, ...meant, ...said }
}
