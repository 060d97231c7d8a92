import { writeFile } from 'node:fs/promises'
import { cli } from '../failures.ts'
import { exit } from '../exit.ts'
import { startedHost } from '../host.ts'
import { reportPage } from '../report/page.ts'
import { reportText } from '../report/text.ts'
import type { Terminal } from '../terminal.ts'
import { whichToShow } from '../which.ts'

interface ReportOptions {
  readonly html?: string
}

/** `sluice report [execution]`: what happened to traffic, as text, as JSON, or as one page that can be kept. */
export async function report([name]: readonly string[], { html }: ReportOptions, terminal: Terminal): Promise<number> {
  const host = await startedHost(terminal.err)
  const found = await host.report(await whichToShow(name, host))
  if (html !== undefined) {
    await writeFile(html, reportPage(found, Date.now())).catch((error: unknown) => {
      throw cli.NOT_WRITTEN({ path: html, reason: error instanceof Error ? error.message : String(error) })
    })
    terminal.err(`written: ${html}`)
  }
  if (terminal.json) terminal.out(JSON.stringify(found))
  else if (html === undefined) terminal.out(reportText(found, terminal.columns))
  return exit.done
}
