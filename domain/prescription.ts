import Type, { type Static } from 'typebox'

const text = (description: string, maxLength = 200) => Type.String({ minLength: 1, maxLength, description })
const flag = (description: string) => Type.Union([Type.Literal('0'), Type.Literal('1')], { description })

/** One drug of a prescription, fields named after the national message (rxdrugdetail). */
export const RxDrug = Type.Object(
  {
    fixmedins_hilist_id: text('本院目录编码 = formulary id of the item', 64),
    drug_genname: text('通用名 generic name'),
    drug_dosform: Type.Optional(text('剂型 form')),
    drug_spec: Type.Optional(text('规格 strength and pack')),
    sin_doscnt: Type.Number({ exclusiveMinimum: 0, maximum: 100_000, description: '单次用量 single dose' }),
    sin_dosunt: text('单次用量单位 unit of the single dose', 16),
    used_frqu_codg: text('频次 frequency code: QD, BID, TID, QID, QOD, QW, QN, PRN, Q6H, Q8H, Q12H', 8),
    medc_way_codg: Type.Optional(text('给药途径 route code', 16)),
    medc_days: Type.Integer({ minimum: 1, maximum: 365, description: '用药天数 days of use' }),
    drug_cnt: Type.Integer({ minimum: 1, maximum: 999, description: '数量 packs to dispense' }),
    drug_dosunt: text('数量单位 pack unit: 盒, 支, 瓶', 8),
  },
  { additionalProperties: true },
)
export type RxDrug = Static<typeof RxDrug>

/** Encounter and patient (mdtrtinfo). `certno` is used for the salted hash and is never sent to a site. */
export const RxPatient = Type.Object(
  {
    patn_name: text('姓名 name', 60),
    certno: Type.Optional(text('证件号码 identity number', 40)),
    patn_age: Type.Optional(Type.Number({ minimum: 0, maximum: 130, description: '年龄 age, years' })),
    patn_wt: Type.Optional(Type.Number({ minimum: 0.3, maximum: 400, description: '体重 weight, kg' })),
    gend: Type.Optional(
      Type.Union([Type.Literal('1'), Type.Literal('2')], { description: '性别 1 male, 2 female' }),
    ),
    geso_val: Type.Optional(Type.Number({ minimum: 0, maximum: 45, description: '孕周 weeks of pregnancy' })),
    suckprd_flag: Type.Optional(flag('哺乳期 breastfeeding')),
    algs_his: Type.Optional(
      Type.String({ maxLength: 500, description: '过敏史 allergies; empty text = asked, none' }),
    ),
    fixmedins_name: Type.Optional(text('医疗机构 issuing institution')),
    prsc_dept_name: Type.Optional(text('科室 department')),
    prsc_dr_name: text('开方医师 prescriber', 60),
    dr_code: Type.Optional(text('医师编码 prescriber code', 40)),
    egfr: Type.Optional(Type.Number({ minimum: 0, maximum: 200, description: 'eGFR mL/min/1.73 m² (ours)' })),
  },
  { additionalProperties: true },
)
export type RxPatient = Static<typeof RxPatient>

const RxDiagnosis = Type.Object(
  { diag_code: Type.Optional(text('ICD-10', 32)), diag_name: text('诊断 diagnosis') },
  { additionalProperties: true },
)

/** ordinary 普通 · emergency 急诊 · long-term 长期 · extended 延伸. */
export const RxKind = Type.Union([
  Type.Literal('ordinary'),
  Type.Literal('emergency'),
  Type.Literal('long-term'),
  Type.Literal('extended'),
])
export type RxKind = Static<typeof RxKind>

/** A prescription as it is posted to the centre, in the national message's field names. Unknown fields are kept. */
export const Prescription = Type.Object(
  {
    hosp_rxno: text('处方号 prescription number of the issuing institution', 40),
    kind: Type.Optional(RxKind),
    site: text('取药站点 township where it will be dispensed', 32),
    prsc_time: Type.String({
      pattern: '^\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}$',
      description: '开方时间 Asia/Shanghai, YYYY-MM-DD HH:mm:ss',
    }),
    valid_days: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 3, description: '有效天数, the day of issue counts' }),
    ),
    rept_flag: Type.Optional(flag('可续方 repeatable')),
    max_rept_cnt: Type.Optional(Type.Integer({ minimum: 1, maximum: 12 })),
    min_inrv_days: Type.Optional(Type.Integer({ minimum: 1, maximum: 90 })),
    reason: Type.Optional(text('超量或特殊理由 reason for a longer supply', 500)),
    mdtrtinfo: RxPatient,
    diseinfo: Type.Array(RxDiagnosis, { maxItems: 20 }),
    rxdrugdetail: Type.Array(RxDrug, { minItems: 1, maxItems: 20 }),
  },
  { additionalProperties: true },
)
export type Prescription = Static<typeof Prescription>
