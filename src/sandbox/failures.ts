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
  KUBECONFIG_IN_USE: kind<{ readonly file: string; readonly server: string }>({
    blame: 'user',
    says: ({ file, server }) => `sandbox: the kubeconfig ${file} leads to a sandbox that is running (${server}), so it was not written`,
    todo: 'Use that sandbox, end it with Ctrl-C in its terminal, or name another file (--kubeconfig).',
  }),
  KUBECONFIG_TAKEN: kind<{ readonly file: string }>({
    blame: 'user',
    says: ({ file }) => `sandbox: the file ${file} is there and is not as a sandbox writes it, so it stays as it is`,
    todo: 'Name another file (--kubeconfig), or remove this one first.',
  }),
})
