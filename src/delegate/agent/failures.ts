import { defineFailures, kind } from '#base/index.ts'

export const agent = defineFailures('TASK', {
  INPUT: kind<{ type: string; key: string; reason: string }>({
    blame: 'bug',
    says: f => `Task ${f.key} (${f.type}): its input is not what this delegate understands: ${f.reason}.`,
    todo: 'Bring the delegate and the server to the same version.',
  }),
  OUTPUT: kind<{ type: string; key: string; reason: string }>({
    blame: 'bug',
    says: f => `Task ${f.key} (${f.type}): the delegate's own output is not what it promises: ${f.reason}.`,
    todo: 'Report it with the text of `sluice logs`.',
  }),
  SUPERSEDED: kind<{ key: string; by: string }>({
    blame: 'world',
    says: f => `Task ${f.key}: stopped by ${f.by}, which aims for a later goal of the same release.`,
    todo: 'Nothing: the later goal counts.',
  }),
  NO_CONTENT: kind<{ hash: string }>({
    blame: 'bug',
    says: f => `Content ${f.hash.slice(0, 12)}: the control plane does not have it.`,
    todo: 'Report it with the text of `sluice logs`.',
  }),
})
