import { defineFailures, formatDuration, kind } from '#base/index.ts'

/** What an execution as a whole has to say. */
export const executions = defineFailures('EXECUTION', {
  UNKNOWN: kind<{ execution: string; near: readonly string[] }>({
    blame: 'user',
    says: f => `Execution ${f.execution}: there is none${f.near.length > 0 ? `; did you mean ${f.near.join(' or ')}?` : ''}`,
    todo: '`sluice status` lists every execution.',
  }),
  RELEASE_BUSY: kind<{ release: string; execution: string; workflow: string; who: string; since: string; doing: string }>({
    blame: 'world',
    says: f => `Release ${f.release}: execution ${f.execution} (${f.workflow}, started by ${f.who}) has it since ${f.since}: ${f.doing}.`,
    todo: 'Wait for it; or take its place with `sluice run --supersede`: its users go back first, then this run begins from 0 %.',
  }),
  NOT_GONE: kind<{ execution: string; before: string }>({
    blame: 'world',
    says: f => `Execution ${f.execution}: it waited a day for ${f.before}, in vain; nothing was started.`,
    todo: 'See what that one waits for (`sluice status`), answer it, then run again.',
  }),
  NO_RELEASE: kind<{ service: string; infrastructure: string; near: readonly string[] }>({
    blame: 'user',
    says: f =>
      `Service ${f.service}${f.infrastructure && ` in ${f.infrastructure}`}: no run of it has been finished here${f.near.length > 0 ? `; did you mean ${f.near.join(' or ')}?` : '.'}`,
    todo: 'Run the version that you want: `sluice run --tag`. `sluice status` lists what was run.',
  }),
  NO_FORMER: kind<{ service: string; from: string; before: string }>({
    blame: 'user',
    says: f =>
      `Service ${f.service}: ${f.from} runs, and no other release of it is kept here${f.before && `; before it ${f.before} ran: \`sluice run --tag ${f.before}\``}.`,
    todo: 'Run the version that you want: `sluice run --tag`.',
  }),
  WHICH_RUN: kind<{ service: string; runs: string }>({
    blame: 'user',
    says: f => `Service ${f.service}: ${f.runs} is under way and would take more back than is meant.`,
    todo: 'Say which run goes back: `sluice abort EXECUTION`.',
  }),
  WHICH_PLACE: kind<{ service: string; places: string }>({
    blame: 'user',
    says: f => `Service ${f.service}: releases of this name were run in several places: ${f.places}.`,
    todo: 'Say which one goes back: `sluice rollback SERVICE -n NAMESPACE`. Where the cluster alone differs: `sluice run --tag` there.',
  }),
  NOT_KEPT: kind<{ service: string; version: string }>({
    blame: 'user',
    says: f =>
      `Service ${f.service}: the manifests of ${f.version} are not kept any more: \`sluice run --tag ${f.version}\` renders them anew.`,
    todo: 'Run that version: `sluice run --tag`.',
  }),
  STEP_MISPLACED: kind<{ step: string; title: string; strategy: string }>({
    blame: 'user',
    says: f => `Step ${f.step}: a ${f.title} has no place in a workflow with the strategy ${f.strategy}.`,
    todo: 'Take the step away, or change the strategy.',
  }),
  STEP_UNKNOWN: kind<{ step: string; type: string; known: readonly string[] }>({
    blame: 'user',
    says: f => `Step ${f.step}: there is no step type ${f.type}.`,
    todo: 'The guide lists the step types; a newer client may know more of them than this host.',
  }),
  STEP_INPUT: kind<{ step: string; reason: string }>({
    blame: 'user',
    says: f => `Step ${f.step}: ${f.reason}.`,
    todo: 'Run `sluice lint`: it shows the place. If it finds nothing, client and host are of different versions.',
  }),
  CONTENT_MISSING: kind<{ hash: string; what: string }>({
    blame: 'user',
    says: f => `${f.what}: its content ${f.hash.slice(0, 12)} was not sent, or is not what its hash says.`,
    todo: 'Run again with the same version of client and host.',
  }),
  STEP_TIMEOUT: kind<{ step: string; milliseconds: number; lastWord: string }>({
    blame: 'world',
    says: f => `Step "${f.step}": not done within ${formatDuration(f.milliseconds)}${f.lastWord && `; it waited for ${f.lastWord}`}.`,
    todo: 'Look at what it waited for; if it only takes longer, give it more time with `timeout`.',
  }),
  LOOK_TIMEOUT: kind<{ release: string; milliseconds: number; lastWord: string }>({
    blame: 'world',
    says: f =>
      `Release ${f.release}: the first look at the cluster was not done within ${formatDuration(f.milliseconds)}${f.lastWord && `; it waited for ${f.lastWord}`}. Nothing was written.`,
    todo: 'Does the cluster answer, and soon (`sluice preflight` takes the same look)? Is a delegate there that reaches it? Then run again.',
  }),
  LOOK_UNATTENDED: kind<{ release: string; looks: number }>({
    blame: 'world',
    says: f =>
      `Release ${f.release}: ${f.looks} times the host was gone before it had looked at the cluster, and no other came in time. Nothing was written.`,
    todo: 'See what ends the hosts (memory, restarts; `sluice host` tells where their log is), then run again.',
  }),
  SENT_BACK: kind<{ step: string; question: string; by: string; why: string; keepEdit: boolean }>({
    blame: 'user',
    says: f => `Step "${f.step}": ${f.question} Answered by ${f.by}: back${f.why ? ` (${f.why})` : ''}.`,
    todo: 'Users are taken back to the old version. Mend the cause, and run again.',
  }),
  CONDITION: kind<{ thing: string; expression: string; is: string }>({
    blame: 'user',
    says: f => `Condition of ${f.thing}: ${f.expression} is ${f.is}, neither true nor false.`,
    todo: 'Write a comparison, as in `${outputs.check.verdict == "good"}`.',
  }),
  ABORTED: kind<{ execution: string; by: string; why: string }>({
    blame: 'user',
    says: f => `Execution ${f.execution}: aborted by ${f.by}${f.why ? `: ${f.why}` : ''}.`,
    todo: 'Nothing: users are taken back to the old version.',
  }),
  PAUSE_EXPIRED: kind<{ execution: string; why: string }>({
    blame: 'user',
    says: f => `Execution ${f.execution}: nobody resumed it in time${f.why ? ` (${f.why})` : ''}.`,
    todo: 'Run again when somebody can look after it.',
  }),
  FOUND: kind<{ execution: string; says: string }>({
    blame: 'world',
    says: f => `Execution ${f.execution}: ${f.says}.`,
    todo: 'Look at the pods of the side that it names; users are taken back to the old version.',
  }),
  DRIFT: kind<{ execution: string; says: string }>({
    blame: 'world',
    says: f => `Execution ${f.execution}: somebody else writes against it: ${f.says}.`,
    todo: '`sluice drift` shows what was there, what the run wrote, and what is there now. Users are taken back to the old version.',
  }),
  DRIFT_LOOP: kind<{ execution: string; manager: string; says: string; owner: string; rule: string }>({
    blame: 'world',
    says: f =>
      `Execution ${f.execution}: ${f.manager} has written against it a second time, and would go on: ${f.says}.` +
      `${f.owner && ` ${f.owner} deploys it.`}${f.rule && `\n${f.rule}`}`,
    todo: 'Keep that tool off what the run writes (where a rule is named, paste it), then run again. `sluice drift` shows what it wrote.',
  }),
  GIVEN_UP: kind<{ release: string; by: string; blocked: string }>({
    blame: 'user',
    says: f => `Way back of ${f.release}: given up by ${f.by} while it was blocked: ${f.blocked}`,
    todo: 'The cluster keeps the record of this run: `sluice restore` goes back from it alone.',
  }),
  NOTHING_WAITS: kind<{ execution: string; command: string; status: string }>({
    blame: 'user',
    says: f => `Execution ${f.execution}: nothing waits for \`${f.command}\`; it is ${f.status}.`,
    todo: '`sluice status` shows what it waits for.',
  }),
  SEVERAL_WAIT: kind<{ execution: string; steps: readonly string[] }>({
    blame: 'user',
    says: f => `Execution ${f.execution}: several steps wait (${f.steps.join(', ')}).`,
    todo: 'Name one with --step.',
  }),
  NO_SUCH_ANSWER: kind<{ execution: string; answer: string; answers: readonly string[] }>({
    blame: 'user',
    says: f => `Execution ${f.execution}: "${f.answer}" is no answer to its question; the answers are ${f.answers.join(', ')}.`,
    todo: 'Give one of them: `sluice resume EXECUTION --answer NAME`.',
  }),
  ENDED: kind<{ execution: string; status: string }>({
    blame: 'user',
    says: f => `Execution ${f.execution}: it has ended (${f.status}).`,
    todo: 'To change what runs, start a run: `sluice run --tag` with the version that you want.',
  }),
  TOO_LATE: kind<{ execution: string }>({
    blame: 'user',
    says: f => `Execution ${f.execution}: somebody else was faster, or the time was over.`,
    todo: '`sluice status` shows where it stands.',
  }),
})
