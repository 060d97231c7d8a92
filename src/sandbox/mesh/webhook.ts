import { validateIstio, type Findings } from '#model/traffic/index.ts'
import { ApiError, type Admission } from '#sandbox/api-server/index.ts'

const name = 'validation.istio.io'

/** istiod's validating webhook. Once an istiod has answered it fails closed: without one, Istio's objects cannot be written. */
export function istioWebhook(options: { readonly isOn: () => boolean; readonly isServed: () => boolean }): Admission {
  let wasServed = false
  return {
    name,
    review(operation, object) {
      if (!options.isOn() || operation === 'DELETE' || !object.apiVersion.startsWith('networking.istio.io/')) return {}
      wasServed ||= options.isServed()
      if (wasServed && !options.isServed()) throw unavailable()
      const findings = validateIstio(object)
      const errors = textsOf(findings.errors)
      const warnings = textsOf(findings.warnings)
      return { warnings, ...(errors.length > 0 ? { denied: `configuration is invalid: ${listed(errors)}` } : {}) }
    },
  }
}

/** What the webhook itself says; the schema is the API server's. */
function textsOf(findings: Findings['errors']): readonly string[] {
  return findings.filter(({ by }) => by === 'webhook').map(({ message }) => message)
}

function listed(errors: readonly string[]): string {
  return `${errors.length} error${errors.length === 1 ? '' : 's'} occurred:\n${errors.map(error => `\t* ${error}\n`).join('')}\n`
}

function unavailable(): ApiError {
  const message = `Internal error occurred: failed calling webhook "${name}": failed to call webhook: Post "https://istiod.istio-system.svc:443/validate?timeout=10s": no endpoints available for service "istiod"`
  return new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason: 'InternalError',
    details: { causes: [{ reason: '', message: message.slice('Internal error occurred: '.length) }] },
    code: 500,
  })
}
