import { defineFailures, kind } from '#base/index.ts'

export const cli = defineFailures('CLI', {
  COMMAND_LINE: kind<{ command: string; reason: string; suggestion: string }>({
    blame: 'user',
    says: f => `${f.command}: ${f.reason}.${f.suggestion === '' ? '' : ` ${f.suggestion}`}`,
    todo: 'Put the line right: sluice COMMAND --help shows every argument and option, with examples.',
  }),
  WHICH_EXECUTION: kind<{ candidates: string }>({
    blame: 'user',
    says: f => `Which execution is meant is not clear: ${f.candidates} are under way.`,
    todo: 'Name it: sluice status lists them.',
  }),
  NONE_UNDER_WAY: kind<{ last: string }>({
    blame: 'user',
    says: f => (f.last === '' ? 'There is no execution yet.' : `No execution is under way: ${f.last}.`),
    todo: 'Name the one that you mean: sluice status lists all of them. To start one: sluice run.',
  }),
  WHICH_WORKFLOW: kind<{ workflows: string }>({
    blame: 'user',
    says: f => `Which workflow is meant is not clear: ${f.workflows || 'there is none'}.`,
    todo: 'Name one: sluice run WORKFLOW.',
  }),
  NO_APPLICATION: kind<{ folder: string }>({
    blame: 'user',
    says: f => `Folder ${f.folder}: holds no document of an application (apiVersion: sluice.dev/v1).`,
    todo: 'Go to the application folder or name it (--folder). A new one: sluice init NAME --image REPOSITORY.',
  }),
  NO_FOLDER: kind<{ folder: string; reason: string }>({
    blame: 'user',
    says: f => `Folder ${f.folder}: cannot be read: ${f.reason}.`,
    todo: 'Put the path right (--folder).',
  }),
  PROBLEMS: kind<{ errors: number; files: number }>({
    blame: 'user',
    says: f =>
      `The application has ${f.errors} ${f.errors === 1 ? 'error' : 'errors'} in ${f.files} ${f.files === 1 ? 'file' : 'files'}; nothing has been written.`,
    todo: 'Mend what is listed above; sluice lint lists it again.',
  }),
  EXISTS: kind<{ path: string }>({
    blame: 'user',
    says: f => `${f.path}: is there already, so nothing was written.`,
    todo: 'Choose another folder (--folder), or remove it first.',
  }),
  NOT_WRITTEN: kind<{ path: string; reason: string }>({
    blame: 'user',
    says: f => `${f.path}: cannot be written: ${f.reason}.`,
    todo: 'Name a file in a folder that is there and yours to write to.',
  }),
  VARIABLE: kind<{ text: string }>({
    blame: 'user',
    says: f => `--var ${f.text}: is no NAME=VALUE.`,
    todo: 'Write it as --var region=eu.',
  }),
  NO_HOST_NAMED: kind<Record<never, never>>({
    blame: 'user',
    says: () => 'The request to explain has no host.',
    todo: 'Name it: sluice explain --host shop.example.com --path /cart; or ask for the ways past a route: sluice explain bypass.',
  }),
  HOST_NAME: kind<{ text: string }>({
    blame: 'user',
    says: f => `--host ${f.text}: is no name of a host.`,
    todo: 'Give the name alone, as a Host header has it: sluice explain --host shop.example.com --path /cart.',
  }),
  HEADER: kind<{ text: string }>({
    blame: 'user',
    says: f => `--header ${f.text}: is no NAME: VALUE.`,
    todo: "Write it as -H 'x-user: 7'.",
  }),
  CALLER: kind<{ text: string }>({
    blame: 'user',
    says: f => `--from ${f.text}: is no NAMESPACE or NAMESPACE/KEY=VALUE,….`,
    todo: 'Write it as --from shop, or with labels of the calling pod: --from shop/app=checkout.',
  }),
  PORT: kind<{ text: string }>({
    blame: 'user',
    says: f => `--port ${f.text}: is no port.`,
    todo: 'Give a whole number from 1 to 65535.',
  }),
  PLAN_CHANGED: kind<{ wanted: string; found: string }>({
    blame: 'user',
    says: f => `The plan is ${f.found} now, not ${f.wanted}: definition, manifests or cluster have changed since.`,
    todo: 'Look at it again: sluice plan.',
  }),
  REFUSED: kind<{ reasons: string }>({
    blame: 'user',
    says: f => `The run would be refused: ${f.reasons}`,
    todo: 'Mend what is named; nothing has been written.',
  }),
  HELD: kind<{ reasons: string }>({
    blame: 'world',
    says: f => `The run would be refused: ${f.reasons}`,
    todo: 'Wait for the other run (sluice status), or end it: sluice abort EXECUTION. Nothing has been written.',
  }),
  NO_RECORD: kind<{ release: string | undefined; namespace: string; records: string }>({
    blame: 'user',
    says: f =>
      f.release === undefined
        ? `Namespace ${f.namespace}: the cluster holds no record of a release there.`
        : `Release ${f.namespace}/${f.release}: the cluster holds no record of it. Records: ${f.records || 'none'}.`,
    todo: 'Name the release and its namespace (-n), or the right context (--context).',
  }),
  WHICH_RECORD: kind<{ namespace: string; are: string; records: string }>({
    blame: 'user',
    says: f => `Which release is meant is not clear: in namespace ${f.namespace} are ${f.are}: ${f.records}.`,
    todo: 'Name it: sluice restore RELEASE.',
  }),
  EDIT_KEPT: kind<{ release: string; kept: string }>({
    blame: 'user',
    says: f => `Release ${f.release}: the edit stays as it is, and rolls out now: ${f.kept}`,
    todo: 'Everything else is given back. Look at the edit: keep it, or take it back with `kubectl rollout undo`, or run the version that you want: `sluice run --tag`.',
  }),
  RUN_OVER: kind<{ release: string; namespace: string; execution: string; version: string }>({
    blame: 'user',
    says: f =>
      `Release ${f.namespace}/${f.release}: execution ${f.execution} (to version ${f.version}) is over, and nothing of it is left to take back.`,
    todo: 'To go back to a former version, release it: sluice run --tag TAG.',
  }),
  NO_HOST: kind<Record<never, never>>({
    blame: 'user',
    says: () => 'The host is not running.',
    todo: 'Nothing to do: the next command that needs it starts it.',
  }),
  NOT_BUILT: kind<{ file: string }>({
    blame: 'bug',
    says: f => `${f.file}: is not there.`,
    todo: 'Build it: npm run build.',
  }),
})
