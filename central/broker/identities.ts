import type { Client } from 'aedes'

/** The site a connection has proved to be. One connection each: the newer one is the living one. */
export const createIdentities = () => {
  const sites = new WeakMap<Client, string>()
  const current = new Map<string, Client>()
  return {
    siteOf: (client: Client | null) => (client ? sites.get(client) : undefined),
    admit: (client: Client, site: string) => {
      const before = current.get(site)
      sites.set(client, site)
      current.set(site, client)
      // Closed here and now, so that the will of a half-dead connection speaks before the new one does.
      if (before && before !== client) before.close()
    },
    forget: (client: Client) => {
      const site = sites.get(client)
      if (site && current.get(site) === client) current.delete(site)
    },
  }
}

export type Identities = ReturnType<typeof createIdentities>
