import { Option, type Command } from 'commander'
import { inFolder, ofAnImage, withExamples, type Define } from './program-options.ts'

/** How an application begins. */
export function beginning(program: Command, define: Define): void {
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

/** What needs no run and changes nothing. */
export function beforeARun(program: Command, define: Define): void {
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

/** Hands the application to the host. */
export function running(program: Command, define: Define): void {
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
}
