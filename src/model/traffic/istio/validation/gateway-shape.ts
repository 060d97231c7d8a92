import { boolean, list, oneOf, record, text, textMap, texts, uint32 } from './shape.ts'

const version = oneOf('TLS_AUTO', 'TLSV1_0', 'TLSV1_1', 'TLSV1_2', 'TLSV1_3')
/** The schema limits both lists of certificates. */
const few = { min: 1, max: 2 }

const tls = record(
  {
    httpsRedirect: boolean,
    mode: oneOf('PASSTHROUGH', 'SIMPLE', 'MUTUAL', 'AUTO_PASSTHROUGH', 'ISTIO_MUTUAL', 'OPTIONAL_MUTUAL'),
    serverCertificate: text,
    privateKey: text,
    caCertificates: text,
    caCrl: text,
    credentialName: text,
    credentialNames: list(text, few),
    caCertCredentialName: text,
    tlsCertificates: list(record({ serverCertificate: text, privateKey: text, caCertificates: text }), few),
    subjectAltNames: texts,
    verifyCertificateSpki: texts,
    verifyCertificateHash: texts,
    minProtocolVersion: version,
    maxProtocolVersion: version,
    cipherSuites: texts,
    ecdhCurves: texts,
    insecureSkipVerify: boolean,
  },
  { alternatives: [['credentialName', 'credentialNames', 'tlsCertificates']] },
)

const port = record({ number: uint32, protocol: text, name: text, targetPort: uint32 }, { required: ['number', 'protocol', 'name'] })

/** The spec of a Gateway, as the CRD of Istio 1.32 has it. */
export const gatewayShape = record({
  selector: textMap,
  servers: list(record({ name: text, port, hosts: texts, bind: text, defaultEndpoint: text, tls }, { required: ['port', 'hosts'] })),
})
