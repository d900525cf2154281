import type { Changes } from '../changes.ts'
import type { Log } from '../log.ts'
import type { ReleaseDeps } from '../release/release.ts'

/** What the routes work with. */
export type ApiDeps = ReleaseDeps & { readonly changes: Changes; readonly log: Log }
