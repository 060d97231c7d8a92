import type { Command } from 'commander'
import { namesOf } from '#model/workflow/index.ts'
import { readApplication } from '#model/application/index.ts'
import { applicationFiles } from '../application-folder.ts'
import { candidatesFor, type Candidate, type Names } from '../completing.ts'
import { exit } from '../exit.ts'
import { runningHost } from '../host.ts'
import type { Terminal } from '../terminal.ts'

/** Each asks `sluice complete` for what may stand where the cursor is; without an answer it completes files. */
const scripts: Readonly<Record<string, string>> = {
  bash: `# source <(sluice completion bash)
_sluice() {
  local IFS=$'\\n'
  COMPREPLY=($(sluice complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
}
complete -o default -F _sluice sluice`,
  zsh: `#compdef sluice
# source <(sluice completion zsh)
_sluice() {
  local line
  local -a found
  for line in "\${(@f)$(sluice complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( $#found )); then _describe 'sluice' found; else _files; fi
}
compdef _sluice sluice`,
  fish: `# sluice completion fish > ~/.config/fish/completions/sluice.fish
function __sluice_complete
  set -l words (commandline -opc)
  sluice complete -- $words[2..-1] (commandline -ct) 2>/dev/null
end
complete -c sluice -f -a '(__sluice_complete)'
complete -c sluice -s f -l folder -r -F
complete -c sluice -l kubeconfig -r -F`,
}

/** `sluice completion SHELL` */
export async function completion([shell = '']: readonly string[], _: object, terminal: Terminal): Promise<number> {
  terminal.out(scripts[shell] ?? '')
  return exit.done
}

/** A person waits at the key: a host that has not answered by then (milliseconds) is left out. */
const patience = 500

/** `sluice complete -- WORDS`: one candidate per line, its words behind a tab. Never fails, never starts a host. */
export function complete(program: Command): (words: readonly string[], options: object, terminal: Terminal) => Promise<number> {
  return async (words, _, terminal) => {
    for (const { word, about } of await candidatesFor(program, words, names)) terminal.out(`${word}\t${about.replaceAll(/\s+/g, ' ')}`)
    return exit.done
  }
}

const names: Names = {
  workflows: folder => documents(folder, 'Workflow'),
  infrastructures: folder => documents(folder, 'Infrastructure'),
  services: folder => documents(folder, 'Service'),
  executions: running => orNothing(inTime(executions(running))),
}

function documents(folder: string, kind: 'Workflow' | 'Infrastructure' | 'Service'): Promise<readonly Candidate[]> {
  const read = async (): Promise<readonly Candidate[]> => {
    const { application } = await readApplication(applicationFiles(folder))
    return namesOf(application, kind).map(word => ({ word, about: `${kind} of this application` }))
  }
  return orNothing(read())
}

async function executions(running: boolean): Promise<readonly Candidate[]> {
  const all = (await (await runningHost())?.list()) ?? []
  return all
    .filter(each => !running || each.ended === undefined)
    .map(({ id, service, workflow, status }) => ({ word: id, about: `${service}, ${workflow}: ${status}` }))
}

function inTime<T>(answer: Promise<readonly T[]>): Promise<readonly T[]> {
  const late = new Promise<readonly T[]>(resolve => setTimeout(() => resolve([]), patience).unref())
  return Promise.race([answer, late])
}

/** At the key there is nobody to tell what went wrong. */
function orNothing<T>(answer: Promise<readonly T[]>): Promise<readonly T[]> {
  return answer.catch(() => [])
}
