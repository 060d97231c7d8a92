import { defineFailures, kind } from '#base/index.ts'

/** What can go wrong before a sandbox is ready. */
export const failures = defineFailures('SANDBOX', {
  ARGUMENTS: kind<{ readonly reason: string }>({
    blame: 'user',
    says: ({ reason }) => `sandbox: ${reason}`,
    todo: 'Run `sluice sandbox --help` for the options and examples.',
  }),
  PORT_IN_USE: kind<{ readonly port: number }>({
    blame: 'user',
    says: ({ port }) => `sandbox: port ${port} is taken by another program`,
    todo: 'Leave the port out to get a free one, or name another.',
  }),
  KUBECONFIG: kind<{ readonly file: string; readonly reason: string }>({
    blame: 'user',
    says: ({ file, reason }) => `sandbox: the kubeconfig ${file} cannot be written: ${reason}`,
    todo: 'Name a file in a folder that you may write to.',
  }),
})
