/** Someone at the editor. */
export type EditorUser = {
  readonly username: string
  readonly permissions: readonly string[]
}

/**
 * Node-RED's permissions by role. Nobody gets `nodes.write` or `*`: the palette is not the editor's to change.
 * Every reader needs `status.read`, or the editor's own connection is refused; `*.read` contains it.
 */
export const viewerPermissions = ['*.read'] as const
export const technicianPermissions = [
  '*.read',
  'flows.write',
  'library.write',
  'inject.write',
  'debug.write',
] as const

/**
 * The agent's answers about people. The agent must limit guesses itself: an escaped function node can ask
 * as often as it likes.
 */
export type EditorPeople = {
  /** Who holds this session token of the agent; null for nobody. */
  readonly verifyEditorToken: (token: string) => Promise<EditorUser | null>
  /** Login at the editor's own page. */
  readonly verifyEditorLogin: (username: string, pin: string) => Promise<EditorUser | null>
  /** Asked for each request of someone who logged in there: a person who is removed loses the editor at once. */
  readonly findEditorUser: (username: string) => Promise<EditorUser | null>
}
