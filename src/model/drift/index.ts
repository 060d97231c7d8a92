// What somebody else has changed in mid-run: base, ours and live go in, what differs comes out, with who wrote it and whether it matters.
export { lastWrittenByUs } from './author.ts'
export { driftOf, type Compared, type Role } from './classify.ts'
export { authorName, Drift, driftText } from './drift.ts'
