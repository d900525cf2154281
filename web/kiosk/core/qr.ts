import { create } from 'qrcode'

/** A QR code as the path of an SVG of `size` × `size` modules: no canvas, no image to load. */
export type Qr = { readonly size: number; readonly path: string }

/** @throws Error when the text is too long for a QR code. */
export const qrOf = (text: string): Qr => {
  const { modules } = create(text, { errorCorrectionLevel: 'M' })
  const { size } = modules
  let path = ''
  for (let row = 0; row < size; row += 1)
    for (let column = 0; column < size; column += 1)
      if (modules.get(row, column)) path += `M${column} ${row}h1v1h-1z`
  return { size, path }
}
