import type { Command, Option } from 'commander'

/** Something that may stand where the cursor is. */
export interface Candidate {
  readonly word: string
  readonly about: string
}

/** Names that only the world knows, asked for when they are needed. */
export interface Names {
  /** Workflows of the application in this folder. */
  workflows(folder: string): Promise<readonly Candidate[]>
  infrastructures(folder: string): Promise<readonly Candidate[]>
  services(folder: string): Promise<readonly Candidate[]>
  /** Executions that the host knows; `running`: those that have not ended. */
  executions(running: boolean): Promise<readonly Candidate[]>
}

/**
 * What may stand in place of the last of `words`, which are those behind the program's name; the last one may be empty. Nothing where files
 * or free text belong: there the shell knows better.
 */
export async function candidatesFor(program: Command, words: readonly string[], names: Names): Promise<readonly Candidate[]> {
  const prefix = words.at(-1) ?? ''
  const all = await everything(program, words.slice(0, -1), prefix, names)
  return all.filter(({ word }) => word.startsWith(prefix))
}

async function everything(program: Command, before: readonly string[], prefix: string, names: Names): Promise<readonly Candidate[]> {
  const { command, arguments: given, pending } = readWords(program, before)
  const folder = folderOf(before)
  if (pending) return valuesOf(pending, folder, names)
  if (prefix.startsWith('-')) return optionsOf(command, program)
  if (command === program) return commandsOf(program)
  const argument = command.registeredArguments[given]
  if (!argument) return []
  if (argument.argChoices) return argument.argChoices.map(word => ({ word, about: argument.description }))
  if (argument.name() === 'workflow') return names.workflows(folder)
  if (argument.name() === 'service' && command.name() === 'rollback') return names.services(folder)
  if (argument.name() === 'execution') return names.executions(!['status', 'logs', 'report', 'drift'].includes(command.name()))
  return []
}

interface Read {
  readonly command: Command
  /** How many arguments of it are there. */
  readonly arguments: number
  /** An option whose value comes next. */
  readonly pending: Option | undefined
}

function readWords(program: Command, words: readonly string[]): Read {
  let command = program
  let given = 0
  let pending: Option | undefined
  for (const word of words) {
    if (pending) pending = undefined
    else if (word.startsWith('-')) pending = valued(word, command, program)
    else if (command === program) command = program.commands.find(each => each.name() === word) ?? command
    else given++
  }
  return { command, arguments: given, pending }
}

/** The option of a word such as `--tag`, where its value is the next word. */
function valued(word: string, command: Command, program: Command): Option | undefined {
  if (word.includes('=')) return undefined
  const found = [...command.options, ...program.options].find(({ long, short }) => long === word || short === word)
  return found && (found.required || found.optional) ? found : undefined
}

function valuesOf(option: Option, folder: string, names: Names): readonly Candidate[] | Promise<readonly Candidate[]> {
  if (option.argChoices) return option.argChoices.map(word => ({ word, about: option.description }))
  return option.long === '--infrastructure' ? names.infrastructures(folder) : []
}

function folderOf(words: readonly string[]): string {
  const at = words.findLastIndex(word => word === '-f' || word === '--folder')
  return (at < 0 ? undefined : words[at + 1]) ?? '.'
}

function commandsOf(program: Command): readonly Candidate[] {
  const shown = program.createHelp().visibleCommands(program)
  return shown.map(command => ({ word: command.name(), about: command.description() }))
}

function optionsOf(command: Command, program: Command): readonly Candidate[] {
  const all = [...command.options, ...(command === program ? [] : program.options)]
  return [...all.map(({ long, description }) => ({ word: long ?? '', about: description })), { word: '--help', about: 'show every option' }]
}
