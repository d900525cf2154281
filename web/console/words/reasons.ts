import type { Text } from '#cloud-sync/contract/edge-api.ts'

/** Problem classes of 《医院处方点评管理规范（试行）》(卫医管发〔2010〕28号) articles 17–19, shortened for a tag. */
const REASONS: Readonly<Record<string, Text>> = {
  '1-1': { zh: '处方内容缺项', en: 'parts missing or illegible' },
  '1-2': { zh: '医师签名不规范', en: 'prescriber’s signature' },
  '1-3': { zh: '药师未作适宜性审核', en: 'not reviewed by a pharmacist' },
  '1-4': { zh: '新生儿、婴幼儿未写日龄月龄', en: 'infant’s age in days or months missing' },
  '1-5': { zh: '西药、成药、饮片未分开', en: 'kinds of medicine not separated' },
  '1-6': { zh: '未用规范药品名称', en: 'drug name not standard' },
  '1-7': { zh: '剂量、规格、数量、单位不清', en: 'dose, strength, quantity or unit unclear' },
  '1-8': { zh: '用法含糊', en: 'vague directions' },
  '1-9': { zh: '修改或超剂量未签名说明', en: 'change or excess dose not signed' },
  '1-10': { zh: '无临床诊断或诊断不全', en: 'no or incomplete diagnosis' },
  '1-11': { zh: '单张处方超过五种药品', en: 'more than five drugs' },
  '1-12': { zh: '超过规定天数未注明理由', en: 'longer supply without reason' },
  '1-13': { zh: '特殊管理药品未按规定', en: 'controlled drug rules' },
  '1-14': { zh: '抗菌药物未按规定', en: 'antibacterial rules' },
  '1-15': { zh: '饮片处方未按要求', en: 'herbal prescription form' },
  '2-1': { zh: '适应证不适宜', en: 'indication' },
  '2-2': { zh: '遴选的药品不适宜', en: 'choice of drug' },
  '2-3': { zh: '剂型或给药途径不适宜', en: 'form or route' },
  '2-4': { zh: '无正当理由不首选基本药物', en: 'not an essential medicine, no reason' },
  '2-5': { zh: '用法、用量不适宜', en: 'dose or frequency' },
  '2-6': { zh: '联合用药不适宜', en: 'combination' },
  '2-7': { zh: '重复给药', en: 'duplicate therapy' },
  '2-8': { zh: '配伍禁忌或不良相互作用', en: 'incompatibility or interaction' },
  '2-9': { zh: '其他用药不适宜', en: 'other unsuitable use' },
  '3-1': { zh: '无适应证用药', en: 'no indication' },
  '3-2': { zh: '无正当理由开具高价药', en: 'expensive without reason' },
  '3-3': { zh: '无正当理由超说明书用药', en: 'off-label without reason' },
  '3-4': { zh: '同时开具两种以上作用相同药物', en: 'two or more of the same action' },
}

/** Undefined for a code that is not one of the official ones. */
export const reasonText = (code: string): Text | undefined => REASONS[code]
