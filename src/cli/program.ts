import { Argument, Command, CommanderError, Option } from 'commander'
import { exit, tellFailure } from './exit.ts'
import { processTerminal, type Terminal } from './terminal.ts'

/** Options that every command takes. */
export interface GlobalOptions {
  readonly output: 'text' | 'json'
}

/** A command's work: gives its exit code. */
type Work<Options> = (names: readonly string[], options: Options, terminal: Terminal) => Promise<number>

/** Loads the command's file when it is called. */
type Load<Options> = () => Promise<Work<Options>>

/** Runs the program and gives the exit code of the command. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  endWithReader()
  let code: number = exit.done
  const define = <Options>(command: Command, load: Load<Options>): Command =>
    command.action(async (...given: unknown[]) => {
      const called = given.at(-1) as Command
      const { output } = called.optsWithGlobals<GlobalOptions>()
      const terminal = processTerminal(output === 'json')
      try {
        const work = await load()
        code = await work(called.args, called.opts() as Options, terminal)
      } catch (error) {
        code = tellFailure(error, terminal)
      }
    })
  const program = sluiceProgram(define)
  try {
    await program.parseAsync([...argv])
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? exit.done : exit.input
  }
  return code
}

/** Every command with its options; `define` says what is done when one is called. */
export function sluiceProgram(define: Define): Command {
  const program = new Command('sluice')
    .description('Progressive delivery for Kubernetes: new versions reach your users step by step, and nobody notices.')
    .version(process.env['SLUICE_VERSION'] ?? 'development')
    .addOption(new Option('-o, --output <form>', 'how to print').choices(['text', 'json']).default('text'))
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ sortSubcommands: false, showGlobalOptions: true })

  beginning(program, define)
  beforeARun(program, define)
  explaining(program, define)
  aRun(program, define)
  lookingBack(program, define)
  asking(program, define)
  fromTheRecord(program, define)
  processes(program, define)
  forTools(program, define)
  return program
}

/** What programs end with whose reader has gone (`sluice status | head`), as the signal SIGPIPE would end them: 128 + 13. */
const READER_GONE = 141

function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(READER_GONE)
  })
}

export type Define = <Options>(command: Command, load: Load<Options>) => Command

const inFolder = (command: Command): Command => command.option('-f, --folder <path>', 'the application folder', '.')
const ofAnImage = (command: Command): Command =>
  inFolder(command)
    .option('--tag <tag>', 'tag of the image to release')
    .option('--digest <digest>', 'digest of the image to release (sha256:…)')
    .option('--infrastructure <name>', 'takes the place of the one that the phases name')
    .option('--var <name=value...>', 'a workflow variable')
/** Without a name, the only execution that has not ended is meant. */
const ofExecution = (program: Command, name: string, description: string): Command =>
  program.command(name).argument('[execution]', 'its name, as in k3f9; without it the only one that has not ended').description(description)
const withExamples = (command: Command, ...examples: readonly string[]): Command =>
  command.addHelpText(
    'after',
    `\n${examples.length === 1 ? 'Example' : 'Examples'}:\n${examples.map(example => `  ${example}`).join('\n')}`,
  )
const withReason = (command: Command): Command => command.option('--why <text>', 'your reason, for the record')

/** How an application begins. */
function beginning(program: Command, define: Define): void {
  define(
    withExamples(
      program
        .command('init')
        .argument('<name>', 'of the service: small letters, digits and dashes')
        .description('write a commented example application for your image')
        .requiredOption('--image <repository>', 'repository of the image, as in ghcr.io/acme/cart')
        .option('-f, --folder <path>', 'where to write it (default: a folder of that name)')
        .option('--context <name>', 'context of the kubeconfig that it is deployed to')
        .option('-n, --namespace <name>', 'namespace that it is deployed to')
        .option('--port <number>', 'port that the container listens at')
        .addOption(
          new Option('--strategy <name>', 'how new versions are released; rolling and basic need no routes')
            .choices(['canary', 'blue-green', 'rolling', 'basic'])
            .default('canary'),
        ),
      'sluice init cart --image ghcr.io/acme/cart',
      'sluice init cart --image ghcr.io/acme/cart --context eu-1 -n shop --port 3000',
      'sluice init worker --image ghcr.io/acme/worker --strategy rolling',
    ),
    async () => (await import('./commands/init.ts')).init,
  )
}

function beforeARun(program: Command, define: Define): void {
  define(
    withExamples(
      inFolder(program.command('lint').description('check the application: everything wrong at once, with place, cause and cure')),
      'sluice lint',
      'sluice lint --folder deploy/cart      # exit code 2 where there are errors',
    ),
    async () => (await import('./commands/lint.ts')).lint,
  )
  define(
    withExamples(
      ofAnImage(program.command('render [workflow]').description('print the manifests as a run would apply them, Secrets masked')),
      'sluice render --tag 1.4.0',
      'sluice render canary --tag 1.4.0 | kubectl diff -f -',
    ),
    async () => (await import('./commands/render.ts')).render,
  )
  define(
    withExamples(
      ofAnImage(program.command('plan [workflow]').description('show every step, object and write before anything happens')).option(
        '--diff',
        'the exact diff of every object at every step',
      ),
      'sluice plan --tag 1.4.0',
      'sluice plan canary --tag 1.4.0 --diff',
    ),
    async () => (await import('./commands/plan.ts')).planCommand,
  )
  define(
    withExamples(
      ofAnImage(
        program
          .command('preflight [workflow]')
          .description('look before anything happens: rights, mesh, other ways in, capacity, other owners, the way back'),
      ),
      'sluice preflight --tag 1.4.0',
      'sluice preflight canary --tag 1.4.0 --output json',
    ),
    async () => (await import('./commands/preflight.ts')).preflight,
  )
}

/** Where requests go, with no run or host asked. */
function explaining(program: Command, define: Define): void {
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

function aRun(program: Command, define: Define): void {
  define(
    withExamples(
      ofAnImage(program.command('run [workflow]').description('run a workflow; Ctrl-C leaves it running'))
        .option('--plan <hash>', 'run exactly this plan: refused where it has changed')
        .option('--supersede', 'take the place of a running execution of the release: its users go back first')
        .option('--detach', 'print the name of the execution and return')
        .option('--wait-for-approval', 'without a terminal: wait for people instead of ending with exit code 3'),
      'sluice run --tag 1.4.0',
      'sluice run canary --tag 1.4.0 --plan 9c41d2',
      'sluice run canary --tag 1.4.0 --detach',
      'sluice run canary --tag 1.4.1 --supersede   # 1.4.0 goes back, 1.4.1 begins from 0 %',
    ),
    async () => (await import('./commands/run.ts')).run,
  )
  define(
    withExamples(
      program
        .command('rollback')
        .argument('<service>', 'whose former release comes back')
        .description('a run of the release that ran before, with its own steps and manifests')
        .option('--infrastructure <name>', 'only there')
        .option('--supersede', 'take the place of a running execution of the release')
        .option('--detach', 'print the name of the execution and return')
        .option('--wait-for-approval', 'without a terminal: wait for people instead of ending with exit code 3'),
      'sluice rollback cart',
      'sluice rollback cart --infrastructure eu',
    ),
    async () => (await import('./commands/rollback.ts')).rollback,
  )
  define(
    withExamples(ofExecution(program, 'status', 'list executions, or show one'), 'sluice status', 'sluice status k3f9'),
    async () => (await import('./commands/status.ts')).status,
  )
  define(
    withExamples(
      ofExecution(program, 'logs', 'what happened, line by line').option('--follow', 'until it ends'),
      'sluice logs k3f9',
      'sluice logs k3f9 --follow',
    ),
    async () => (await import('./commands/logs.ts')).logs,
  )
}

function lookingBack(program: Command, define: Define): void {
  define(
    withExamples(
      program
        .command('report')
        .argument('<execution>', 'its name, as in k3f9')
        .description('what happened to traffic: shares over time, each with the step that caused it, and what was measured')
        .option('--html <file>', 'write it as one page with a chart, which needs nothing else'),
      'sluice report k3f9',
      'sluice report k3f9 --html report.html',
      'sluice report k3f9 --output json',
    ),
    async () => (await import('./commands/report.ts')).report,
  )
  define(
    withExamples(
      ofExecution(program, 'drift', 'what others did to what the run wrote: before it, ours, live, and by whom'),
      'sluice drift k3f9',
      'sluice drift k3f9 --output json',
    ),
    async () => (await import('./commands/drift.ts')).drift,
  )
}

/** What people ask of an execution that runs. */
function asking(program: Command, define: Define): void {
  for (const [name, description, example] of [
    ['approve', 'say yes to what waits for approval', 'sluice approve k3f9 --why "error rate is flat"'],
    ['reject', 'say no: the run goes back', 'sluice reject k3f9 --why "checkout is slow"'],
    ['pause', 'stop before the next step; traffic stays where it is', 'sluice pause k3f9 --why "incident elsewhere"'],
    ['retry', 'try the step again that waits for an answer', 'sluice retry k3f9'],
    ['skip', 'cut a wait, a hold or a bake short, or go on past a step that failed and asks', 'sluice skip k3f9 --why "seen enough"'],
  ] as const)
    define(withExamples(withReason(ofExecution(program, name, description)), example), async () =>
      (await import('./commands/tell.ts')).tell(name),
    )
  define(
    withExamples(
      withReason(ofExecution(program, 'resume', 'go on after a pause, or answer a question')).option(
        '--answer <name>',
        'the answer to its question',
      ),
      'sluice resume k3f9',
      'sluice resume k3f9 --answer goOn --why "known noise"',
    ),
    async () => (await import('./commands/tell.ts')).tell('resume'),
  )
  define(
    withExamples(
      withReason(ofExecution(program, 'abort', 'take everybody back to the old version'))
        .option('--now', 'all traffic at once, whatever the old pods can carry')
        .option('--detach', 'do not wait for the end'),
      'sluice abort k3f9 --why "customers call"',
      'sluice abort k3f9 --now',
    ),
    async () => (await import('./commands/tell.ts')).tell('abort'),
  )
}

function fromTheRecord(program: Command, define: Define): void {
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

function processes(program: Command, define: Define): void {
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
        .option('--propagation <time>', 'how late the mesh is', '100ms')
        .option('--port <number>', 'port of the API server (default: a free one)')
        .option('--gateway-port <number>', 'port of the ingress gateway (default: a free one)')
        .option('--nginx', 'with ingress-nginx beside the mesh (IngressClass nginx)')
        .option('--nginx-port <number>', 'the same, on this port (default: a free one)')
        .option('--prometheus', 'with a Prometheus that scrapes the gateways')
        .option('--prometheus-port <number>', 'the same, on this port (default: a free one)')
        .option('--scrape-interval <time>', 'how often it scrapes', '15s'),
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
function forTools(program: Command, define: Define): void {
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
