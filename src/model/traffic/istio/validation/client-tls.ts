import type { Report } from './findings.ts'

/** TLS that a proxy opens to a host. */
export interface ClientTls {
  readonly mode?: string
  readonly clientCertificate?: string
  readonly privateKey?: string
  readonly caCertificates?: string
  readonly caCrl?: string
  readonly credentialName?: string
  readonly subjectAltNames?: readonly string[]
  readonly insecureSkipVerify?: boolean
}

export function checkTls(tls: ClientTls | undefined, namespace: string, path: string, report: Report): void {
  if (!tls) return
  report.check(`${path}.credentialName`, configMapProblem(tls.credentialName ?? '', namespace))
  if (tls.insecureSkipVerify) report.check(path, skipVerifyProblem(tls))
  const { mode, credentialName } = tls
  if ((mode === 'SIMPLE' || mode === 'MUTUAL') && credentialName) checkNoOthers(tls, path, report)
  else if (mode === 'MUTUAL') checkMutual(tls, path, report)
}

/** A credential brings all of them. */
function checkNoOthers({ clientCertificate, caCertificates, privateKey, caCrl }: ClientTls, path: string, report: Report): void {
  if (clientCertificate || caCertificates || privateKey || caCrl) report.error(path, 'credentialName excludes certificates and keys')
}

function checkMutual(tls: ClientTls, path: string, report: Report): void {
  for (const field of ['clientCertificate', 'privateKey'] as const) {
    if (!tls[field]) report.error(`${path}.${field}`, 'is required for mutual TLS')
  }
}

/** Certificates from a ConfigMap are read in the rule's own namespace only: `configmap://namespace/name`. */
function configMapProblem(credential: string, namespace: string): string | undefined {
  if (!credential.startsWith('configmap://')) return undefined
  const [owner, name] = credential.slice('configmap://'.length).split('/')
  if (!owner || !name) return `${credential}: must be configmap://namespace/name`
  return owner === namespace ? undefined : `${credential}: must be in the namespace of the rule, ${namespace || 'which is not known'}`
}

function skipVerifyProblem({ mode, caCertificates, credentialName, subjectAltNames }: ClientTls): string | undefined {
  const verifies = Boolean(caCertificates) || subjectAltNames !== undefined
  if (mode === 'SIMPLE' && (verifies || credentialName))
    return 'insecureSkipVerify excludes caCertificates, credentialName and subjectAltNames'
  return mode === 'MUTUAL' && verifies ? 'insecureSkipVerify excludes caCertificates and subjectAltNames' : undefined
}
