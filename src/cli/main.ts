// The entry of `sluice`. What most calls do not need is loaded only when it is needed: `--version` must cost next to nothing.
const [first] = process.argv.slice(2)
if (first === '--version' || first === '-V') {
  process.stdout.write(`${process.env['SLUICE_VERSION'] ?? 'development'}\n`)
} else {
  // A command reads each kind of document about once: zod's readers that compile themselves first would cost more than they give.
  Object.assign(globalThis, { __zod_globalConfig: { jitless: true } })
  const { runProgram } = await import('./program.ts')
  process.exitCode = await runProgram(process.argv)
}
