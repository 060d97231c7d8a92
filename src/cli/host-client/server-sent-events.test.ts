import { expect, it } from 'vitest'
import { readEvents, type ServerSentEvent } from './server-sent-events.ts'

async function read(...chunks: string[]): Promise<ServerSentEvent[]> {
  async function* stream(): AsyncGenerator<string> {
    yield* chunks
  }
  const events: ServerSentEvent[] = []
  for await (const event of readEvents(stream())) events.push(event)
  return events
}

it('reads events with name, id and data', async () => {
  expect(await read('event: line\nid: 7\ndata: {"a":1}\n\nevent: end\ndata: {}\n\n')).toEqual([
    { event: 'line', id: '7', data: '{"a":1}' },
    { event: 'end', data: '{}' },
  ])
})

it('joins what was cut between two chunks, in the middle of a line or of the blank one', async () => {
  expect(await read('eve', 'nt: line\nda', 'ta: x:y\n', '\nevent: end\ndata: z\n\n')).toEqual([
    { event: 'line', data: 'x:y' },
    { event: 'end', data: 'z' },
  ])
})

it('passes over comments, and over an event that was never finished', async () => {
  expect(await read(': still here\n\n', 'data: one\n\ndata: half')).toEqual([{ event: 'message', data: 'one' }])
})

it('joins several lines of data', async () => {
  expect(await read('data: one\ndata: two\r\n\r\n')).toEqual([{ event: 'message', data: 'one\ntwo' }])
})
