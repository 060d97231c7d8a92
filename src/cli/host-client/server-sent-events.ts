/** One event of a `text/event-stream`. */
export interface ServerSentEvent {
  readonly event: string
  readonly id?: string
  readonly data: string
}

/** Reads a `text/event-stream` (WHATWG HTML §9.2): lines may be cut anywhere between two chunks, comments are heartbeats. */
export async function* readEvents(chunks: AsyncIterable<string>): AsyncGenerator<ServerSentEvent> {
  let rest = ''
  for await (const chunk of chunks) {
    const blocks = (rest + chunk).replaceAll('\r\n', '\n').split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const event = readBlock(block)
      if (event) yield event
    }
  }
}

function readBlock(block: string): ServerSentEvent | undefined {
  const fields = new Map<string, string[]>()
  for (const line of block.split('\n')) {
    const [name = '', ...words] = line.split(':')
    if (name !== '') fields.set(name, [...(fields.get(name) ?? []), words.join(':').replace(/^ /, '')])
  }
  const data = fields.get('data')
  if (!data) return undefined
  const id = fields.get('id')?.at(-1)
  return { event: fields.get('event')?.at(-1) ?? 'message', data: data.join('\n'), ...(id === undefined ? {} : { id }) }
}
