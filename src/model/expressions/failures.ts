import { defineFailures, kind } from '#base/index.ts'

/** What can be wrong with `${…}`, before a run or in it. */
export const expressions = defineFailures('EXPRESSIONS', {
  OPEN: kind<object>({
    blame: 'user',
    says: () => 'Expression: ${ is never closed',
    todo: 'Close it with }, or write $${ for the two characters themselves.',
  }),
  EMPTY: kind<object>({
    blame: 'user',
    says: () => 'Expression: nothing stands between ${ and }',
    todo: 'Write an expression, or $${ for the two characters themselves.',
  }),
  SYNTAX: kind<{ source: string; says: string }>({
    blame: 'user',
    says: f => `Expression ${f.source}: ${f.says}`,
    todo: 'Write a CEL expression, such as ${env.name} or ${variables.share > 10}.',
  }),
  UNKNOWN_NAME: kind<{ name: string; near: readonly string[]; known: readonly string[] }>({
    blame: 'user',
    says: f => `Name ${f.name}: is not known here${didYouMean(f.near)}`,
    todo: 'Write a known name, or $${ for the two characters themselves.',
  }),
  UNKNOWN_FUNCTION: kind<{ name: string; near: readonly string[] }>({
    blame: 'user',
    says: f => `Function ${f.name}: is not known${didYouMean(f.near)}`,
    todo: 'Use a function of CEL, or one of its string functions.',
  }),
  NO_VALUE: kind<{ name: string; cure?: string }>({
    blame: 'user',
    says: f => `Name ${f.name}: has no value in this run${f.cure ? `; ${f.cure}` : ''}`,
    todo: 'Give it a value, or ask first whether it has one: has(…).',
  }),
  TYPES: kind<{ says: string }>({
    blame: 'user',
    says: f => f.says,
    todo: 'Compare and join values of the same type; string(…), int(…) and double(…) convert.',
  }),
  NOT_TEXT: kind<{ source: string; is: string }>({
    blame: 'user',
    says: f => `Expression ${f.source}: gives ${f.is}, which cannot stand within a text`,
    todo: 'Let the expression be the whole text, or take a part of its value.',
  }),
  LIMIT: kind<{ says: string }>({
    blame: 'user',
    says: f => f.says,
    todo: 'Make the expression smaller; put what it computes into a variable.',
  }),
  FAILED: kind<{ source: string; says: string }>({
    blame: 'user',
    says: f => `Expression ${f.source}: ${f.says}`,
    todo: 'Correct the expression, or the values that it reads.',
  }),
})

function didYouMean(near: readonly string[]): string {
  return near.length > 0 ? `; did you mean ${near.join(' or ')}?` : ''
}
