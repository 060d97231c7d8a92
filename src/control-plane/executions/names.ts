/**
 * Names in the journal that are not a step's own calls. They never change once released.
 * A step's calls stand under its path, a further attempt's under `PATH/again-N`; what Sluice does around the steps has paths of its own.
 */
export const look = (release: string): string => `around/look/${release}`
export const rest = (release: string): string => `around/rest/${release}`
export const goBack = (release: string): string => `around/return/${release}`

/** The wait for those that this execution supersedes; the engine's own. */
export const turn = 'around/turn'

/** What a step changed beside the traffic, on its way back. */
export const giveBack = (step: string): string => `around/give-back/${step}`

/** Routes among it, before everything else of the way back. */
export const giveBackRoutes = (step: string): string => `around/give-back-routes/${step}`

/** The same, where the world was in the way the first time: until it is done. */
export const routesFirst = (step: string): string => `around/give-back-routes-first/${step}`

/** The look's task; a further one is `inspect-N`. */
export const inspect = 'inspect'
/** The tasks of a step that changes objects beside the traffic: what they are, and the change. */
export const lookAt = 'look'
export const change = 'change'
/** The question behind an irreversible step; counted. */
export const first = 'around/first'
/** Recorded when an attempt begins: the time. */
export const began = 'began'
/** Recorded when an attempt failed: the failure. */
export const failed = 'failed'
/** Recorded once per step: how it ended. */
export const ended = 'ended'
/** Recorded once per step: that its condition is false. */
export const condition = 'when'
/** Recorded by the step whose failure ends the way forward: what it leads to. */
export const reaction = 'reaction'
/** The wait in which a person may ask the way back to hurry. */
export const hurry = 'hurry'

/** The scope of an attempt within its step; the first one has none. */
export const attemptScope = (attempt: number): string | undefined => (attempt === 1 ? undefined : `again-${attempt}`)
