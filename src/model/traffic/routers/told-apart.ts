import { remembered, type KubernetesObject } from '#base/index.ts'
import { isDeepEqual } from '../deep-equal.ts'
import type { ApartDialect } from './apart-dialect.ts'
import { partsOf, readParts, takeOut } from './apart-parts.ts'
import { withHeaderRoutes, writeParts } from './apart-writes.ts'
import { done, refused, type Ours, type Outcome, type Router, type TellsApart } from './router.ts'

/** A router that also tells requests apart: its other functions never see the entries of the run. */
export function tellingApart<Entry extends object, Item extends object>(
  router: Router,
  dialect: ApartDialect<Entry, Item>,
): Router & { readonly apart: TellsApart } {
  const within = (object: KubernetesObject, ours: Ours | undefined, edit: (plain: KubernetesObject) => Outcome<KubernetesObject>) => {
    const taken = takeOut(object, ours, dialect)
    const edited = edit(taken.plain)
    if (edited.is === 'refused') return edited
    return done(edited.value === taken.plain ? object : taken.putBack(edited.value))
  }
  const plain = (object: KubernetesObject, ours?: Ours): KubernetesObject => takeOut(object, ours, dialect).plain
  const apart = apartOf(router, dialect)
  return {
    ...router,
    apart,
    readRoute: (object, entries) => router.readRoute(plain(object), entries),
    pin(object, ours) {
      const problem = mirrorProblem(plain(object, ours), ours, router, dialect)
      return problem ?? within(object, ours, each => router.pin(each, ours))
    },
    writeSplit: (object, ours, rows) => within(object, ours, each => router.writeSplit(each, ours, rows)),
    readSplit: remembered((object, ours) => router.readSplit(plain(object, ours), ours)),
    snapshot: (object, ours) => router.snapshot(plain(object, ours), ours),
    restore(object, snapshot, ours) {
      const cleared =
        router.readSplit(plain(object, ours), ours).is === 'done' ? apart.write(object, ours, { is: 'nothing' }) : done(object)
      return cleared.is === 'refused' ? cleared : router.restore(plain(cleared.value, ours), snapshot, ours)
    },
  }
}

/** A mirror to the canary that stands before the run could not be told from one of the run. */
function mirrorProblem<Entry, Item>(
  object: KubernetesObject,
  ours: Ours,
  router: Router,
  dialect: ApartDialect<Entry, Item>,
): ReturnType<typeof refused> | undefined {
  const same = dialect.same(object, ours)
  const split = router.readSplit(object, ours)
  const bare = split.is === 'done' ? split.value.filter(({ pinned }) => !pinned) : []
  const found = bare.find(({ index }) => dialect.mirrored(dialect.entries(object)[index] as Entry, to => same(to, ours.canary)) > 0)
  return found && refused({ is: 'not-expressible', reason: `entry ${found.entry} mirrors to the canary's name already` })
}

function apartOf<Entry extends object, Item extends object>(router: Router, dialect: ApartDialect<Entry, Item>): TellsApart {
  const partsIn = remembered((object: KubernetesObject, ours: Ours) => partsOf(object, ours, router, dialect))
  return {
    read: remembered((object, ours) => {
      const parts = partsIn(object, ours)
      return parts.is === 'refused' ? parts : done(readParts(parts.value))
    }),
    putBack(object, ours, left) {
      const [parts, former] = [partsIn(object, ours), partsIn(left, ours)]
      if (parts.is === 'refused') return parts
      if (former.is === 'refused') return former
      const entries = withHeaderRoutes(parts.value, former.value.own)
      return entries.is === 'refused' ? entries : done(withEntries(object, entries.value, dialect))
    },
    write(object, ours, change) {
      const parts = partsIn(object, ours)
      if (parts.is === 'refused') return parts
      const { managed, rest } = parts.value
      const problem = dialect.problem?.(
        change,
        managed.map(({ index }) => rest[index] as Entry),
        ours,
        dialect.same(object, ours),
      )
      if (problem) return refused(problem)
      const written = writeParts(parts.value, change)
      return written.is === 'refused' ? written : done(withEntries(object, written.value, dialect))
    },
  }
}

/** The very same object where nothing changes. */
function withEntries<Entry, Item>(
  object: KubernetesObject,
  entries: readonly Entry[],
  dialect: ApartDialect<Entry, Item>,
): KubernetesObject {
  return isDeepEqual(dialect.entries(object), entries) ? object : dialect.withEntries(object, entries)
}
