// Deliberate faults of the real code, each as an exact replacement of its text: a text that is not found exactly once fails the build, so that
// none of them can rot unseen. The simulation must find each.

/**
 * `only`: the dimensions in which it shows soonest. `shape`: where it shows in one shape alone, or soonest there.
 * @typedef {{ name: string, file: string, find: string, put: string, only: string, shape?: string }} Mutant
 */

const decide = 'src/model/release/decide'

/** @type {readonly Mutant[]} */
export const mutants = [
  {
    name: 'route before its subsets have settled',
    file: `${decide}/pin.ts`,
    find: "    () => nameSides(v),\n    () => untilArrived(v.sides.says, v.arrival.sides, 'removal'),\n",
    put: '    () => nameSides(v),\n',
    only: 'propagation',
  },
  {
    name: 'weight without pods for it',
    file: `${decide}/split.ts`,
    find: "(grows('canary') ? reach({ version: 'next', pods: podsFor(carried, v, terms), fixed: goal.fixed }, v, terms) : undefined)",
    put: '(void [reach, podsFor, carried])',
    only: 'none',
  },
  {
    name: 'ready pods are taken for reachable ones',
    file: 'src/model/release/sides.ts',
    find: 'isReady(pod) && seen.endpoints.known.includes(addressOf(pod))',
    put: 'isReady(pod)',
    only: 'propagation',
  },
  {
    name: 'the route is widened while proxies list pods of the canary',
    file: `${decide}/rest.ts`,
    find: '  if (v.canary.listed > 0) return wait(`every proxy to forget ${v.canary.listed} addresses of the canary`)\n',
    put: '',
    only: 'endpoints',
  },
  {
    name: 'subsets are removed while proxies still name them',
    file: `${decide}/rest.ts`,
    find: "    () => untilArrived('the route without subsets', v.arrival.route, 'removal'),\n",
    put: '',
    only: 'propagation',
  },
  {
    name: 'the canary is deleted with weight',
    file: `${decide}/rest.ts`,
    find: '    () => comeHome(v, terms),\n',
    put: "    () => (v.canary.exists ? write({ change: 'deleteCanary' }) : undefined),\n    () => comeHome(v, terms),\n",
    only: 'none',
  },
  {
    name: 'the canary is deleted before every proxy has sent it its last request',
    file: `${decide}/shares.ts`,
    find: "  return untilArrived('the split', arrival.route, 'shift')\n",
    put: '  return void arrival\n',
    only: 'propagation',
  },
  {
    name: 'stable is rolled while it has weight',
    file: `${decide}/promote.ts`,
    find: 'if (all && v.canary.version[version]) return rollUnder',
    put: 'if (v.canary.version[version]) return rollUnder',
    only: 'none',
  },
  {
    name: 'stable is rolled before the last proxy has left it',
    file: `${decide}/promote.ts`,
    find: "    () => untilArrived('the split', v.arrival.route, 'removal'),\n    () => (v.drained ? undefined : waitDrain(terms.stable, v)),\n",
    put: '',
    only: 'propagation',
  },
  {
    name: 'traffic comes home before the new pods are known',
    file: `${decide}/promote.ts`,
    find: '    () => known(v, terms),\n',
    put: '',
    only: 'endpoints',
  },
  {
    name: 'traffic comes home before the subset names the new pods',
    file: `${decide}/promote.ts`,
    find: "    () => subset(v),\n    () => untilArrived(v.sides.says, v.arrival.sides, 'removal'),\n",
    put: '    () => subset(v),\n',
    only: 'propagation',
  },
  {
    name: 'changes count as arrived at once',
    file: 'src/delegate/settle/seconds.ts',
    find: "const reached = age >= times.removal ? 'removal' : age >= times.shift ? 'shift' : 'none'",
    put: "const reached = 'removal' as Arrival['reached']",
    only: 'propagation',
  },
  {
    name: 'any acknowledgement is taken for that of our change',
    file: 'src/delegate/settle/types.ts',
    find: 'const pushed = Math.max(before?.pushed ?? -Infinity, byNumber(now, times.clock))',
    put: 'const pushed = Math.max(before?.pushed ?? -Infinity, now.acked === undefined ? -Infinity : times.asked)',
    only: 'propagation',
  },
  {
    name: 'no fence: an overtaken loop goes on',
    file: 'src/delegate/release/reach-goal.ts',
    find: 'mark.number > number)',
    put: 'mark.number > Number.MAX_SAFE_INTEGER)',
    only: 'overtaken',
  },
  {
    name: 'no preconditions: a delayed write lands',
    file: 'src/model/release/writes/write.ts',
    find: 'const operations = [...preconditions(object), ...patchBetween(object, after)]',
    put: 'const operations = [...patchBetween(object, after)]',
    only: 'lateWrites',
  },
  {
    name: 'the way back waits for what forward steps wait for',
    file: `${decide}/decide.ts`,
    find: '    () => fence(users, v),\n',
    put: '    () => forward(v, terms),\n    () => fence(users, v),\n',
    only: 'secondThoughts',
  },
  {
    name: 'the way back gives old pods more than they carry',
    file: `${decide}/give-back.ts`,
    find: 'return Math.max(0, 100 - Math.floor((100 * old) / replicas))',
    put: 'return old > 0 ? 0 : replicas',
    only: 'people,propagation',
  },
  {
    name: 'the workload stays paused',
    file: `${decide}/rest.ts`,
    find: "    () => (v.stable.paused ? write({ change: 'pause', paused: false }) : undefined),\n",
    put: '',
    only: 'none',
  },
  {
    name: 'Leases are not given back',
    file: `${decide}/let-go.ts`,
    find: "  if (v.holding) return write({ change: 'unclaim' })\n",
    put: '',
    only: 'none',
  },
  {
    name: 'the floor of the autoscaler stays raised',
    file: `${decide}/let-go.ts`,
    find: "  if (!v.floorRestored) return write({ change: 'restoreFloor' })\n",
    put: '',
    only: 'autoscaling',
  },
  {
    name: 'a drain that is over is noticed when something else is looked at',
    file: 'src/delegate/release/session.ts',
    find: 'nextLookIn: Math.min(arrivals.nextLookIn, left)',
    put: 'nextLookIn: arrivals.nextLookIn',
    only: 'none',
  },
  {
    name: 'a new weight of an Ingress counts as arrived since its spec was written',
    file: 'src/delegate/settle/spec-version.ts',
    find: "return kind === 'Ingress'\n",
    put: "return kind === 'VirtualService'\n",
    only: 'propagation',
    shape: 'ingress',
  },
  {
    name: 'where nobody can be asked, a pod that is ready counts as known',
    file: 'src/delegate/settle/seconds.ts',
    find: 'gone === undefined && now - since >= removal',
    put: 'gone === undefined && now >= since',
    only: 'propagation',
    shape: 'blueGreenByHand',
  },
  {
    name: 'a Service counts as a version of which it has some pods',
    file: 'src/model/release/sides.ts',
    find: 'versions.every(each => each.before)',
    put: 'versions.some(each => each.before)',
    only: 'people,propagation',
    shape: 'blueGreenByIngress',
  },
  {
    name: 'a split says again only what it knows of its entry',
    file: 'src/model/traffic/routers/istio.ts',
    find: '{ ...entry, route: changed.get(index) }',
    put: '{ match: entry.match, name: entry.name, route: changed.get(index) }',
    only: 'edits',
  },
  {
    name: 'canary pods go while a route that somebody has made bare reaches them',
    file: `${decide}/rest.ts`,
    find: '  if (v.canary.exists && !isPinned(v)) return pin(v)\n',
    put: '  void [pin, isPinned]\n',
    only: 'manyEdits',
    shape: 'mesh',
  },
  {
    name: 'what a check finds bad goes on',
    file: 'src/control-plane/steps/check.ts',
    find: "  return verdict === 'bad' ? input.onBad : input.onFewRequests\n",
    put: "  return verdict === 'bad' ? 'pass' : input.onFewRequests\n",
    only: 'failing',
  },
  {
    name: 'the look before a run does not know what an apply takes from those who set it by hand',
    file: 'src/delegate/release/dry-run.ts',
    find: '  if (!live || orphans.length === 0) return { after: applied }\n',
    put: '  if (!live || orphans.length >= 0) return { after: applied }\n',
    only: 'standing',
  },
  {
    name: "an autoscaler's floor stays in the name of a run",
    file: 'src/model/release/manifest-work.ts',
    find: '  return [[autoscaler, snapshot.autoscaler] as const, ',
    put: '  return [[void autoscaler, snapshot.autoscaler] as const, ',
    only: 'autoscaling',
  },
  {
    name: 'a lane that is played again is given everything at once',
    file: 'src/control-plane/engine/lane.ts',
    find: '  await lane.inOrder(seq)\n',
    put: '  void seq\n',
    only: 'secondThoughts,people',
  },
]

/** A rolldown plugin that puts one mutant in place; fails where its text is not there exactly once. */
export function mutation({ name, file, find, put }) {
  let done = false
  return {
    name: 'mutant',
    transform(code, id) {
      if (!id.replaceAll('\\', '/').endsWith(`/${file}`)) return null
      if (code.split(find).length !== 2) throw new Error(`mutant "${name}": its text is not exactly once in ${file}`)
      done = true
      return { code: code.replace(find, () => put), map: null }
    },
    buildEnd() {
      if (!done) throw new Error(`mutant "${name}": ${file} is not part of the simulation`)
    },
  }
}
