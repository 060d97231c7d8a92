/** A command as a page shows it, with what it says that the command prints. */
export interface ShownCommand {
  readonly command: string
  readonly prints: readonly string[]
}

/**
 * The commands in the blocks of code of a Markdown page, in their order. In a block with prompts (`$ …`) the other lines are output;
 * in one without, each line is a command, its comment left out.
 */
export function commandsOf(markdown: string): readonly ShownCommand[] {
  return blocksOf(markdown).flatMap(lines => {
    if (!lines.some(isPrompt))
      return lines.filter(line => line !== '').map(line => ({ command: line.replace(/\s+#\s.*$/, ''), prints: [] }))
    const commands: { command: string; prints: string[] }[] = []
    for (const line of lines) {
      if (isPrompt(line)) commands.push({ command: line.slice(2), prints: [] })
      else if (line !== '') commands.at(-1)?.prints.push(line)
    }
    return commands
  })
}

const isPrompt = (line: string): boolean => line.startsWith('$ ')

/** Blocks of code: indented by four blanks behind an empty line, or between fences of sh. */
function blocksOf(markdown: string): readonly (readonly string[])[] {
  const indented = markdown.matchAll(/(?<=\n\n)(?: {4}.*\n|\n(?= {4}))+/g)
  const fenced = markdown.matchAll(/(?<=^```(?:sh|console)\n)[^]*?(?=^```)/gm)
  const inOrder = [...indented, ...fenced].toSorted((a, b) => a.index - b.index)
  return inOrder.map(([text]) => text.split('\n').map(line => line.replace(/^ {4}/, '').trimEnd()))
}
