// The entry of `sluice`. What most calls do not need is loaded only when it is needed: `--version` must cost next to nothing.
const [first] = process.argv.slice(2)
if (first === '--version' || first === '-V') {
  process.stdout.write(`${process.env['SLUICE_VERSION'] ?? 'development'}\n`)
} else {
  const { runProgram } = await import('./program.ts')
  process.exitCode = await runProgram(process.argv)
}
