import { Argument, type Command } from 'commander'
import { withExamples, type Define } from './program-options.ts'

/** What runs as a process of its own. */
export function processes(program: Command, define: Define): void {
  define(
    withExamples(
      program
        .command('host')
        .addArgument(new Argument('[verb]', 'what to do').choices(['status', 'start', 'stop']).default('status'))
        .description('the background host that runs executions'),
      'sluice host',
      'sluice host stop',
    ),
    async () => (await import('./commands/host.ts')).host,
  )
  define(
    withExamples(
      program
        .command('sandbox')
        .description('a cluster with a mesh in one process, for kubectl and for trying things out')
        .requiredOption('--kubeconfig <file>', 'where to write the kubeconfig')
        .option('--propagation <time>', 'how late the mesh is; a range gives each message its own time: 0s..2s', '100ms')
        .option('--port <number>', 'port of the API server (default: a free one)')
        .option('--gateway-port <number>', 'port of the ingress gateway (default: a free one)')
        .option('--gateways <number>', 'ingress gateways (default: 1)')
        .option('--istiods <number>', 'replicas of istiod (default: 1)')
        .option('--istio <version>', 'the Istio that it plays, as in 1.29.1')
        .option('--no-webhook', "without istiod's validating webhook")
        .option('--nginx', 'with ingress-nginx beside the mesh (IngressClass nginx)')
        .option('--nginx-port <number>', 'the same, on this port (default: a free one)')
        .option('--prometheus', 'with a Prometheus that scrapes the gateways')
        .option('--prometheus-port <number>', 'the same, on this port (default: a free one)')
        .option('--scrape-interval <time>', 'how often it scrapes', '15s')
        .option('--seed <number>', 'of everything that is left to chance (default: the time)'),
      'sluice sandbox --kubeconfig sandbox.yaml',
      'sluice sandbox --kubeconfig sandbox.yaml --propagation 2s --gateway-port 8080',
      'sluice sandbox --kubeconfig sandbox.yaml --nginx --nginx-port 8081',
    ),
    async () => (await import('./commands/sandbox.ts')).sandbox,
  )
  define(
    withExamples(
      program
        .command('demo')
        .description('a whole release on a sandbox in this terminal: nobody notices')
        .option('--fail', 'version 2 answers errors: watch the check and the way back'),
      'sluice demo',
      'sluice demo --fail',
    ),
    async () => (await import('./commands/demo.ts')).demo,
  )
}

/** What editors and shells ask for. */
export function forTools(program: Command, define: Define): void {
  define(
    withExamples(
      program.command('schema').description('print the JSON Schema of the documents, for editors'),
      'sluice schema > sluice.schema.json',
    ),
    async () => (await import('./commands/schema.ts')).schema,
  )
  define(
    withExamples(
      program
        .command('completion')
        .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
        .description('print what completes commands, options and names in your shell'),
      'source <(sluice completion bash)',
      'sluice completion fish > ~/.config/fish/completions/sluice.fish',
    ),
    async () => (await import('./commands/completion.ts')).completion,
  )
  // The shells ask it at every press of the key.
  define(program.command('complete', { hidden: true }).argument('[words...]'), async () => {
    const { complete } = await import('./commands/completion.ts')
    return complete(program)
  })
}
