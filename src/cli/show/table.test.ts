import pc from 'picocolors'
import { expect, it } from 'vitest'
import { hanging, table, tied, width } from './table.ts'

const { red } = pc.createColors(true)

it('wraps words below each other, behind what leads them', () => {
  expect(hanging('  name  ', 'waits for one of two pods to be ready since noon', 50)).toEqual([
    '  name  waits for one of two pods to be ready',
    '        since noon',
  ])
})

it('gives what leads a line of its own where too little room is left, and not where all fits', () => {
  expect(hanging(' ✓ A long name of a step  ', 'declared', 40)).toEqual([' ✓ A long name of a step  declared'])
  expect(hanging(' ✓ A long name of a step  ', 'declared, 1 of 1 proxy', 40)).toEqual([
    ' ✓ A long name of a step',
    '   declared, 1 of 1 proxy',
  ])
})

it('breaks neither between a number and its unit nor what is tied, and begins no line with blanks', () => {
  expect(hanging('', 'after 8.1 s', 8)).toEqual(['after', '8.1 s'])
  expect(hanging('', `look:   ${tied('sluice logs k3f9')}   done`, 20)).toEqual(['look:', 'sluice logs k3f9', 'done'])
})

it('lets colours take no room', () => {
  expect(width(red('four'))).toBe(4)
  expect(hanging('', `${red('aaaa')} ${red('bbbb')}`, 9)).toEqual([`${red('aaaa')} ${red('bbbb')}`])
})

it('makes columns as wide as their widest cell, and wraps the last one to the screen', () => {
  const rows = [
    ['k3f9', 'done', ''],
    ['a', 'waiting', 'waits for an approval, until noon, then: reject'],
  ]
  expect(table(['NAME', 'STATUS', ''], rows, 60).split('\n')).toEqual([
    'NAME  STATUS',
    'k3f9  done',
    'a     waiting  waits for an approval, until noon, then:',
    '               reject',
  ])
  expect(table(['NAME', 'STATUS', ''], rows, 30).split('\n').slice(2)).toEqual([
    'a     waiting',
    '   waits for an approval,',
    '   until noon, then: reject',
  ])
})
