// Looks around a release before its first write: rights, mesh, other ways in, rules, capacity, owners, the way back.
export { allMissing, plainPreflight, preflight } from './preflight.ts'
export { isForbidden, see, seeEverywhere, unseenBecause } from './sight.ts'
