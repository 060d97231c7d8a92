import type { Ingress } from './objects.ts'

const prefix = 'nginx.ingress.kubernetes.io/canary'

/** The annotations by which ingress-nginx is told of a canary. */
export const canaryAnnotations = {
  enabled: prefix,
  weight: `${prefix}-weight`,
  weightTotal: `${prefix}-weight-total`,
  header: `${prefix}-by-header`,
  headerValue: `${prefix}-by-header-value`,
  headerPattern: `${prefix}-by-header-pattern`,
  cookie: `${prefix}-by-cookie`,
} as const

/** Whether ingress-nginx takes a text as the name or the value of a header, or the name of a cookie. */
export function isCanaryWord(text: string): boolean {
  return /^[/\-._~a-zA-Z0-9: ]*$/.test(text)
}

/** Whether it takes a text as a pattern. */
export function isCanaryPattern(text: string): boolean {
  return /^[/\-._~a-zA-Z0-9:^$[\](){}*+?|&=\\]*$/.test(text)
}

/** Which requests a canary gets; empty text is nothing. */
export interface CanaryPolicy {
  readonly weight: number
  /** Never below 100: a smaller one counts as 100. */
  readonly weightTotal: number
  readonly header: string
  readonly headerValue: string
  readonly headerPattern: string
  readonly cookie: string
}

/** What Go reads as true. */
const truths = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])

/**
 * The policy of a canary Ingress; undefined for every other one. A weight that is no whole number counts as 0, and a text with characters that
 * ingress-nginx does not take as none.
 */
export function canaryPolicyOf({ metadata }: Pick<Ingress, 'metadata'>): CanaryPolicy | undefined {
  const { annotations = {} } = metadata
  if (!truths.has(annotations[canaryAnnotations.enabled] ?? '')) return undefined
  const text = (name: keyof typeof canaryAnnotations): string => annotations[canaryAnnotations[name]] ?? ''
  const taken = (name: keyof typeof canaryAnnotations, isTaken: (text: string) => boolean): string =>
    isTaken(text(name)) ? text(name) : ''
  return {
    weight: wholeNumber(text('weight')),
    weightTotal: Math.max(100, wholeNumber(text('weightTotal'))),
    header: taken('header', isCanaryWord),
    headerValue: taken('headerValue', isCanaryWord),
    headerPattern: taken('headerPattern', isCanaryPattern),
    cookie: taken('cookie', isCanaryWord),
  }
}

function wholeNumber(text: string): number {
  return /^[-+]?\d+$/.test(text) ? Number(text) : 0
}

/** The part of the requests without header and cookie that a canary gets, 0 to 1. */
export function canaryShare({ weight, weightTotal }: CanaryPolicy): number {
  return Math.min(1, Math.max(0, weight / weightTotal))
}
