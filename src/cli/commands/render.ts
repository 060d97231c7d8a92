import type { KubernetesObject } from '#base/index.ts'
import { writeYaml } from '#model/documents/index.ts'
import { maskSecret } from '#model/manifests/index.ts'
import { preparedRun, type ImageOptions } from '../application-folder.ts'
import { exit } from '../exit.ts'
import type { Terminal } from '../terminal.ts'

/** `sluice render [workflow]`: the manifests as a run would apply them, values of Secrets masked. */
export async function render([name]: readonly string[], options: ImageOptions, terminal: Terminal): Promise<number> {
  const { releases } = await preparedRun(name, options, terminal)
  const objects = releases.flatMap(each => each.manifests.objects as unknown as readonly KubernetesObject[]).map(maskSecret)
  for (const object of objects) terminal.out(terminal.json ? JSON.stringify(object) : `---\n${writeYaml(object as never).trimEnd()}`)
  return exit.done
}
