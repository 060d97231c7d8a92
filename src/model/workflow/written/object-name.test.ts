import { expect, it } from 'vitest'
import { objectName, scaledWorkload } from './object-name.ts'

const read = (written: unknown) => objectName.safeParse(written).data

it.each([
  ['Deployment/worker', 'apps/v1', 'Deployment', 'worker'],
  ['ConfigMap/kube-root-ca.crt', 'v1', 'ConfigMap', 'kube-root-ca.crt'],
  [' Job/migrate ', 'batch/v1', 'Job', 'migrate'],
  ['argoproj.io/v1alpha1/Workflow/nightly', 'argoproj.io/v1alpha1', 'Workflow', 'nightly'],
])('%s names one object', (written, apiVersion, kind, name) => expect(read(written)).toEqual({ apiVersion, kind, name }))

it.each([
  'worker',
  'deployment/worker',
  'Deployment/',
  'Workflow/nightly',
  'shop/Deployment/worker',
  'Deployment/*',
  'Namespace/shop',
  7,
  null,
])('refuses %j', written => expect(read(written)).toBeUndefined())

it('scales only what has a number of pods', () => {
  const scales = (written: string) => scaledWorkload.safeParse(written).success

  expect(['Deployment/worker', 'StatefulSet/queue', 'DaemonSet/agent', 'Pod/x', 'Job/x'].filter(scales)).toEqual([
    'Deployment/worker',
    'StatefulSet/queue',
  ])
})
