import type { Report } from './findings.ts'

/** TLS that a gateway accepts. */
export interface ServerTls {
  readonly httpsRedirect?: boolean
  /** PASSTHROUGH where absent. */
  readonly mode?: string
  readonly serverCertificate?: string
  readonly privateKey?: string
  readonly caCertificates?: string
  readonly caCrl?: string
  readonly credentialName?: string
  readonly credentialNames?: readonly string[]
  readonly tlsCertificates?: readonly Certificate[]
  readonly minProtocolVersion?: string
  readonly cipherSuites?: readonly string[]
}

interface Certificate {
  readonly serverCertificate?: string
  readonly privateKey?: string
}

/** What Envoy's TLS library knows; names that begin with a sign are expressions and pass. */
const cipherSuites = new Set([
  '',
  'ALL',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-SHA',
  'ECDHE-RSA-AES128-SHA',
  'ECDHE-ECDSA-AES256-SHA',
  'ECDHE-RSA-AES256-SHA',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-SHA',
  'AES256-SHA',
  'DES-CBC3-SHA',
])

export function checkServerTls(tls: ServerTls | undefined, path: string, report: Report): void {
  if (!tls) return
  const { mode = 'PASSTHROUGH' } = tls
  warnCiphers(tls, path, report)
  if (mode === 'ISTIO_MUTUAL') return checkIstioMutual(tls, path, report)
  checkSources(tls, path, report)
  if (mode.endsWith('PASSTHROUGH')) warnUnused(tls, mode, path, report)
  else if (tls.credentialName || tls.credentialNames?.length) return // the credential brings everything
  else checkCertificates(tls, mode, path, report)
  if (tls.caCrl) checkRevocation(tls, mode, path, report)
}

function warnUnused(tls: ServerTls, mode: string, path: string, report: Report): void {
  if (tls.caCrl || usesCertificates(tls)) report.warning(path, `${mode} does not use certificates: they are ignored`)
}

function checkSources(tls: ServerTls, path: string, report: Report): void {
  const { serverCertificate, privateKey, credentialName, credentialNames, tlsCertificates } = tls
  const sources = [serverCertificate && privateKey, credentialName, credentialNames?.length, tlsCertificates?.length].filter(Boolean)
  if (sources.length > 1) {
    report.error(path, 'only one of credentialName, credentialNames, serverCertificate with privateKey, and tlsCertificates may be set')
  }
}

function warnCiphers({ cipherSuites: wanted = [], minProtocolVersion }: ServerTls, path: string, report: Report): void {
  if ((minProtocolVersion === 'TLSV1_0' || minProtocolVersion === 'TLSV1_1') && wanted.length === 0) {
    report.warning(`${path}.minProtocolVersion`, 'below TLSV1_2 needs cipherSuites, as none of the default ones fits')
  }
  const unknown = wanted.filter(suite => /^[\p{L}\p{N}]/u.test(suite) && !cipherSuites.has(suite))
  if (unknown.length > 0) report.warning(`${path}.cipherSuites`, `ignored, because unknown: ${unknown.join(', ')}`)
  const twice = wanted.filter((suite, index) => !unknown.includes(suite) && wanted.indexOf(suite) < index)
  if (twice.length > 0) report.warning(`${path}.cipherSuites`, `ignored, because they stand twice: ${twice.join(', ')}`)
}

/** Istio brings the certificates itself. */
function checkIstioMutual(tls: ServerTls, path: string, report: Report): void {
  if (usesCertificates(tls)) report.error(path, 'ISTIO_MUTUAL cannot have certificates, keys or credentials of its own')
}

function usesCertificates(tls: ServerTls): boolean {
  return [
    tls.serverCertificate,
    tls.privateKey,
    tls.caCertificates,
    tls.tlsCertificates?.length,
    tls.credentialName,
    tls.credentialNames?.length,
  ].some(Boolean)
}

/** A mode that terminates TLS needs something to do it with. */
function checkCertificates(tls: ServerTls, mode: string, path: string, report: Report): void {
  const name = mode === 'SIMPLE' ? 'SIMPLE TLS' : 'MUTUAL TLS'
  if (mode !== 'SIMPLE' && !tls.caCertificates) report.error(`${path}.caCertificates`, `${name} requires a client CA bundle`)
  if ((tls.tlsCertificates?.length ?? 0) > 2) report.warning(`${path}.tlsCertificates`, `${name} can support up to 2 server certificates`)
  const certificates: readonly Certificate[] = tls.tlsCertificates?.length ? tls.tlsCertificates : [tls]
  for (const { serverCertificate, privateKey } of certificates) {
    if (!serverCertificate) report.error(path, `${name} requires a server certificate`)
    if (!privateKey) report.error(path, `${name} requires a private key`)
  }
}

function checkRevocation(tls: ServerTls, mode: string, path: string, report: Report): void {
  if (tls.credentialName) report.error(`${path}.caCrl`, 'CRL is not supported with credentialName: it belongs into the credential')
  if (mode === 'SIMPLE') report.error(`${path}.caCrl`, 'CRL is not supported with SIMPLE TLS')
}
