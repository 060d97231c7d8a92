import { expect, it } from 'vitest'
import { redrawing } from './redraw.ts'

function screen(columns: number, rows: number) {
  let written = ''
  return {
    columns,
    rows,
    write: (text: string) => (written += text) !== '',
    /** What was written since the last look. */
    take() {
      const taken = written
      written = ''
      return taken
    },
  }
}

it('draws over what it drew before', () => {
  const on = screen(20, 10)
  const redraw = redrawing(on)
  redraw('one\ntwo')
  expect(on.take()).toBe('one\ntwo\n')
  redraw('three')
  expect(on.take()).toBe('\u001B[2A\r\u001B[Jthree\n')
})

it('counts the rows that a line takes now, on a screen that has become narrower', () => {
  const on = screen(20, 10)
  const redraw = redrawing(on)
  redraw('123456789012\n\n')
  on.take()
  on.columns = 6
  redraw('x')
  expect(on.take()).toBe('\u001B[4A\r\u001B[Jx\n')
})

it('draws only the end of a text that is higher than the screen', () => {
  const on = screen(4, 4)
  const redraw = redrawing(on)
  redraw('1\n2\n34567\n8')
  expect(on.take()).toBe('34567\n8\n')
  redraw('a line that is higher than all')
  expect(on.take()).toBe('\u001B[3A\r\u001B[Ja line that is higher than all\n')
})
