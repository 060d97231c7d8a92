// What people are asked in a run, how it stands in the journal, and how they answer.
export { approvalAsk, approve, reject } from './approval.ts'
export { Answered, ask, Asked, questionDeadline, type AnswerChoice, type Ask, type Reply } from './asked.ts'
