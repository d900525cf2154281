import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { build, defineConfig, type InlineConfig } from 'vite'

/** Two pages for two servers: each gets a folder of its own that knows nothing of the other. */
const PAGES = ['kiosk', 'console'] as const
type Page = (typeof PAGES)[number]

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

const page = (name: Page): InlineConfig => ({
  configFile: false,
  root: path(name),
  // Relative, so that a page also works below a path of a reverse proxy.
  base: './',
  plugins: [vue()],
  // The kiosk's own components are all `<script setup>`; Element Plus is not ours to judge.
  ...(name === 'kiosk' ? { define: { __VUE_OPTIONS_API__: 'false' } } : {}),
  build: {
    outDir: path(`dist/${name}`),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_200,
  },
})

/** `vite build` builds both; `vite build --mode kiosk` (or console) builds that one. */
export default defineConfig(({ mode }) => {
  const wanted = PAGES.filter(name => name === mode)
  return {
    builder: {
      buildApp: async ({ environments }) => {
        for (const name of wanted.length > 0 ? wanted : PAGES)
          await build({ ...page(name), mode: 'production' })
        // Vite would otherwise go on to build the folder of this file as a page.
        for (const environment of Object.values(environments)) environment.isBuilt = true
      },
    },
  }
})
