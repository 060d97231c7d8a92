import type { ApiRequest } from './cluster.ts'

// Requests that store nothing.

/** Asking what we may is a POST, and writes nothing. */
const review = /^\/apis\/authorization\.k8s\.io\/\w+\/selfsubject\w*reviews/

export const isRead = ({ method, path }: ApiRequest): boolean => method === 'GET' || review.test(path)

export const isDryRun = ({ path }: ApiRequest): boolean => /[?&]dryRun=All(&|$)/.test(path)
