import type { CentralRole } from '#cloud-sync/contract/central-api.ts'
import type { Text } from '#cloud-sync/contract/edge-api.ts'

export const ROLES: Readonly<Record<CentralRole, Text>> = {
  prescriber: { zh: '医师', en: 'Prescriber' },
  reviewer: { zh: '审方药师', en: 'Review pharmacist' },
  chief: { zh: '总药师', en: 'Chief pharmacist' },
  clerk: { zh: '中心药房库管', en: 'Pharmacy clerk' },
  technician: { zh: '技术员', en: 'Technician' },
  supervisor: { zh: '监督员（只读）', en: 'Supervisor (read only)' },
  system: { zh: '接入系统', en: 'Connected system' },
}
