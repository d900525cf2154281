import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { TDocumentDefinitions } from 'pdfmake/interfaces.js'
import { SVG_FONT } from './report-svg.ts'

const require = createRequire(import.meta.url)

/** Noto Sans Hans, shipped with us: a page is the same whatever fonts a machine has. */
const fontFiles = (): { readonly normal: string; readonly bold: string } => {
  const folder = join(dirname(require.resolve('@embedpdf/fonts-sc')), '..', 'fonts')
  return { normal: join(folder, 'NotoSansHans-Regular.otf'), bold: join(folder, 'NotoSansHans-Bold.otf') }
}

/** A page as PDF with its font in it. Loaded only when somebody prints: a Pi does not pay for it at start. */
export const printPdf = async (page: TDocumentDefinitions): Promise<Buffer> => {
  const { default: pdfmake } = await import('pdfmake')
  const { normal, bold } = fontFiles()
  pdfmake.setFonts({ [SVG_FONT]: { normal, bold, italics: normal, bolditalics: bold } })
  // Whatever stands in a name or a reason: no page fetches anything, or reads another file.
  pdfmake.setUrlAccessPolicy(() => false)
  pdfmake.setLocalAccessPolicy(path => path === normal || path === bold)
  return pdfmake.createPdf(page).getBuffer()
}
