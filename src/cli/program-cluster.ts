import { Argument, type Command } from 'commander'
import { withExamples, type Define } from './program-options.ts'

/** Where requests go, with no run or host asked. */
export function explaining(program: Command, define: Define): void {
  define(
    withExamples(
      program
        .command('explain')
        .addArgument(new Argument('[topic]', 'bypass: every way past the managed routes').choices(['bypass']))
        .argument('[service]', 'with bypass: the Service; without it every one that a managed route leads to')
        .description('where a request goes (gateway, route, entry, destinations, pods), and why')
        .option('--host <name>', 'its Host header, as in shop.example.com')
        .option('--path <path>', 'its path, with the query', '/')
        .option('-H, --header <name:value...>', 'a header of it')
        .option('--method <name>', 'its method', 'GET')
        .option('--port <number>', 'the port that it comes to (default: every one; 80 inside the mesh)')
        .option('--gateway <name>', 'one gateway (default: every one that takes the host)')
        .option('--from <caller>', 'a caller inside the mesh: its namespace, with labels where they matter, as in shop/app=checkout')
        .option('--context <name>', 'context of the kubeconfig')
        .option('--kubeconfig <file>', 'the kubeconfig')
        .option('-n, --namespace <name>', 'of the Service, and to look at where the cluster may not be listed', 'default'),
      "sluice explain --host shop.example.com --path /cart -H 'x-user: 7'",
      'sluice explain --host cart --from shop',
      'sluice explain bypass cart -n shop',
    ),
    async () => (await import('./commands/explain.ts')).explain,
  )
}

/** Needs no host: the cluster alone. */
export function fromTheRecord(program: Command, define: Define): void {
  define(
    withExamples(
      program
        .command('restore')
        .argument('[release]', 'as in cart-eu; without it the only one that is under way')
        .description('take a release back from the record in the cluster alone: no host, no journal needed')
        .option('--context <name>', 'context of the kubeconfig')
        .option('--kubeconfig <file>', 'the kubeconfig')
        .option('-n, --namespace <name>', 'namespace of the release', 'default')
        .option('--now', 'all traffic at once'),
      'sluice restore cart-eu --context eu-1 -n shop',
    ),
    async () => (await import('./commands/restore.ts')).restore,
  )
}
