import type { KubernetesObject } from '#base/index.ts'
import { step } from '#control-plane/executions/pretended.contract.ts'
import type { ResolvedWorkflow } from '#model/workflow/index.ts'
import { approval, bySeconds, cartSteps } from './cart-workflow.ts'
import { behindNginx, ingressTo } from './nginx-world.ts'

// The seed system's way without a mesh: a canary Ingress for the stage Service, in files that no deployment touches, applied step by step.

const main = ingressTo('cart', 'cart-svc')
const stage: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'cart-svc-stage', namespace: 'shop', annotations: { 'harness.io/stage-service': 'true' } },
  spec: { selector: { app: 'cart' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
}
/** The cart's manifests as that way has them: the main Ingress and a Service for the stage, nothing of it managed. */
export const change = (objects: readonly KubernetesObject[]): readonly KubernetesObject[] => [
  ...behindNginx(objects).filter(({ kind }) => kind !== 'Ingress'),
  main,
  stage,
]

/** `ingress-25.yaml` */
export const canaryIngress = (weight: number): KubernetesObject => {
  const made = ingressTo('cart-stage', 'cart-svc-stage')
  const annotations = { 'nginx.ingress.kubernetes.io/canary': 'true', 'nginx.ingress.kubernetes.io/canary-weight': String(weight) }
  return { ...made, metadata: { ...made.metadata, annotations } }
}

/** Stage, 25 %, 50 %, swap, 25 %, 0 %; each held for a while, as people look. `late`: milliseconds that a change may take. */
export function byHand(late: number): {
  readonly workflow: ResolvedWorkflow
  readonly applied: Readonly<Record<string, readonly KubernetesObject[]>>
} {
  const apply = (weight: number) => step('apply', { files: [`ingress-${weight}.yaml`] }, { name: `Apply ${weight} %` })
  const hold = step('wait', { for: 10_000 }, { name: 'Hold' })
  const steps = [
    step('stageDeployment', {}),
    apply(25),
    hold,
    apply(50),
    approval(),
    step('swapServices', {}),
    apply(25),
    hold,
    apply(0),
    hold,
  ]
  const whole = { ...cartSteps('2.0.0', bySeconds(late), ...steps), strategy: 'blueGreen' as const }
  const weights = { 2: 25, 4: 50, 7: 25, 9: 0 }
  const applied = Object.entries(weights).map(([at, weight]) => [`canary/deploy/${at}`, [canaryIngress(weight)]] as const)
  return { workflow: whole, applied: Object.fromEntries(applied) }
}
